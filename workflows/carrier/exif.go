package carrier

import (
	"bytes"
	"encoding/binary"
	"slices"
)

const (
	exifPrefix = "Exif\x00\x00"
	exifASCII  = 2  // the type of a text
	exifField  = 12 // bytes of a field: tag, type, count, value or where it stands
)

// scanEXIF finds the texts of the first directory of EXIF data. ComfyUI takes what
// stands in front of the first colon for their name, whatever their tags are.
func scanEXIF(s *source, at, length int64) error {
	end := at + length
	front, err := s.read(at, min(length, int64(len(exifPrefix))))
	if err != nil {
		return err
	}
	if string(front) == exifPrefix {
		at += int64(len(exifPrefix))
	}
	if end-at < 8 {
		return nil
	}
	head, err := s.read(at, 8)
	if err != nil {
		return err
	}
	var order binary.ByteOrder
	switch string(head[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return nil // a JPEG keeps other things in the same segments
	}
	directory := at + int64(order.Uint32(head[4:]))
	if directory+2 > end {
		return errorAt(at+4, "the EXIF data ends in front of its directory")
	}
	head, err = s.read(directory, 2)
	if err != nil {
		return err
	}
	count := int64(order.Uint16(head))
	if directory+2+count*exifField > end {
		return errorAt(directory, "the EXIF data ends inside of its directory of %d fields", count)
	}
	fields, err := s.read(directory+2, count*exifField)
	if err != nil {
		return err
	}
	place := directory + 2 - exifField // of the field
	for field := range slices.Chunk(fields, exifField) {
		place += exifField
		if order.Uint16(field[2:]) != exifASCII {
			continue
		}
		length, text := int64(order.Uint32(field[4:])), at+int64(order.Uint32(field[8:]))
		if length <= 4 {
			continue // too short for a name
		}
		if text > end || length > end-text {
			return errorAt(place, "the EXIF data ends inside of a text of %d bytes", length)
		}
		front, err := s.part(text, min(length, shortName))
		if err != nil {
			return err
		}
		if name, _, named := bytes.Cut(front, []byte(":")); named {
			skipped := int64(len(name) + 1)
			s.found(entry{name: string(name), where: "EXIF text", at: text + skipped, length: length - skipped})
		}
	}
	return nil
}
