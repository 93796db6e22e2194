package rules

import (
	"slices"

	"github.com/wanfix/wanfix/workflows"
)

func isGive(c workflows.Change) bool { return c.Op == workflows.OpGive }

// collide blocks fixes that cannot be made beside those before them. It is for gives,
// which write to nodes that their changes do not name, and for a prompt with a companion,
// where several nodes of the prompt may be written once.
func (v *Verdict) collide(o Options) (blocked bool) {
	var all []workflows.Change
	for _, f := range v.Findings {
		all = append(all, f.Wanted()...)
	}
	if !slices.ContainsFunc(all, isGive) && v.companion() == nil || blockedBy(all, o.Can) == "" {
		return false
	}
	all = nil
	for _, f := range v.Findings {
		offer := f.applied()
		if offer == nil {
			continue
		}
		together := slices.Concat(all, offer.Changes)
		if why := blockedBy(slices.Concat(together, v.twins(offer, Applied)), o.Can); why != "" {
			offer.State, offer.BlockedBy, blocked = Blocked, why, true
			continue
		}
		all = together
	}
	return blocked
}

// companion returns the companion of the part that is judged, nil if there is none.
func (v *Verdict) companion() *workflows.Part {
	if len(v.Stacks) == 0 {
		return nil
	}
	return v.Stacks[0].Loader.Home.Graph.Part.Companion
}

// twins returns the gives by which other findings, their fixes in one of some states,
// want the same of other runs of the nodes that a fix gives to. Inside a subgraph all
// runs of a node get it, or none. Of a prompt with a companion, where the subgraphs are,
// it returns all such changes.
func (v *Verdict) twins(offer *Offer, states ...State) (twins []workflows.Change) {
	for _, c := range offer.Changes {
		run := v.Stacks[0].Loader.Home.Graph.Part.Run(c.Run)
		if companion := v.companion(); companion != nil {
			run = companion.Run(c.Run)
		} else if c.Op != workflows.OpGive {
			continue
		}
		if run == nil || !run.Inside() {
			continue
		}
		for _, f := range v.Findings {
			for _, other := range f.Fixes {
				if !slices.Contains(states, other.State) || other.Safety != offer.Safety {
					continue
				}
				for _, twin := range other.Changes {
					at := run.Home.Graph.Part.Run(twin.Run)
					same := c
					same.Run = twin.Run
					if twin == same && at != run && at != nil && at.Home == run.Home {
						twins = append(twins, twin)
					}
				}
			}
		}
	}
	return twins
}
