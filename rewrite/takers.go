package rewrite

import (
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// taker is an input that uses what a node gives, by run and the input's name.
type taker struct{ run, input string }

// takersOf tells for every node who uses what it gives, through reroutes and lists,
// in file order. Inputs that are to be cut do not count, nor do nodes that ComfyUI
// does not execute.
func takersOf(part *workflows.Part, cut map[taker]bool) map[*workflows.Home][]taker {
	takers := map[*workflows.Home][]taker{}
	for _, run := range part.Runs {
		if !run.Active() || passesOn(run) {
			continue
		}
		for _, in := range run.Home.Inputs() {
			t := taker{run.ID, nameOf(run, &in)}
			if !in.Linked || cut[t] || run.Home.Role() == roleList && t.input == run.Home.Signature.Next {
				continue
			}
			for _, from := range rules.SupplyOf(run, t.input).Runs {
				takers[from.Home] = append(takers[from.Home], t)
			}
		}
	}
	return takers
}

// allTakers is takersOf of the part without what is to be cut, looked for once.
func (l *lowerer) allTakers() map[*workflows.Home][]taker {
	if l.takers == nil {
		l.takers = takersOf(l.part, l.toCut())
	}
	return l.takers
}

// toCut are the inputs that changes want to be unplugged.
func (l *lowerer) toCut() map[taker]bool {
	if l.cutting == nil {
		l.cutting = map[taker]bool{}
		for _, c := range l.changes {
			if c.Op == workflows.OpUnplug {
				l.cutting[placeOf(c)] = true
			}
		}
	}
	return l.cutting
}

// nameOf returns the name an input has today.
func nameOf(run *workflows.Run, in *workflows.Input) string {
	name := in.Name
	if in.Widget != "" {
		name = in.Widget
	}
	if run.Home.Signature == nil {
		return name
	}
	return run.Home.Signature.Today(name)
}

// roleList is the role of nodes that are chained into one list.
const roleList = "list"

// passesOn reports whether a node only passes on what arrives at its input.
func passesOn(run *workflows.Run) bool {
	role := run.Home.Role()
	return run.Instance() || role == workflows.RoleReroute || role == workflows.RoleSet || role == workflows.RoleGet
}

// crossers tells for every input who gets something through the link into it.
func crossers(part *workflows.Part) map[*workflows.Input][]taker {
	crossers := map[*workflows.Input][]taker{}
	for _, run := range part.Runs {
		if !run.Active() || passesOn(run) {
			continue
		}
		for i := range run.Home.Inputs() {
			in := &run.Home.Inputs()[i]
			if !in.Linked {
				continue
			}
			t := taker{run.ID, nameOf(run, in)}
			wire := run.Wire(t.input)
			if !wire.Arrives() {
				continue
			}
			for _, hop := range wire.Hops {
				crossers[hop.Input] = append(crossers[hop.Input], t)
			}
		}
	}
	return crossers
}
