package rewrite

import (
	"slices"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// items are the members of one list or object of the original text. All changes
// to one of them are planned together: two removals planned alone would collide
// on the comma between them.
type items struct {
	spans []workflows.Span // of elements, or of "key": value members
	gone  map[int]bool
}

// itemsOf reads the members of a list or object.
func itemsOf(container gjson.Result) *items {
	it := &items{gone: map[int]bool{}}
	container.ForEach(func(key, value gjson.Result) bool {
		s := workflows.Span{Start: value.Index, End: value.Index + len(value.Raw)}
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

// removals returns the spans that take the members out together with their
// commas and the space before them, and leave the others as they are.
func (it *items) removals(container workflows.Span) []Edit {
	if len(it.gone) == len(it.spans) {
		return []Edit{{Span: workflows.Span{Start: container.Start + 1, End: container.End - 1}}}
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
