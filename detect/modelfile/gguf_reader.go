package modelfile

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// The types of a GGUF value that are looked into.
const (
	ggufU32    = 4
	ggufI32    = 5
	ggufString = 8
	ggufArray  = 9
	ggufI64    = 11
)

// ggufSize is the bytes of a plain value by its type; 0 is no plain value.
var ggufSize = [...]int64{0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}

// reader reads the little-endian values of a GGUF header. After an error all answers are zero.
type reader struct {
	from *bufio.Reader
	at   int64 // where the next value begins in the file
	end  int64 // of the file, or of what is read of it
	size int64 // of the file
	word [8]byte
	err  error
}

func newReader(r io.ReaderAt, size int64) *reader {
	end := min(size, maxHeader)
	return &reader{from: bufio.NewReader(io.NewSectionReader(r, 0, end)), end: end, size: size}
}

// fail notes the first error.
func (b *reader) fail(at int64, format string, args ...any) {
	if b.err == nil {
		b.err = errorAt(at, format, args...)
	}
}

// room reports whether n more bytes can be read.
func (b *reader) room(n int64) bool {
	switch {
	case b.err != nil:
		return false
	case n <= b.end-b.at:
		return true
	case b.end < b.size:
		b.fail(b.at, "%d bytes belong here: at most the first %d MB of a file are read", n, maxHeader/1_000_000)
	default:
		b.fail(b.at, "the file ends inside of the header: %d more bytes belong here", n)
	}
	return false
}

// read fills to with what comes next.
func (b *reader) read(to []byte) bool {
	if !b.room(int64(len(to))) {
		return false
	}
	n, err := io.ReadFull(b.from, to)
	b.at += int64(n)
	b.failed(err)
	return b.err == nil
}

// failed notes that the file could not be read as far as its size.
func (b *reader) failed(err error) {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		b.fail(b.at, "the file ends inside of the header")
	case err != nil && b.err == nil:
		b.err = err
	}
}

func (b *reader) u32() uint32 {
	if !b.read(b.word[:4]) {
		return 0
	}
	return binary.LittleEndian.Uint32(b.word[:])
}

func (b *reader) u64() uint64 {
	if !b.read(b.word[:]) {
		return 0
	}
	return binary.LittleEndian.Uint64(b.word[:])
}

// text reads a string of at most limit bytes.
func (b *reader) text(limit int64) string {
	at := b.at
	n := b.length()
	if n > limit {
		b.fail(at, "a name of %d bytes: at most %d are read", n, limit)
		return ""
	}
	if !b.room(n) {
		return ""
	}
	text := make([]byte, n)
	b.read(text)
	return string(text)
}

// length reads a count that the rest of the file can hold, one byte each.
func (b *reader) length() int64 {
	at := b.at
	n := b.u64()
	if n > 1<<62 {
		b.fail(at, "a length beyond all sizes")
		return 0
	}
	return int64(n)
}

// skip goes past n bytes.
func (b *reader) skip(n int64) {
	if !b.room(n) {
		return
	}
	done, err := b.from.Discard(int(n))
	b.at += int64(done)
	b.failed(err)
}

// value goes past a value of a type that stands at, arrays being at most depth levels deep.
func (b *reader) value(at int64, kind uint32, depth int) {
	switch {
	case b.err != nil:
	case kind == ggufString:
		b.skip(b.length())
	case kind == ggufArray && depth == 0:
		b.fail(at, "nested more than %d levels deep", maxNesting)
	case kind == ggufArray:
		at := b.at
		item, count := b.u32(), b.length()
		if item < uint32(len(ggufSize)) && ggufSize[item] > 0 {
			if count > maxHeader {
				b.fail(at, "an array of %d values: at most %d MB are read", count, maxHeader/1_000_000)
				return
			}
			b.skip(count * ggufSize[item])
			return
		}
		for ; count > 0 && b.err == nil; count-- {
			b.value(at, item, depth-1)
		}
	case kind < uint32(len(ggufSize)):
		b.skip(ggufSize[kind])
	default:
		b.fail(at, "a value of the type %d, which is not known", kind)
	}
}
