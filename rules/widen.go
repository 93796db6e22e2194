package rules

import (
	"fmt"
	"slices"

	"github.com/wanfix/wanfix/workflows"
)

// besides returns what a fix would change of the same nodes in other instances of their
// subgraphs, as changes of its own, or whom that would harm: a run that other rules want
// to be something else. Only compile settings count, which decide no numbers whatever the
// model is; that anything else is lossless was judged for the fix's own runs.
func (v *Verdict) besides(offer *Offer, o Options) (more []workflows.Change, harm string) {
	part := v.part
	for _, c := range offer.Changes {
		run := part.Run(c.Run)
		if run == nil || !run.Inside() {
			continue
		}
		if !ofCompile(run, c) {
			return nil, ""
		}
		for _, other := range part.Runs {
			same := c
			same.Run = other.ID
			if other.Home != run.Home || other == run || !other.Active() || isSo(other, c) || slices.Contains(offer.Changes, same) {
				continue
			}
			if kept := v.keeping(offer.rule, same); kept != nil {
				return nil, "silenced by " + kept.String()
			}
			if v.wantsElse(same, o) {
				return nil, fmt.Sprintf("#%s, of the same subgraph, wants something else", other.ID)
			}
			more = append(more, same)
		}
	}
	return more, ""
}

// ofCompile reports whether a change is about nothing but compile settings.
func ofCompile(run *workflows.Run, c workflows.Change) bool {
	class := run.Home.Signature
	switch {
	case class == nil:
		return false
	case c.Op == workflows.OpUnplug:
		return class.Takes[takesCompile] == c.Name
	}
	return c.Op == workflows.OpSet && class.Gives == takesCompile
}

// isSo reports whether a run is as a change wants it.
func isSo(run *workflows.Run, c workflows.Change) bool {
	if c.Op == workflows.OpUnplug {
		return !run.Wire(c.Name).Arrives()
	}
	return run.Value(c.Name).Raw == c.Value
}

// wantsElse reports whether a fix that is allowed wants something else than a change,
// even one that cannot be made.
func (v *Verdict) wantsElse(c workflows.Change, o Options) bool {
	for _, f := range v.Findings {
		for _, fix := range f.Fixes {
			if f.allows(fix.Safety, o) && slices.ContainsFunc(fix.Changes, func(other workflows.Change) bool {
				return placeOf(other) == placeOf(c) && other != c
			}) {
				return true
			}
		}
	}
	return false
}
