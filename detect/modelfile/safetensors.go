package modelfile

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// readSafetensors reads a header of length bytes of JSON, which follows the eight bytes of its length.
func readSafetensors(r io.ReaderAt, size, length int64) (*Header, error) {
	if length > maxHeader {
		return nil, errorAt(0, "a header of %d MB: at most %d MB are read", length/1e6, maxHeader/1_000_000)
	}
	if length > size-8 {
		return nil, errorAt(0, "the header is said to have %d bytes, the file has %d: was the download cut off?", length, size)
	}
	var text strings.Builder
	text.Grow(int(length))
	if _, err := io.Copy(&text, io.NewSectionReader(r, 8, length)); err != nil {
		return nil, err
	}
	s := scanner{src: text.String(), base: 8}
	if int64(len(s.src)) < length {
		return nil, errorAt(8+int64(len(s.src)), "the file ends inside of the header")
	}
	if !utf8.ValidString(s.src) {
		return nil, errorAt(8+int64(invalidUTF8(s.src)), "the header is not UTF-8 text")
	}
	v := newSurvey(Safetensors, length/100) // the usual length of an entry
	p := entries{scanner: &s, survey: v}
	s.object(p.entry)
	if s.err == nil && s.next() != 0 || s.i < len(s.src) {
		s.fail(s.i, "something follows the end of the header's JSON")
	}
	if s.err != nil {
		return nil, s.err
	}
	if err := v.spans.check(size - 8 - length); err != nil {
		return nil, err
	}
	return v.header(), nil
}

func invalidUTF8(text string) int {
	for i, r := range text {
		if r != utf8.RuneError {
			continue
		}
		if _, width := utf8.DecodeRuneInString(text[i:]); width == 1 {
			return i
		}
	}
	return 0
}

// entries reads the members of a header's object.
type entries struct {
	*scanner
	*survey
	shape []int64 // of the present tensor
}

// entry reads one tensor, {"dtype": "BF16", "shape": [2, 3], "data_offsets": [0, 12]}, or the
// __metadata__, which is free text.
func (p *entries) entry(name string, at int) {
	if !p.names.add(name) {
		p.fail(at, "the tensor %s is written twice", short(name))
		return
	}
	if name == "__metadata__" {
		p.skip(maxNesting)
		return
	}
	if p.tensors == maxTensors {
		p.fail(at, "more than %d tensors", maxTensors)
		return
	}
	var dtype string
	var offsets [2]int64
	var have [3]bool
	field := func(n int, name string, at int) {
		if have[n] {
			p.fail(at, "%s is written twice", name)
		}
		have[n] = true
	}
	p.object(func(key string, at int) {
		switch key {
		case "dtype":
			field(0, key, at)
			dtype = p.text(maxName)
		case "shape":
			field(1, key, at)
			p.shape = p.shape[:0]
			p.list('[', ']', func() {
				if len(p.shape) == maxDims {
					p.fail(p.i, "a tensor of more than %d dimensions", maxDims)
				}
				p.shape = append(p.shape, p.number())
			})
		case "data_offsets":
			field(2, key, at)
			p.want('[')
			offsets[0] = p.number()
			p.want(',')
			offsets[1] = p.number()
			p.want(']')
		default:
			p.skip(maxNesting)
		}
	})
	if p.err != nil {
		return
	}
	if have != [3]bool{true, true, true} {
		p.fail(at, "the tensor %s lacks its dtype, shape or data_offsets", short(name))
		return
	}
	bytes := offsets[1] - offsets[0]
	if reason := wrongSize(dtype, p.shape, bytes); reason != "" {
		p.fail(at, "the tensor %s %s", short(name), reason)
		return
	}
	p.spans.add(span{begin: offsets[0], end: offsets[1], name: name, at: p.base + int64(at)})
	p.add(tensor{name: name, dtype: dtype, shape: p.shape, bytes: bytes})
}

// wrongSize says what is wrong with a tensor of that many bytes; "" is nothing. Of a type that is
// not known here any size is right.
func wrongSize(dtype string, shape []int64, bytes int64) string {
	if bytes < 0 {
		return "ends before it begins"
	}
	n, ok := product(shape)
	if !ok {
		return "has a shape beyond all sizes"
	}
	bits := safetensorsBits(dtype)
	if bits == 0 {
		return ""
	}
	if want := n * bits / 8; n > 1<<56 || want != bytes || n*bits%8 != 0 {
		return fmt.Sprintf("has %d bytes, %s%v needs %d", bytes, dtype, shape, want)
	}
	return ""
}

// safetensorsBits is the size of one value of a type; 0 is unknown.
func safetensorsBits(dtype string) int64 {
	switch dtype {
	case "F4":
		return 4
	case "F6_E2M3", "F6_E3M2":
		return 6
	case "BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ":
		return 8
	case "F16", "BF16", "I16", "U16":
		return 16
	case "F32", "I32", "U32":
		return 32
	case "F64", "I64", "U64", "C64":
		return 64
	}
	return 0
}
