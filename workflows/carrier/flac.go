package carrier

import (
	"bytes"
	"encoding/binary"
)

// scanFLAC walks over the metadata in front of the sound: blocks of a type, whose
// highest bit marks the last one, a length of 24 bits, and content.
func scanFLAC(s *source) error {
	const vorbisComment, last = 4, 0x80
	for at := int64(4); ; {
		head, err := s.part(at, 4)
		if err != nil {
			return err
		}
		if len(head) < 4 {
			return s.within(at, 4)
		}
		length := int64(binary.BigEndian.Uint32(head) & (1<<24 - 1))
		if err := s.within(at, 4+length); err != nil {
			return err
		}
		if head[0]&^last == vorbisComment {
			if err := scanVorbis(s, at+4, at+4+length); err != nil {
				return err
			}
		}
		if head[0]&last != 0 {
			return nil
		}
		at += 4 + length
	}
}

// scanVorbis finds the texts of a Vorbis comment: who wrote it, how many texts there
// are, and each as NAME=text with its length in front.
func scanVorbis(s *source, at, end int64) error {
	sized := func() (from, length int64, err error) {
		head, err := s.part(at, 4)
		if err != nil {
			return 0, 0, err
		}
		if len(head) < 4 || end-at < 4 {
			return 0, 0, errorAt(at, "the Vorbis comment ends where a length should stand")
		}
		length = int64(binary.LittleEndian.Uint32(head))
		if length > end-at-4 {
			return 0, 0, errorAt(at, "a text of %d bytes, where %d are left", length, end-at-4)
		}
		from, at = at+4, at+4+length
		return from, length, nil
	}
	if _, _, err := sized(); err != nil {
		return err
	}
	for at += 4; at < end; {
		from, length, err := sized()
		if err != nil {
			return err
		}
		front, err := s.read(from, min(length, shortName))
		if err != nil {
			return err
		}
		if name, _, named := bytes.Cut(front, []byte("=")); named {
			skipped := int64(len(name) + 1)
			s.found(entry{name: string(name), where: "Vorbis comment", at: from + skipped, length: length - skipped})
		}
	}
	return nil
}
