package rewrite

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// proveCompanion compares the companion of a part before and after the changes, and what
// they gave with what they gave in the part: the nodes have the same ids.
func proveCompanion(before, after *workflows.Part, changes []workflows.Change) error {
	if after.Companion == nil {
		return errors.New("the workflow beside the prompt is gone")
	}
	if err := provePart(before.Companion, after.Companion, changes); err != nil {
		return err
	}
	for _, c := range changes {
		if c.Op != workflows.OpGive {
			continue
		}
		here, there := rules.SupplyOf(after.Companion.Run(c.Run), c.Name), rules.SupplyOf(after.Run(c.Run), c.Name)
		if !sameNodes(here.Runs, there.Runs) {
			return fmt.Errorf("%s of #%s is supplied by %s, and in the prompt by %s", c.Name, c.Run, nodes(here.Runs), nodes(there.Runs))
		}
	}
	return nil
}

// proveRest compares what stands around the parts that are changed.
func proveRest(before, after *workflows.File, changes [][]workflows.Change) error {
	was, is := changedSpans(before, changes), changedSpans(after, changes)
	if len(was) != len(is) {
		return fmt.Errorf("%d workflows were to be changed, %d were", len(was), len(is))
	}
	end := func(f *workflows.File) workflows.Span { return workflows.Span{Start: len(f.Src), End: len(f.Src)} }
	was, is = append(was, end(before)), append(is, end(after))
	from, to := 0, 0
	for i := range was {
		if before.Text(workflows.Span{Start: from, End: was[i].Start}) != after.Text(workflows.Span{Start: to, End: is[i].Start}) {
			return errors.New("something around the workflow was changed")
		}
		from, to = was[i].End, is[i].End
	}
	return nil
}

// changedSpans returns where the parts that are changed stand, in the order of the file.
func changedSpans(file *workflows.File, changes [][]workflows.Change) (spans []workflows.Span) {
	for i, part := range file.Parts {
		if len(changes[i]) == 0 {
			continue
		}
		spans = append(spans, part.Root.Span)
		if part.Companion != nil {
			spans = append(spans, part.Companion.Root.Span)
		}
	}
	slices.SortFunc(spans, func(a, b workflows.Span) int { return cmp.Compare(a.Start, b.Start) })
	return spans
}
