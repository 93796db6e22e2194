package carrier

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Key names what a text is, in all formats and in any case.
type Key string

const (
	// Workflow is the workflow as the editor saves it.
	Workflow Key = "workflow"
	// Prompt is the API prompt, which the server executed.
	Prompt Key = "prompt"
)

// comment is the key under which VideoHelperSuite writes one object of both.
const comment Key = "comment"

// Text is a workflow or prompt out of a file.
type Text struct {
	// Kind is the file that it was found in: "a PNG picture".
	Kind string
	Key  Key
	// Without is the key that was wanted more, but is not there; "" for none.
	Without Key
	// Where is the piece of the file that it stands in, `tEXt chunk "workflow"`, and
	// Offset where its text begins, in bytes from the start of the file.
	Where  string
	Offset int64
	// Copies is how many texts have that key. The last one is taken, as ComfyUI does.
	Copies int
	// JSON is the text. Whether it is JSON nobody has looked.
	JSON []byte
	// Nulled is how many times NaN or Infinity stood in it, which Python writes and
	// JSON does not have. They are null now, as ComfyUI's editor reads them.
	Nulled int
	// Fault is what is wrong with the file behind the text, nil for nothing.
	Fault error
}

// Error is what is wrong with a file, and where in it.
type Error struct {
	Offset int64 // bytes from the start of the file
	Reason string
}

func (e *Error) Error() string { return fmt.Sprintf("byte %d: %s", e.Offset, e.Reason) }

func errorAt(offset int64, reason string, args ...any) *Error {
	return &Error{Offset: offset, Reason: fmt.Sprintf(reason, args...)}
}

// HeadSize is how many bytes of a file [Recognise] wants to see.
const HeadSize = 16

// Recognise returns what kind of picture or video begins with these bytes, "" for
// any other file.
func Recognise(head []byte) string {
	if f := recognise(head); f != nil {
		return f.name
	}
	return ""
}

func recognise(head []byte) *format {
	head = append(slices.Clone(head), make([]byte, HeadSize)...)
	i := slices.IndexFunc(formats, func(f format) bool { return f.is(string(head[:HeadSize])) })
	if i < 0 {
		return nil
	}
	return &formats[i]
}

// Read returns the text of the first key that a file of size bytes has. An [*Error]
// tells of a broken file; any other error is one of reading, or tells which kind of
// file it is and what was looked for in vain.
func Read(r io.ReaderAt, size int64, keys ...Key) (*Text, error) {
	s := &source{r: r, size: size, last: map[Key]entry{}, copies: map[Key]int{}}
	head, err := s.read(0, min(size, HeadSize))
	if err != nil {
		return nil, err
	}
	f := recognise(head)
	if f == nil {
		return nil, errors.New("no picture or video of a kind that carries workflows")
	}
	if f.scan == nil {
		return nil, errors.New(f.name + ": no workflow is read out of these, but out of PNG, WebP, MP4 and WebM files")
	}
	fault := f.scan(s)
	var broken *Error
	if fault != nil && !errors.As(fault, &broken) {
		return nil, fault
	}
	for i, key := range keys {
		t, err := s.text(key)
		if err != nil {
			return nil, err
		}
		if t != nil {
			t.Kind, t.Fault = f.name, fault
			if i > 0 {
				t.Without = keys[0]
			}
			return t, nil
		}
	}
	if fault != nil {
		return nil, fault
	}
	return nil, errors.New(f.missing(keys, s.names))
}

// missing says what was looked for in vain, and what was seen instead.
func (f *format) missing(keys []Key, seen []string) string {
	var wanted []string
	for _, key := range keys {
		wanted = append(wanted, string(key))
	}
	text := fmt.Sprintf("%s without a %s: none of its %s is named %s", f.name, wanted[0], f.places, strings.Join(wanted, " or "))
	if len(seen) == 0 {
		return text
	}
	for i, name := range seen {
		seen[i] = strconv.Quote(name)
		if slices.ContainsFunc(wanted, func(key string) bool { return strings.EqualFold(key, name) }) {
			seen[i] += " without text"
		}
	}
	return text + "; there is " + strings.Join(seen, ", ")
}
