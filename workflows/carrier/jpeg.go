package carrier

import "encoding/binary"

// scanJPEG walks over the segments in front of a JPEG's picture: 0xff, a marker, and
// their length with itself. ComfyUI writes none of them, some packs of nodes do.
func scanJPEG(s *source) error {
	const app1, startOfScan = 0xe1, 0xda
	for at := int64(2); at < s.size; {
		head, err := s.part(at, 4)
		if err != nil {
			return err
		}
		if len(head) < 4 {
			return s.within(at, 4)
		}
		length := int64(binary.BigEndian.Uint16(head[2:]))
		switch {
		case head[0] != 0xff || length < 2:
			return errorAt(at, "a segment of the JPEG should begin here")
		case head[1] == startOfScan:
			return nil
		}
		if err := s.within(at, 2+length); err != nil {
			return err
		}
		if head[1] == app1 {
			if err := scanEXIF(s, at+4, length-2); err != nil {
				return err
			}
		}
		at += 2 + length
	}
	return nil
}
