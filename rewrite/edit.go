package rewrite

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/wanfix/wanfix/workflows"
)

// Edit replaces a span of the original text.
type Edit struct {
	workflows.Span
	Text string
}

// splice returns src with all edits made, in one pass. Edits that overlap are a
// mistake of whoever planned them.
func splice(src []byte, edits []Edit) ([]byte, error) {
	slices.SortStableFunc(edits, func(a, b Edit) int { return cmp.Compare(a.Start, b.Start) })
	size, last := len(src), 0
	for _, e := range edits {
		if e.Start < last || e.End < e.Start || e.End > len(src) {
			return nil, fmt.Errorf("edits overlap at byte %d", e.Start)
		}
		size += len(e.Text) - (e.End - e.Start)
		last = e.End
	}
	out := make([]byte, 0, size)
	last = 0
	for _, e := range edits {
		out = append(out, src[last:e.Start]...)
		out = append(out, e.Text...)
		last = e.End
	}
	return append(out, src[last:]...), nil
}
