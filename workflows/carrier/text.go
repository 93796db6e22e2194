package carrier

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// maxQuoting is how many times a text may be a JSON text inside a JSON text:
// VideoHelperSuite writes prompts so, and other programs copy them once more.
const maxQuoting = 4

// text reads the last text with a key, or finds it in the comment; nil is none.
func (s *source) text(key Key) (*Text, error) {
	name, pick := key, func(raw []byte) []byte { return raw }
	if s.copies[key] == 0 {
		name, pick = comment, func(raw []byte) []byte { return []byte(gjson.GetBytes(raw, string(key)).Raw) }
	}
	e, ok := s.last[name]
	if !ok {
		return nil, nil
	}
	raw, err := s.load(e)
	if err != nil {
		return nil, err
	}
	raw, err = unquoted(pick(raw))
	if err != nil {
		return nil, errorAt(e.at, "the %s %q: %v", e.where, e.name, err)
	}
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	t := &Text{Key: key, Where: e.where + " " + strconv.Quote(e.name), Offset: e.at, Copies: s.copies[name]}
	t.JSON, t.Nulled = withoutNaN(raw)
	return t, nil
}

// load reads what an entry stands for.
func (s *source) load(e entry) ([]byte, error) {
	raw, err := s.read(e.at, e.length)
	if err != nil || e.decode == nil {
		return raw, err
	}
	if raw, err = e.decode(raw); err != nil {
		return nil, errorAt(e.at, "the %s %q: %v", e.where, e.name, err)
	}
	return raw, nil
}

// unquoted takes off what is around the JSON of a text: blanks, zeros, quotes.
func unquoted(raw []byte) ([]byte, error) {
	const blanks = " \t\r\n\x00"
	raw = bytes.Trim(raw, blanks)
	for n := 0; bytes.HasPrefix(raw, []byte(`"`)); n++ {
		var inner string
		if n == maxQuoting {
			return nil, fmt.Errorf("quoted more than %d times", maxQuoting)
		}
		if err := json.Unmarshal(raw, &inner); err != nil {
			return nil, fmt.Errorf("a quoted text that is broken: %v", err)
		}
		raw = bytes.Trim([]byte(inner), blanks)
	}
	return raw, nil
}

// withoutNaN writes null for every NaN, Infinity and -Infinity that is not inside of
// a string, and counts them.
func withoutNaN(text []byte) (out []byte, count int) {
	if !bytes.Contains(text, []byte("NaN")) && !bytes.Contains(text, []byte("Infinity")) {
		return text, 0
	}
	done := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			i = stringEnd(text, i)
		case inWord(c):
			start := i
			for i+1 < len(text) && inWord(text[i+1]) {
				i++
			}
			switch string(text[start : i+1]) {
			case "NaN", "Infinity", "-Infinity":
				out = append(append(out, text[done:start]...), "null"...)
				done = i + 1
				count++
			}
		}
	}
	return append(out, text[done:]...), count
}

// stringEnd returns where the string that begins at start ends.
func stringEnd(text []byte, start int) int {
	for i := start + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(text)
}

// inWord reports whether a byte belongs to a number or a word such as true.
func inWord(c byte) bool {
	return c == '-' || c == '+' || c == '.' || c == '_' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// latin1 makes UTF-8 of a text that should be Latin-1, and is UTF-8 more often.
func latin1(text []byte) ([]byte, error) {
	if utf8.Valid(text) {
		return text, nil
	}
	runes := make([]rune, len(text))
	for i, c := range text {
		runes[i] = rune(c)
	}
	return []byte(string(runes)), nil
}

// inflate unpacks a zlib stream.
func inflate(packed []byte) ([]byte, error) {
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, errors.New("it is not packed as it says, by zlib")
	}
	text, err := io.ReadAll(io.LimitReader(z, maxText+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the packed text is broken: %v", err)
	case len(text) > maxText:
		return nil, fmt.Errorf("it has more than %d MiB when unpacked", maxText>>20)
	}
	return text, nil
}
