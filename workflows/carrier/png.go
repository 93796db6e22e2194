package carrier

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

const pngSignature = "\x89PNG\r\n\x1a\n"

// scanPNG walks over the chunks of a PNG or APNG: length, type, data, checksum.
func scanPNG(s *source) error {
	for at := int64(len(pngSignature)); ; {
		head, err := s.part(at, 8)
		if err != nil {
			return err
		}
		if len(head) < 8 {
			return s.within(at, 8)
		}
		length, kind := int64(binary.BigEndian.Uint32(head)), string(head[4:])
		if kind == "IEND" {
			return nil
		}
		if err := s.within(at, 8+length); err != nil {
			return err
		}
		switch kind {
		case "tEXt", "zTXt", "iTXt", "comf":
			if err := pngText(s, kind, at+8, length); err != nil {
				return err
			}
		}
		at += 8 + length + 4
	}
}

// pngText finds the text of a chunk behind its keyword. comf is ComfyUI's own chunk
// for animations, and like tEXt.
func pngText(s *source, kind string, at, length int64) error {
	front, err := s.read(at, min(length, maxName))
	if err != nil {
		return err
	}
	keyword, rest, whole := bytes.Cut(front, []byte{0})
	e := entry{name: string(keyword), where: kind + " chunk", decode: latin1}
	switch kind {
	case "zTXt":
		if whole = whole && len(rest) > 0; whole {
			e.decode = unpackLatin1(rest[0])
			rest = rest[1:]
		}
	case "iTXt":
		if whole = whole && len(rest) > 2; whole {
			e.decode = nil
			if rest[0] != 0 {
				e.decode = unpack(rest[1])
			}
			_, rest, whole = bytes.Cut(rest[2:], []byte{0}) // the language
			if whole {
				_, rest, whole = bytes.Cut(rest, []byte{0}) // the keyword in that language
			}
		}
	}
	if whole {
		skipped := int64(len(front) - len(rest))
		e.at, e.length = at+skipped, length-skipped
		s.found(e)
	}
	return nil
}

func unpack(method byte) func([]byte) ([]byte, error) {
	if method == 0 {
		return inflate
	}
	return func([]byte) ([]byte, error) {
		return nil, fmt.Errorf("it is packed by method %d, PNG has only 0", method)
	}
}

func unpackLatin1(method byte) func([]byte) ([]byte, error) {
	return func(packed []byte) ([]byte, error) {
		text, err := unpack(method)(packed)
		if err != nil {
			return nil, err
		}
		return latin1(text)
	}
}
