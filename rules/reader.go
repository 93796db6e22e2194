package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/go-multierror"
	"github.com/tidwall/gjson"
	"github.com/tidwall/jsonc"

	"github.com/wanfix/wanfix/workflows"
)

// reader reads rules and terms as people write them. It notes every mistake with its place
// and reads on, so that all are told in one go.
type reader struct {
	facts map[string]*Fact
	// words is what rules may name besides facts; nil where only their form is looked at.
	words *vocabulary

	file     string // what is read now
	bytes    int    // of all that was read
	src      []byte
	on       string // what the rule that is read is judged on, "" for whatever
	mistakes *multierror.Error
}

// vocabulary is what rules may name besides facts.
type vocabulary struct {
	fields map[string][]*workflows.InputType // "role.field"
	takers map[string]bool                   // roles that some node takes
}

// newReader returns a reader that also looks whether what rules name exists. It decodes every
// class, so it is for tests and for rules from outside.
func newReader(facts map[string]*Fact) *reader {
	return &reader{facts: facts, words: &vocabulary{BuiltinNodes().fields(), BuiltinNodes().takers()}}
}

// maxMistakes are as many as anybody reads.
const maxMistakes = 100

// full reports whether enough has been noted.
func (r *reader) full() bool { return r.mistakes != nil && r.mistakes.Len() >= maxMistakes }

// note notes a mistake, an error that begins with its position.
func (r *reader) note(err error) {
	if !r.full() {
		r.mistakes = multierror.Append(r.mistakes, fmt.Errorf("%s:%w", r.file, err))
	}
}

// wrong notes a mistake at a value, or at the key of one.
func (r *reader) wrong(at gjson.Result, format string, args ...any) {
	if !r.full() {
		r.note(&workflows.Error{Position: workflows.PositionOf(r.src, at.Index), Reason: fmt.Sprintf(format, args...)})
	}
}

// err returns what was noted, one mistake a line.
func (r *reader) err() error {
	if r.mistakes == nil {
		return nil
	}
	r.mistakes.ErrorFormat = func(all []error) string {
		lines := make([]string, len(all))
		for i, err := range all {
			lines[i] = err.Error()
		}
		return strings.Join(lines, "\n")
	}
	return r.mistakes
}

// unread notes that a file as a whole cannot be used.
func (r *reader) unread(err error) {
	if !r.full() {
		r.mistakes = multierror.Append(r.mistakes, fmt.Errorf("%s: %w", r.file, err))
	}
}

// open begins with a text of JSON, which may have comments; ok is false where it is none.
func (r *reader) open(text []byte) (top gjson.Result, ok bool) {
	r.src = jsonc.ToJSON(text) // every byte keeps its place
	if err := workflows.Gate(r.src); err != nil {
		r.note(err)
		return top, false
	}
	return gjson.ParseBytes(r.src), true
}

// object reads the members of an object, each by the function for its key.
func (r *reader) object(v gjson.Result, members map[string]func(gjson.Result)) {
	r.each(v, func(key, value gjson.Result) {
		if read := members[key.String()]; read != nil {
			read(value)
			return
		}
		r.wrong(key, "there is no key %q%s", key.String(), nearWords(key.String(), maps.Keys(members)))
	})
}

// each reads the members of an object.
func (r *reader) each(v gjson.Result, read func(key, value gjson.Result)) {
	if !v.IsObject() {
		r.wrong(v, "an object is wanted, this is %s", v.Raw)
		return
	}
	v.ForEach(func(key, value gjson.Result) bool {
		read(key, value)
		return true
	})
}

// list reads the members of a list.
func (r *reader) list(v gjson.Result, read func(gjson.Result)) {
	if !v.IsArray() {
		r.wrong(v, "a list is wanted, this is %s", v.Raw)
		return
	}
	v.ForEach(func(_, value gjson.Result) bool {
		read(value)
		return true
	})
}

func (r *reader) text(v gjson.Result) string {
	if v.Type != gjson.String || v.Str == "" {
		r.wrong(v, "a text is wanted, this is %s", v.Raw)
	}
	return v.String()
}

func (r *reader) texts(v gjson.Result) (all []string) {
	r.list(v, func(each gjson.Result) { all = append(all, r.text(each)) })
	return all
}

// word reads one of some words.
func word[T ~string](r *reader, v gjson.Result, wanted ...T) T {
	found := T(v.String())
	if v.Type != gjson.String || !slices.Contains(wanted, found) {
		r.wrong(v, "one of %s is wanted, this is %s", joined(wanted), v.Raw)
	}
	return found
}

func joined[T ~string](words []T) string {
	var text strings.Builder
	for i, w := range words {
		if i > 0 {
			text.WriteString(", ")
		}
		text.WriteString(string(w))
	}
	return text.String()
}
