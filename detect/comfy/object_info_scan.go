package comfy

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// What is read of one class at most. The largest have a list of some thousand files for
// each of a dozen inputs.
const (
	maxClass     = 32 << 20 // bytes
	maxClassName = 4 << 10  // bytes
	maxDepth     = 200      // levels of lists and objects; real ones have about 10
)

// byteOrderMark is what some programs write in front of UTF-8.
const byteOrderMark = "\xef\xbb\xbf"

// classScanner reads an object member by member, and keeps one of them at a time.
type classScanner struct {
	in    *bufio.Reader
	at    int64 // offset of what is read next
	value []byte
}

// indexClasses finds the classes of an object_info, and proves that it is one.
func indexClasses(file io.Reader) (map[string]extent, error) {
	s := &classScanner{in: bufio.NewReaderSize(file, 64<<10)}
	if start, _ := s.in.Peek(len(byteOrderMark)); string(start) == byteOrderMark {
		s.skip(len(byteOrderMark))
	}
	if start, _ := s.in.Peek(4); bytes.IndexByte(start, 0) >= 0 || s.next() == 0 {
		return nil, inValue(0, start) // UTF-16, or nothing at all
	}
	if s.next() != '{' {
		return nil, s.wrong("not what ComfyUI answers to /object_info: an object of node classes is wanted")
	}
	s.skip(1)
	classes := map[string]extent{}
	for first := true; ; first = false {
		c := s.next()
		if c == '}' {
			break
		}
		if !first {
			if c != ',' {
				return nil, s.wrong(ended(c, "a comma is wanted between classes"))
			}
			s.skip(1)
			c = s.next()
		}
		if c != '"' {
			return nil, s.wrong(ended(c, "the name of a class is wanted"))
		}
		name, from, err := s.member()
		if err != nil {
			return nil, err
		}
		if _, twice := classes[name]; twice {
			return nil, wrongAt(from, "the class %.200q is written twice", name)
		}
		classes[name] = extent{from, int64(len(s.value))}
	}
	s.skip(1)
	s.next()
	if rest, _ := s.in.Peek(1); len(rest) > 0 {
		return nil, s.wrong("not JSON: text behind the end of the object")
	}
	return classes, nil
}

// member reads the name of a class and its value, which stands at from.
func (s *classScanner) member() (name string, from int64, err error) {
	at := s.at
	if err := s.read(maxClassName); err != nil {
		return "", 0, err
	}
	if json.Unmarshal(s.value, &name) != nil {
		return "", 0, inValue(at, s.value)
	}
	if c := s.next(); c != ':' {
		return "", 0, s.wrong(ended(c, "a colon is wanted behind the name of a class"))
	}
	s.skip(1)
	c := s.next()
	from = s.at
	if c != '{' {
		return "", 0, s.wrong(ended(c, fmt.Sprintf("not what ComfyUI answers to /object_info: %.200q should be a node class, an object", name)))
	}
	if err := s.read(maxClass); err != nil {
		return "", 0, err
	}
	if !gjson.ValidBytes(s.value) {
		return "", 0, inValue(from, s.value)
	}
	if !hasInput(s.value) {
		return "", 0, wrongAt(from, "not what ComfyUI answers to /object_info: the class %.200q has no \"input\"", name)
	}
	return name, from, nil
}

// hasInput reports whether a class, which is valid JSON, tells its inputs. ComfyUI writes
// them first, so that no copy need be made of them.
func hasInput(class []byte) bool {
	rest, first := bytes.CutPrefix(bytes.TrimLeft(class, "{ \t\r\n"), []byte(`"input"`))
	if first {
		return bytes.HasPrefix(bytes.TrimLeft(rest, ": \t\r\n"), []byte("{"))
	}
	return gjson.GetBytes(class, "input").IsObject()
}

// read takes the text or object that begins here, and nothing but counts its quotes and
// brackets.
func (s *classScanner) read(most int) error {
	s.value = s.value[:0]
	var b brackets
	for {
		chunk, err := s.in.Peek(max(1, s.in.Buffered()))
		if len(chunk) == 0 {
			if err == io.EOF {
				return s.wrong(endsEarly)
			}
			return err
		}
		n, closed := b.count(chunk)
		s.value = append(s.value, chunk[:n]...)
		switch {
		case b.depth > maxDepth:
			return s.wrong(fmt.Sprintf("nested more than %d levels deep", maxDepth))
		case len(s.value) > most:
			return s.wrong(fmt.Sprintf("one class has more than %d KiB", most>>10))
		}
		if s.skip(n); closed {
			return nil
		}
	}
}

// endsEarly is said of a file that is not whole.
const endsEarly = "the file ends in the middle: was it cut off while saving or downloading?"

// ended tells of the end of the file where something else is wanted.
func ended(found byte, wanted string) string {
	if found == 0 {
		return endsEarly
	}
	return wanted
}

// next passes over blanks and returns what follows, 0 at the end.
func (s *classScanner) next() byte {
	for {
		c, err := s.in.Peek(1)
		switch {
		case err != nil:
			return 0
		case c[0] != ' ' && c[0] != '\t' && c[0] != '\r' && c[0] != '\n':
			return c[0]
		}
		s.skip(1)
	}
}

func (s *classScanner) skip(n int) {
	n, _ = s.in.Discard(n)
	s.at += int64(n)
}

// wrong says what is wrong with what is read next.
func (s *classScanner) wrong(reason string) error { return wrongAt(s.at, "%s", reason) }

func wrongAt(offset int64, format string, args ...any) error {
	return &misplaced{offset, &workflows.Error{Position: workflows.Position{Line: 1, Col: 1}, Reason: fmt.Sprintf(format, args...)}}
}

// inValue says what is wrong with a value that stands at an offset.
func inValue(from int64, value []byte) error {
	var found *workflows.Error
	if errors.As(workflows.Gate(value), &found) {
		return &misplaced{from, found}
	}
	return wrongAt(from, "not JSON")
}
