package plan

import "slices"

// ChooseWith is Choose for a model path whose settings others use as well, as two samplers on one
// loader do. Who needs more gets it and the others keep it; nothing is lowered that one of them
// needs. All says that every other path is among the mates: what cannot be planned may need what is
// set.
func (ch *Chooser) ChooseWith(mates []*Chooser, all bool, budget Budget) Choice {
	own := ch.Choose(budget)
	if len(mates) == 0 && all {
		return own
	}
	choices := []Choice{own}
	for _, mate := range mates {
		choices = append(choices, mate.Choose(budget))
	}
	acts := func(a Action) func(Choice) bool { return func(c Choice) bool { return c.Action == a } }
	allAre := func(is func(Choice) bool) bool {
		return all && !slices.ContainsFunc(choices, func(c Choice) bool { return !is(c) })
	}
	raised, lowered := slices.ContainsFunc(choices, acts(Raise)), allAre(acts(Lower))
	wanted := own.Swap
	for _, c := range choices {
		if c.Action == own.Action {
			wanted = wanted.with(c.Swap)
		}
	}
	switch {
	case own.Action == Raise, lowered && wanted != ch.written:
		ch.trial.budget = budget
		own.Swap, own.Why = wanted, ch.trial.changes(ch.written, wanted)
	case own.spare() && (raised || own.Action == Lower || !allAre(Choice.spare)):
		own.Action, own.Swap, own.Why = Keep, ch.written, "another sampler uses the same settings"
	default:
		return own
	}
	ch.weigh(&own, budget)
	return own
}

// spare reports whether a choice says that less would do.
func (c Choice) spare() bool { return c.Action == Lower || c.Action == Advise && c.High >= 0 }

// with are settings that take no more memory than either.
func (s Swap) with(other Swap) Swap {
	s.Blocks, s.VACE, s.Prefetch = max(s.Blocks, other.Blocks), max(s.VACE, other.VACE), min(s.Prefetch, other.Prefetch)
	s.NonBlocking = s.NonBlocking && other.NonBlocking
	return s
}
