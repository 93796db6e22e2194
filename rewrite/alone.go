package rewrite

import (
	"fmt"

	"github.com/wanfix/wanfix/workflows"
)

// EditsOf returns the edits of the text that was given which make just these changes of a part,
// proven as Tune proves its result. Changes that only make sense after others are an error.
func (r *Result) EditsOf(part *PartResult, changes []workflows.Change) ([]Edit, error) {
	edits, err := (&index{part: part.Part}).lower(changes)
	if err != nil {
		return nil, err
	}
	before := part.Part.File
	out, err := splice(before.Src, edits)
	if err != nil {
		return nil, err
	}
	after, err := workflows.Parse(out, r.nodes)
	if err != nil {
		return nil, fmt.Errorf("the result cannot be read: %w", err)
	}
	all := make([][]workflows.Change, len(before.Parts))
	for i := range before.Parts {
		if before.Parts[i] == part.Part {
			all[i] = changes
		}
	}
	return edits, prove(before, after, all)
}

// Where returns the place of a run of a finding in the text that was given, false where it was
// put in by a change.
func (p *PartResult) Where(run *workflows.Run) (workflows.Span, bool) {
	if given := p.Part.Run(run.ID); given != nil {
		return given.Home.Span, true
	}
	return workflows.Span{}, false
}
