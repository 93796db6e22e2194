package software

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

var errDelta = errors.New("a difference in the pack is damaged")

// entryKind reads the head of an entry: three bits of its kind, and its size, which the packed data
// tells as well.
func entryKind(r io.ByteReader) (kind byte, err error) {
	first, err := r.ReadByte()
	for b := first; err == nil && b&0x80 != 0; {
		b, err = r.ReadByte()
	}
	return first >> 4 & 7, err
}

// backwards reads the distance to an object further in front. Each further byte also counts the
// distances that the bytes before it could have said.
func backwards(r io.ByteReader) (int64, error) {
	b, err := r.ReadByte()
	distance := int64(b & 0x7f)
	for n := 0; err == nil && b&0x80 != 0; n++ {
		if n == 7 {
			return 0, errDelta
		}
		b, err = r.ReadByte()
		distance = (distance+1)<<7 | int64(b&0x7f)
	}
	if err == nil && distance == 0 {
		err = errDelta
	}
	return distance, err
}

// patch makes an object out of another one and the difference between them: two sizes, then pieces
// to copy and pieces to insert.
func patch(from, delta []byte) ([]byte, error) {
	r := bytes.NewReader(delta)
	before, err1 := binary.ReadUvarint(r)
	after, err2 := binary.ReadUvarint(r)
	if err1 != nil || err2 != nil || before != uint64(len(from)) || after > maxObject {
		return nil, errDelta
	}
	made := make([]byte, 0, after)
	for r.Len() > 0 && uint64(len(made)) <= after {
		op, _ := r.ReadByte()
		switch {
		case op&0x80 != 0:
			start, length := few(r, op, 4), few(r, op>>4, 3)
			if length == 0 {
				length = 0x10000
			}
			if start+length > len(from) {
				return nil, errDelta
			}
			made = append(made, from[start:start+length]...)
		case op != 0 && int(op) <= r.Len():
			piece := make([]byte, op)
			r.Read(piece)
			made = append(made, piece...)
		default:
			return nil, errDelta
		}
	}
	if uint64(len(made)) != after {
		return nil, errDelta
	}
	return made, nil
}

// few reads a number whose bytes of zero are left out: bit i says whether byte i follows. A byte that
// is missing counts as zero; what it leads to is then wrong, and found out.
func few(r *bytes.Reader, bits byte, most int) (n int) {
	for i := range most {
		if bits>>i&1 != 0 {
			b, _ := r.ReadByte()
			n |= int(b) << (8 * i)
		}
	}
	return n
}
