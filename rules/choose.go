package rules

import (
	"fmt"
	"slices"

	"github.com/wanfix/wanfix/workflows"
)

// choose decides for every finding which of its fixes is applied: the first that
// is allowed, can be made in the file, and harms nobody else.
func choose(v *Verdict, o Options) {
	users := usersOf(v.Stacks)
	for again := true; again; {
		again = false
		for _, f := range v.Findings {
			v.pick(f, o)
		}
		wishes := wishesOf(v.Findings)
		for _, f := range v.Findings {
			offer := f.applied()
			if offer == nil {
				continue
			}
			if why := wishes.against(offer, users); why != "" {
				offer.State, offer.BlockedBy = Blocked, why
				again = true
			}
		}
		again = again || v.collide(o)
	}
}

// pick marks the first fix of a finding that may be applied.
func (v *Verdict) pick(f *Finding, o Options) {
	for i := range f.Fixes {
		offer := &f.Fixes[i]
		switch {
		case offer.State == Applied:
			return
		case offer.State == Blocked || !f.allows(offer.Safety, o):
			continue
		}
		if why := v.blocked(nil, offer, o, Applied, Offered); why != "" {
			offer.State, offer.BlockedBy = Blocked, why
			continue
		}
		offer.State = Applied
		return
	}
}

// allows tells whether a fix of that grade may be applied without being asked for.
func (f *Finding) allows(safety Safety, o Options) bool {
	switch safety {
	case Lossless:
		return true
	case Rescue:
		return o.Unsafe || f.Certain && f.Severity == Error
	case Unsafe:
		return o.Unsafe
	}
	return false
}

func blockedBy(changes []workflows.Change, can func([]workflows.Change) string) string {
	if can == nil || len(changes) == 0 {
		return ""
	}
	return can(changes)
}

func (f *Finding) applied() *Offer {
	i := slices.IndexFunc(f.Fixes, func(o Offer) bool { return o.State == Applied })
	if i < 0 {
		return nil
	}
	return &f.Fixes[i]
}

// place is what a change writes to: two changes of one place must agree.
type place struct{ run, name string }

func placeOf(c workflows.Change) place { return place{c.Run, c.Name} }

// wish is a change that fixes want, and the stacks that want it.
type wish struct {
	change workflows.Change
	stacks []*Stack
}

// wishes are the changes of all fixes that are to be applied, by place.
type wishes map[place][]wish

func wishesOf(findings []*Finding) wishes {
	all := wishes{}
	for _, f := range findings {
		for _, c := range f.Wanted() {
			at := placeOf(c)
			i := slices.IndexFunc(all[at], func(w wish) bool { return w.change == c })
			if i < 0 {
				i = len(all[at])
				all[at] = append(all[at], wish{change: c})
			}
			all[at][i].stacks = append(all[at][i].stacks, f.Stacks...)
		}
	}
	return all
}

// against tells why a fix must not be made after all: another fix wants something
// else of the same place, or a stack that does not want it would change with it.
func (all wishes) against(offer *Offer, users *users) string {
	for _, c := range offer.Changes {
		here := all[placeOf(c)]
		if len(here) > 1 {
			return fmt.Sprintf("two rules want different values for %s of #%s", c.Name, c.Run)
		}
		if offer.Safety == Lossless || len(here) == 0 || len(here[0].stacks) == 0 {
			continue
		}
		run := here[0].stacks[0].Loader.Home.Graph.Part.Run(c.Run)
		if other := users.besides(here[0].stacks, run); other != nil {
			return fmt.Sprintf("%s also serves %s, which would change with it", run, other)
		}
	}
	return ""
}
