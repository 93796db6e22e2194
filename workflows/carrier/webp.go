package carrier

import (
	"encoding/binary"
	"strings"
)

func isWebP(head string) bool {
	return strings.HasPrefix(head, "RIFF") && head[8:12] == "WEBP"
}

// scanWebP walks over the chunks of a RIFF file: type, length, data, which is padded
// to an even length.
func scanWebP(s *source) error {
	riff, err := s.read(4, 4)
	if err != nil {
		return err
	}
	end := min(8+int64(binary.LittleEndian.Uint32(riff)), s.size)
	for at := int64(12); at < end; {
		head, err := s.part(at, 8)
		if err != nil {
			return err
		}
		if len(head) < 8 {
			return s.within(at, 8)
		}
		length := int64(binary.LittleEndian.Uint32(head[4:]))
		if err := s.within(at, 8+length); err != nil {
			return err
		}
		if string(head[:4]) == "EXIF" {
			if err := scanEXIF(s, at+8, length); err != nil {
				return err
			}
		}
		at += 8 + length + length%2
	}
	return nil
}
