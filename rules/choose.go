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
			if c, by := wishes.overruled(offer); by != nil {
				offer.overrule(c, by)
				again = true
			} else if why := wishes.against(offer, users); why != "" {
				offer.State, offer.BlockedBy = Blocked, why
				again = true
			}
		}
		again = again || v.collide(o)
	}
}

// overrule blocks a fix for a rule of the user's that wants something else for one of its changes.
func (o *Offer) overrule(c workflows.Change, by *Rule) {
	o.State, o.OverruledBy = Blocked, by
	o.BlockedBy = fmt.Sprintf("your rule %s wants something else for %s of #%s", by.ID, c.Name, c.Run)
}

// held returns the change of a fix whose place a rule that outranks its own has set in an
// earlier round, and that rule; nil if none has.
func (f *Finding) held(offer *Offer, o Options) (workflows.Change, *Rule) {
	for _, c := range offer.Changes {
		if o.Held == nil {
			break
		}
		if by := o.Held(c); by != nil && by.rank() > f.Rule.rank() {
			return c, by
		}
	}
	return workflows.Change{}, nil
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
		if c, by := f.held(offer, o); by != nil {
			offer.overrule(c, by)
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
	own    *Rule // one of the user's that wants it
}

func (w wish) rank() int {
	if w.own == nil {
		return 0
	}
	return w.own.rank()
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
			if f.Rule.Own {
				all[at][i].own = f.Rule
			}
		}
	}
	return all
}

// overruled returns the change of a fix that a rule which outranks its own wants otherwise, and
// that rule; nil if none does.
func (all wishes) overruled(offer *Offer) (workflows.Change, *Rule) {
	for _, c := range offer.Changes {
		mine := 0
		for _, w := range all[placeOf(c)] {
			if w.change == c {
				mine = w.rank()
			}
		}
		for _, w := range all[placeOf(c)] {
			if w.change != c && w.rank() > mine {
				return c, w.own
			}
		}
	}
	return workflows.Change{}, nil
}

// against tells why a fix must not be made after all: another fix wants something
// else of the same place, or a stack that does not want it would change with it.
func (all wishes) against(offer *Offer, users *users) string {
	for _, c := range offer.Changes {
		here := all[placeOf(c)]
		i := slices.IndexFunc(here, func(w wish) bool { return w.change == c })
		if i < 0 {
			continue
		}
		for j, other := range here {
			if j != i && here[i].rank() == other.rank() {
				return fmt.Sprintf("two rules want different values for %s of #%s", c.Name, c.Run)
			}
		}
		if offer.Safety == Lossless || len(here[i].stacks) == 0 {
			continue
		}
		run := here[i].stacks[0].Loader.Home.Graph.Part.Run(c.Run)
		if other := users.besides(here[i].stacks, run); other != nil {
			return fmt.Sprintf("%s also serves %s, which would change with it", run, other)
		}
	}
	return ""
}
