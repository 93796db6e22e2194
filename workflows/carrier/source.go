package carrier

import (
	"io"
	"slices"
	"strings"
)

// What is read of a file that may be hostile.
const (
	maxText   = 64 << 20 // bytes of a text, unpacked; no workflow may have more
	maxParts  = 1 << 20  // chunks, boxes, elements and tags; two hours of streamed video have as many
	maxName   = 1 << 10  // bytes in front of a text: its name, language, translated name
	shortName = 64       // bytes in which the name of a text ends that is a part of it
	maxNames  = 5        // that are told of when nothing is found
)

// source is a file that is read piece by piece, and what was found in it so far.
type source struct {
	r     io.ReaderAt
	size  int64
	parts int

	last   map[Key]entry
	copies map[Key]int
	names  []string // of other texts
}

// entry is a text with a name: where it stands, and how it is written there.
type entry struct {
	name       string
	where      string                       // "tEXt chunk"
	at, length int64                        // of the text, in bytes of the file
	decode     func([]byte) ([]byte, error) // what makes UTF-8 of it; nil takes it as it is
}

// found takes note of a text, which is not read yet.
func (s *source) found(e entry) {
	for _, key := range []Key{Workflow, Prompt, comment} {
		if strings.EqualFold(e.name, string(key)) {
			s.last[key] = e
			s.copies[key]++
		}
	}
	if len(s.names) < maxNames && e.name != "" && !slices.Contains(s.names, e.name) {
		s.names = append(s.names, e.name)
	}
}

// part reads the head of the next piece of a file: n bytes, or what is left of it.
func (s *source) part(at, n int64) ([]byte, error) {
	if s.parts++; s.parts > maxParts {
		return nil, errorAt(at, "more than %d parts: nothing behind is read", maxParts)
	}
	return s.read(at, min(n, max(s.size-at, 0)))
}

// read returns n bytes at an offset.
func (s *source) read(at, n int64) ([]byte, error) {
	if err := s.within(at, n); err != nil {
		return nil, err
	}
	if n > maxText {
		return nil, errorAt(at, "a text of %d MiB: at most %d MiB are read", n>>20, maxText>>20)
	}
	b := make([]byte, n)
	if got, err := s.r.ReadAt(b, at); int64(got) < n {
		return nil, err
	}
	return b, nil
}

// within refuses a piece that reaches beyond the end of the file.
func (s *source) within(at, n int64) error {
	if at < 0 || n < 0 || at > s.size || n > s.size-at {
		return errorAt(min(max(at, 0), s.size), "%d bytes are said to follow, but the file ends at byte %d: was it cut off?", n, s.size)
	}
	return nil
}
