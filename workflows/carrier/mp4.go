package carrier

import (
	"encoding/binary"
	"slices"
	"strings"
)

const (
	maxKeys      = 1 << 20 // bytes of the names of all metadata
	shortComment = "\xa9cmt"
)

// isMP4 knows a file by its first box. Older MOV files have no ftyp.
func isMP4(head string) bool {
	switch head[4:8] {
	case "ftyp":
		return head[0] == 0
	case "moov", "mdat", "wide", "free", "skip", "udta":
		return !strings.ContainsAny(head[:1], "{[ \t\r\n") // or JSON with such a key
	}
	return false
}

// isAVIF knows pictures that are made like videos by their brand.
func isAVIF(head string) bool {
	return head[4:8] == "ftyp" && slices.Contains([]string{"avif", "avis", "mif1", "msf1", "heic", "heix"}, head[8:12])
}

// box is a piece of an MP4: where its content stands.
type box struct {
	kind    string
	at, end int64
}

// boxes calls visit for each box between two offsets. It does not look into them.
func (s *source) boxes(at, end int64, visit func(box) error) error {
	for at < end {
		head, err := s.part(at, 16)
		if err != nil {
			return err
		}
		if len(head) < 8 || end-at < 8 {
			return nil // QuickTime ends lists by a short zero
		}
		length, header := int64(binary.BigEndian.Uint32(head)), int64(8)
		switch {
		case length == 0:
			length = end - at // it reaches to the end
		case length == 1 && len(head) == 16:
			length, header = int64(min(binary.BigEndian.Uint64(head[8:]), 1<<62)), 16
		}
		if length < header || length > end-at {
			return errorAt(at, "a box of %d bytes, where %d are left: was the file cut off?", length, end-at)
		}
		if err := visit(box{string(head[4:8]), at + header, at + length}); err != nil {
			return err
		}
		at += length
	}
	return nil
}

// scanMP4 looks for metadata where ffmpeg, ComfyUI and QuickTime put it: in
// moov/udta/meta, moov/meta and udta/meta, and for the comment of a MOV in moov/udta.
func scanMP4(s *source) error {
	var inside func(b box) error
	inside = func(b box) error {
		switch b.kind {
		case "moov", "udta":
			return s.boxes(b.at, b.end, func(child box) error {
				if child.kind == "moov" || child.kind == b.kind {
					return nil // neither holds the like of itself
				}
				return inside(child)
			})
		case "meta":
			return scanMeta(s, b)
		case shortComment:
			const front = 4 // length and language
			s.found(entry{name: string(comment), where: "user data", at: b.at + front, length: max(b.end-b.at-front, 0)})
		}
		return nil
	}
	return s.boxes(0, s.size, inside)
}

// scanMeta reads metadata: a list of keys, and a list of items that are numbered by
// them, or have the short names of iTunes.
func scanMeta(s *source, meta box) error {
	front, err := s.read(meta.at, min(8, meta.end-meta.at))
	if err != nil {
		return err
	}
	if len(front) == 8 && !slices.Contains([]string{"hdlr", "keys", "ilst"}, string(front[4:])) {
		meta.at += 4 // version and flags, which QuickTime leaves out
	}
	var keys []string
	var lists []box
	err = s.boxes(meta.at, meta.end, func(b box) (err error) {
		switch b.kind {
		case "keys":
			keys, err = readKeys(s, b)
		case "ilst":
			lists = append(lists, b)
		}
		return err
	})
	for _, list := range lists {
		if err == nil {
			err = s.boxes(list.at, list.end, func(item box) error { return scanItem(s, item, keys) })
		}
	}
	return err
}

// readKeys reads version and flags, a count, and keys with their length and namespace.
func readKeys(s *source, b box) (keys []string, err error) {
	if b.end-b.at > maxKeys {
		return nil, errorAt(b.at, "metadata keys of %d bytes: at most %d are read", b.end-b.at, maxKeys)
	}
	for at := b.at + 8; at+8 <= b.end; {
		head, err := s.part(at, 4)
		if err != nil {
			return nil, err
		}
		length := int64(binary.BigEndian.Uint32(head))
		if length < 8 || length > b.end-at {
			return nil, errorAt(at, "a metadata key of %d bytes, where %d are left", length, b.end-at)
		}
		name, err := s.read(at+8, min(length-8, maxName))
		if err != nil {
			return nil, err
		}
		keys = append(keys, string(name))
		at += length
	}
	return keys, nil
}

// scanItem finds the text of an item: a box with its type and language in front.
func scanItem(s *source, item box, keys []string) error {
	name := item.kind
	if i := binary.BigEndian.Uint32([]byte(name)); i >= 1 && uint64(i) <= uint64(len(keys)) {
		name = keys[i-1]
	} else if name == shortComment {
		name = string(comment)
	}
	return s.boxes(item.at, item.end, func(b box) error {
		if b.kind == "data" && b.end-b.at >= 8 {
			s.found(entry{name: name, where: "metadata key", at: b.at + 8, length: b.end - b.at - 8})
		}
		return nil
	})
}
