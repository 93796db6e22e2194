package rules

import (
	"slices"

	"github.com/wanfix/wanfix/workflows"
)

func isGive(c workflows.Change) bool { return c.Op == workflows.OpGive }

// collide blocks fixes that cannot be made beside those before them. It is for gives,
// which write to nodes that their changes do not name.
func (v *Verdict) collide(o Options) (blocked bool) {
	var all []workflows.Change
	for _, f := range v.Findings {
		all = append(all, f.Wanted()...)
	}
	if !slices.ContainsFunc(all, isGive) || blockedBy(all, o.Can) == "" {
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

// twins returns the gives by which other findings, their fixes in one of some states,
// want the same of other runs of the nodes that a fix gives to. Inside a subgraph all
// runs of a node get it, or none.
func (v *Verdict) twins(offer *Offer, states ...State) (twins []workflows.Change) {
	for _, c := range offer.Changes {
		run := v.Stacks[0].Loader.Home.Graph.Part.Run(c.Run)
		if c.Op != workflows.OpGive || run == nil || !run.Inside() {
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
