package rules

import (
	"cmp"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/workflows"
)

// collide blocks fixes that cannot be made beside those before them: some write to nodes
// that their changes do not name, or to all instances of a subgraph.
func (v *Verdict) collide(o Options) (blocked bool) {
	var all []workflows.Change
	for _, f := range v.Findings {
		all = append(all, f.Wanted()...)
	}
	if blockedBy(all, o.Can) == "" {
		return false
	}
	all = nil
	ranked := slices.Clone(v.Findings)
	slices.SortStableFunc(ranked, func(a, b *Finding) int { return -cmp.Compare(a.Rule.rank(), b.Rule.rank()) })
	for _, f := range ranked {
		offer := f.applied()
		if offer == nil {
			continue
		}
		if why := v.blocked(all, offer, o, Applied); why != "" {
			offer.State, offer.BlockedBy, blocked = Blocked, why, true
			continue
		}
		all = slices.Concat(all, offer.Changes)
	}
	return blocked
}

// blocked tells why a fix cannot be made beside earlier changes, "" if it can: alone, or
// together with what other findings, their fixes in one of some states, want alike. A
// lossless fix of compile settings that cannot be made for its own runs alone is widened
// to all that would change with them.
func (v *Verdict) blocked(earlier []workflows.Change, offer *Offer, o Options, states ...State) string {
	all := slices.Concat(earlier, offer.Changes)
	why := blockedBy(all, o.Can)
	if why == "" {
		return ""
	}
	if len(earlier) == 0 && !slices.ContainsFunc(offer.Changes, func(c workflows.Change) bool { return !v.together[c] }) {
		return "" // it was looked at as the twin of another
	}
	twins := v.twins(offer, states...)
	if group := groupOf(offer); len(twins) > 0 && v.refused[group] < maxRefused {
		all = append(all, twins...)
		if why = v.can(all, o); why == "" {
			return ""
		}
		v.refused[group]++
	}
	if offer.Safety != Lossless {
		return why
	}
	more, harm := v.besides(offer, o)
	switch {
	case harm != "":
		return harm
	case len(more) == 0 || v.can(slices.Concat(all, more), o) != "":
		return why
	}
	offer.Changes = slices.Concat(offer.Changes, more)
	return ""
}

// can tells why changes cannot be made together, "" if they can, and remembers that.
func (v *Verdict) can(changes []workflows.Change, o Options) string {
	why := blockedBy(changes, o.Can)
	for _, c := range changes {
		v.together[c] = v.together[c] || why == ""
	}
	return why
}

// maxRefused ends the search for those of many instances that can be mended together.
const maxRefused = 8

// groupOf is what a fix shares with its twins.
func groupOf(offer *Offer) workflows.Change {
	c := offer.Changes[0]
	c.Run = c.Run[strings.LastIndexByte(c.Run, ':')+1:]
	return c
}

// twins returns the changes by which other findings, their fixes in one of some states,
// want the same of other runs of the nodes that a fix changes. Inside a subgraph all
// runs of a node get it, or none. Of a prompt with a companion the subgraphs are there.
func (v *Verdict) twins(offer *Offer, states ...State) (twins []workflows.Change) {
	for _, c := range offer.Changes {
		run := v.part.Run(c.Run)
		if v.part.Companion != nil {
			run = v.part.Companion.Run(c.Run)
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
