package rewrite

import (
	"bytes"
	"cmp"
	"slices"
	"testing"

	"github.com/wanfix/wanfix/workflows"
)

// alone is one workflow of a file as if it were a file of its own.
type alone struct {
	name   string
	text   []byte
	result *Result
}

// apart takes the workflows of a file out of it, companions too, and makes sure that
// nothing around them differs.
func apart(t *testing.T, name string, text []byte, r *Result) (all []alone) {
	t.Helper()
	bom := []byte("\xef\xbb\xbf")
	text, out := bytes.TrimPrefix(text, bom), bytes.TrimPrefix(r.Out, bom)
	var parts []PartResult
	for _, part := range r.Parts {
		parts = append(parts, part)
		if companion := part.Companion(); companion != nil {
			parts = append(parts, *companion)
		}
	}
	slices.SortFunc(parts, func(a, b PartResult) int { return cmp.Compare(a.Part.Root.Span.Start, b.Part.Root.Span.Start) })
	from, to := workflows.Span{}, workflows.Span{}
	for _, part := range parts {
		was, is := part.Part.Root.Span, part.After.Root.Span
		if !bytes.Equal(text[from.End:was.Start], out[to.End:is.Start]) {
			t.Errorf("%s: what stands before %s differs", name, part.Part.Name())
		}
		from, to = was, is
		one := alone{name, text[was.Start:was.End], &Result{Out: out[is.Start:is.End], Parts: []PartResult{part}}}
		if part.Part.Path != "" {
			one.name += " " + part.Part.Path
		}
		// a companion may hold already what is written there
		one.result.Changed = !bytes.Equal(one.text, one.result.Out) || part.Part.Companion != nil && part.Part.Form == workflows.UI && len(part.Changes) > 0
		all = append(all, one)
	}
	if !bytes.Equal(text[from.End:], out[to.End:]) {
		t.Errorf("%s: what stands behind the workflows differs", name)
	}
	return all
}
