package rewrite

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// items are the members of one list or object of the original text. All changes
// to one of them are planned together: two removals planned alone would collide
// on the comma between them, and so would a new member and the removal of all others.
type items struct {
	spans []workflows.Span // of elements, or of "key": value members
	gone  map[int]bool
	added []string // new members, which come last
	// open and shut stand beside the first members of a list that was empty.
	open, shut string
}

// itemsOf reads the members of a list or object.
func itemsOf(container gjson.Result) *items {
	it := &items{gone: map[int]bool{}}
	container.ForEach(func(key, value gjson.Result) bool {
		s := workflows.SpanOf(value)
		if key.Type == gjson.String { // in a list the key is a number
			s.Start = key.Index
		}
		it.spans = append(it.spans, s)
		return true
	})
	return it
}

// at returns the index of the member that covers an offset, -1 if none does.
func (it *items) at(offset int) int {
	return slices.IndexFunc(it.spans, func(s workflows.Span) bool { return s.Start <= offset && offset < s.End })
}

// edits returns what takes members out and puts new ones behind those that stay.
// The separator is what is written between two members.
func (it *items) edits(container workflows.Span, separator string) []Edit {
	if len(it.added) == 0 {
		return it.removals(container)
	}
	text, n := strings.Join(it.added, separator), len(it.spans)
	switch {
	case n == 0:
		return []Edit{{inside(container), it.open + text + it.shut}}
	case len(it.gone) == n: // they stand where the old ones did
		return []Edit{{workflows.Span{Start: it.spans[0].Start, End: it.spans[n-1].End}, text}}
	}
	end := it.spans[n-1].End
	return append(it.removals(container), Edit{workflows.Span{Start: end, End: end}, separator + text})
}

// removals returns the spans that take the members out together with their
// commas and the space before them, and leave the others as they are.
func (it *items) removals(container workflows.Span) []Edit {
	if len(it.gone) == len(it.spans) {
		return []Edit{{Span: inside(container)}}
	}
	var edits []Edit
	kept := false
	for i, s := range it.spans {
		switch {
		case !it.gone[i]:
			kept = true
		case kept:
			edits = append(edits, Edit{Span: workflows.Span{Start: it.spans[i-1].End, End: s.End}})
		default:
			edits = append(edits, Edit{Span: workflows.Span{Start: s.Start, End: it.spans[i+1].Start}})
		}
	}
	return edits
}

func inside(container workflows.Span) workflows.Span {
	return workflows.Span{Start: container.Start + 1, End: container.End - 1}
}
