package workflows

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

const (
	maxText    = 64 << 20 // bytes of workflow text; the largest seen in the wild has 3 MB
	maxNesting = 1000     // levels of arrays and objects; real files have about 10
)

var utf8BOM = []byte("\xef\xbb\xbf")

// Gate refuses every text that could not be rewritten without loss: text that is
// not JSON, and JSON that readers disagree about (a key written twice). What it
// lets through, gjson reads correctly. src has no byte order mark. Its error is an [*Error].
func Gate(src []byte) error {
	if len(src) > maxText {
		return errorAt(src, 0, "the workflow has too much text: at most %d MiB are read", maxText>>20)
	}
	if isUTF16(src) {
		return errorAt(src, 0, "this is UTF-16 text, JSON is UTF-8; PowerShell's > and Out-File write UTF-16: write it again with | Set-Content -Encoding utf8")
	}
	// walk limits the nesting first: gjson's check has no limit, and is three times
	// as fast as that of encoding/json.
	found := walk(src)
	if found == nil && gjson.ValidBytes(src) {
		return nil
	}
	if !json.Valid(src) {
		return syntaxError(src)
	}
	if found == nil {
		return nil // gjson is stricter somewhere; encoding/json has the word
	}
	return found
}

func isUTF16(src []byte) bool {
	if bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")) {
		return true
	}
	return len(src) >= 2 && (src[0] == 0) != (src[1] == 0)
}

// syntaxError says in plain words why encoding/json refuses src.
func syntaxError(src []byte) *Error {
	var raw json.RawMessage
	var syntax *json.SyntaxError
	if err := json.Unmarshal(src, &raw); !errors.As(err, &syntax) {
		return errorAt(src, 0, "not JSON: %v", err)
	}
	at := max(int(syntax.Offset)-1, 0)
	reason := syntax.Error()
	switch {
	case len(bytes.TrimSpace(src)) == 0:
		return errorAt(src, 0, "the file is empty")
	case int(syntax.Offset) >= len(src) && endsEarly(reason):
		return errorAt(src, len(src), "the file ends in the middle: was it cut off while saving or downloading?")
	case strings.HasSuffix(reason, "exceeded max depth"):
		return tooDeep(src, at)
	}
	if start, word := foreignWord(src, at, pythonNumber); word != "" {
		return errorAt(src, start, "%s is not JSON, and ComfyUI does not load a file with it; a Python program wrote it", word)
	}
	if start, word := foreignWord(src, at, template); word != "" {
		return errorAt(src, start, "a template placeholder stands where a value belongs: %s must be filled in first", word)
	}
	return errorAt(src, at, "not JSON: %s", reason)
}

// endsEarly reports whether encoding/json, at the end of a text, complains of the
// end itself: it says so, or takes the end for a blank.
func endsEarly(reason string) bool {
	return reason == "unexpected end of JSON input" || strings.HasPrefix(reason, "invalid character ' '")
}

func tooDeep(src []byte, at int) *Error {
	return errorAt(src, at, "nested more than %d levels deep", maxNesting)
}

// What often stands where JSON wants a value. encoding/json stumbles over the
// first or the second character.
const (
	pythonNumber = `NaN|-?Infinity`
	template     = `\{\{[^{}"\n]*\}\}|\{%[^"\n]*?%\}|\$\{[^{}"\n]*\}|\{\w+\}|%\w+%`
)

// foreignWord returns the word of that pattern that stands at an offset or begins
// one byte before it, "" if none does.
func foreignWord(src []byte, at int, pattern string) (start int, word string) {
	is := regexp.MustCompile(`^(?:` + pattern + `)`)
	for start := max(at-1, 0); start <= at; start++ {
		if word := is.Find(src[start:]); word != nil {
			return start, string(word)
		}
	}
	return at, ""
}

// container is an object or array that walk is inside of.
type container struct {
	object bool
	keys   int // where its keys begin in the walker's list
	index  map[string]struct{}
}

// manyKeys is where looking a key up in a map gets cheaper than comparing it
// with each of its siblings.
const manyKeys = 24

// structural are the bytes that walk stops at; most are not.
var structural = [256]bool{'"': true, '{': true, '}': true, '[': true, ']': true, ',': true}

// walk looks through a text once, for nesting and for keys written twice. What it
// finds counts only if the text is valid JSON; of any other it stops somewhere.
func walk(src []byte) *Error {
	var open []container
	var keys [][]byte
	expectKey := false
	for i := 0; i < len(src); i++ {
		if !structural[src[i]] {
			continue
		}
		switch src[i] {
		case '"':
			end := stringEnd(src, i)
			if end < 0 {
				return nil
			}
			if expectKey {
				expectKey = false
				key := plainKey(src[i : end+1])
				in := &open[len(open)-1]
				if in.has(keys, key) {
					return errorAt(src, i, "the key %q is written twice in one object, and programs disagree about which one counts", key)
				}
				keys = append(keys, key)
			}
			i = end
		case '{', '[':
			if len(open) == maxNesting {
				return tooDeep(src, i)
			}
			expectKey = src[i] == '{'
			open = append(open, container{object: expectKey, keys: len(keys)})
		case '}', ']':
			if len(open) == 0 {
				return nil
			}
			keys = keys[:open[len(open)-1].keys]
			open = open[:len(open)-1]
			expectKey = false
		case ',':
			expectKey = len(open) > 0 && open[len(open)-1].object
		}
	}
	return nil
}

// has reports whether key stands in the container already; all are the walker's keys.
func (c *container) has(all [][]byte, key []byte) bool {
	own := all[c.keys:]
	if len(own) < manyKeys {
		for _, k := range own {
			if bytes.Equal(k, key) {
				return true
			}
		}
		return false
	}
	if c.index == nil {
		c.index = make(map[string]struct{}, 2*manyKeys)
		for _, k := range own {
			c.index[string(k)] = struct{}{}
		}
	}
	if _, twice := c.index[string(key)]; twice {
		return true
	}
	c.index[string(key)] = struct{}{}
	return false
}

// stringEnd returns the offset of the quote that closes the string opened at start,
// -1 if none does.
func stringEnd(src []byte, start int) int {
	for i := start + 1; i < len(src); i++ {
		switch src[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// plainKey returns a quoted key without quotes and escapes.
func plainKey(quoted []byte) []byte {
	inner := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return inner
	}
	var plain string
	if err := json.Unmarshal(quoted, &plain); err != nil {
		return []byte(strconv.Quote(string(inner)))
	}
	return []byte(plain)
}
