package modelfile

import (
	"encoding/json"
	"strings"
)

// scanner reads the JSON of a safetensors header, once and strictly.
//
// gjson is for text that is known to be JSON, and its check gives no offset and takes as much stack
// as a hostile text is deep. This is one pass that checks, bounds and reads, because it knows the
// few shapes that a header has. After an error it stands at the end, and all answers are empty.
type scanner struct {
	src  string
	i    int
	base int64 // where src begins in the file
	err  error
}

// fail notes the first error, at an offset in src.
func (s *scanner) fail(at int, format string, args ...any) {
	if s.err == nil {
		s.err = errorAt(s.base+int64(at), format, args...)
	}
	s.i = len(s.src)
}

// next skips blanks and returns the byte behind them, 0 at the end.
func (s *scanner) next() byte {
	if s.i < len(s.src) && s.src[s.i] > ' ' {
		return s.src[s.i]
	}
	return s.blanks()
}

func (s *scanner) blanks() byte {
	for ; s.i < len(s.src); s.i++ {
		switch c := s.src[s.i]; c {
		case ' ', '\n', '\t', '\r':
		default:
			return c
		}
	}
	return 0
}

// take goes past the byte c if it is the next, and reports whether it was.
func (s *scanner) take(c byte) bool {
	if s.next() != c {
		return false
	}
	s.i++
	return true
}

// want goes past the byte c, which must come.
func (s *scanner) want(c byte) {
	if s.take(c) {
		return
	}
	if s.i >= len(s.src) {
		s.fail(s.i, "the header ends where %q belongs", c)
		return
	}
	s.fail(s.i, "not JSON: %q stands where %q belongs", s.src[s.i], c)
}

// list goes through an object or array from open to shut, calling item before each of its items.
func (s *scanner) list(open, shut byte, item func()) {
	s.want(open)
	if s.err != nil || s.take(shut) {
		return
	}
	for {
		item()
		if s.err != nil || s.take(shut) {
			return
		}
		s.want(',')
	}
}

// object goes through an object; value must read the value of the key, whose quote stands at.
func (s *scanner) object(value func(key string, at int)) {
	s.list('{', '}', func() {
		s.next()
		at := s.i
		key := s.text(maxName)
		s.want(':')
		if s.err == nil {
			value(key, at)
		}
	})
}

// text reads a string of at most limit bytes.
func (s *scanner) text(limit int) string {
	quoted, escaped := s.quoted()
	if s.err != nil {
		return ""
	}
	if len(quoted) > limit+2 {
		s.fail(s.i-len(quoted), "a name of %d bytes: at most %d are read", len(quoted)-2, limit)
		return ""
	}
	if !escaped {
		return quoted[1 : len(quoted)-1]
	}
	var plain string
	if err := json.Unmarshal([]byte(quoted), &plain); err != nil {
		s.fail(s.i-len(quoted), "not JSON: %v", err)
	}
	return plain
}

// quoted reads a string and returns it as written. Escapes in it are not checked.
func (s *scanner) quoted() (text string, escaped bool) {
	s.want('"')
	start := s.i - 1
	for i := s.i; i < len(s.src); i++ {
		switch c := s.src[i]; {
		case c > '\\': // most letters
		case c == '"':
			s.i = i + 1
			return s.src[start:s.i], escaped
		case c == '\\':
			i++
			escaped = true
		case c < ' ':
			s.fail(i, "not JSON: a control character inside of a string")
			return "", false
		}
	}
	s.fail(start, "this string never ends")
	return "", false
}

// number reads a whole number that is not negative.
func (s *scanner) number() int64 {
	s.next()
	start := s.i
	var n int64
	for ; s.i < len(s.src) && '0' <= s.src[s.i] && s.src[s.i] <= '9'; s.i++ {
		n = n*10 + int64(s.src[s.i]-'0') // and rubbish when it is too long
	}
	switch digits := s.src[start:s.i]; {
	case s.err != nil:
	case len(digits) > 18:
		s.fail(start, "a number beyond all sizes")
		return 0
	case digits == "" || s.i < len(s.src) && strings.IndexByte(".eE", s.src[s.i]) >= 0:
		s.fail(start, "a whole number belongs here")
	case len(digits) > 1 && digits[0] == '0':
		s.fail(start, "not JSON: a number begins with 0")
	}
	return n
}

// skip goes past any value that is at most depth levels deep.
func (s *scanner) skip(depth int) {
	c := s.next()
	start := s.i
	if depth == 0 && (c == '{' || c == '[') {
		s.fail(start, "nested more than %d levels deep", maxNesting)
		return
	}
	switch c {
	case '{':
		s.list('{', '}', func() {
			s.skipText()
			s.want(':')
			s.skip(depth - 1)
		})
	case '[':
		s.list('[', ']', func() { s.skip(depth - 1) })
	case '"':
		s.skipText()
	default:
		for s.i < len(s.src) && strings.IndexByte(" \t\r\n,:]}[{\"", s.src[s.i]) < 0 {
			s.i++
		}
		if !json.Valid([]byte(s.src[start:s.i])) {
			s.fail(start, "not JSON: a value belongs here")
		}
	}
}

// skipText goes past a string of any length.
func (s *scanner) skipText() {
	if quoted, escaped := s.quoted(); escaped && !json.Valid([]byte(quoted)) {
		s.fail(s.i-len(quoted), "not JSON: a backslash that escapes nothing")
	}
}
