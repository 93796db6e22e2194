package rewrite

import (
	"slices"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// expected is where a file may differ after changes.
type expected struct {
	told []workflows.Change
	// held are sets at the nodes that hold what is set: constants, and the instances of
	// subgraphs that show it, whose widget has no name here.
	held []workflows.Change
	// given are sets that gives may be made by, where the taker is supplied from now.
	given []workflows.Change
	// toldAt, heldAt and givenAt are the places of those, and names what all of them are
	// about at a node.
	toldAt, heldAt, givenAt map[taker]bool
	names                   map[*workflows.Home]map[string]bool
	// cuts are the inputs on the way to unplugged ones whose link is gone.
	cuts map[*workflows.Input]*workflows.Run
	// sites are where values may differ.
	sites map[workflows.Span]bool
}

func expect(before, after *workflows.Part, changes []workflows.Change) *expected {
	e := &expected{told: changes, cuts: map[*workflows.Input]*workflows.Run{}, sites: map[workflows.Span]bool{}}
	for _, c := range changes {
		run := before.Run(c.Run)
		switch c.Op {
		case workflows.OpSet:
			e.hold(run, c.Name, c.Value)
		case workflows.OpUnplug:
			e.cut(after, run.Wire(c.Name).Hops)
		case workflows.OpGive:
			class := before.File.Class(c.Class)
			for _, from := range rules.SupplyOf(run, c.Name).Runs {
				for widget, value := range (&gift{Change: c, class: class}).values(from.Home.Signature) {
					e.given = append(e.given, workflows.Change{Op: workflows.OpSet, Run: from.ID, Name: widget, Value: value})
					e.hold(from, widget, value)
				}
			}
		}
	}
	e.toldAt, e.heldAt, e.givenAt = placesOf(e.told), placesOf(e.held), placesOf(e.given)
	e.names = map[*workflows.Home]map[string]bool{}
	for _, c := range e.all() {
		home := before.Run(c.Run).Home
		if e.names[home] == nil {
			e.names[home] = map[string]bool{}
		}
		e.names[home][c.Name] = true
	}
	return e
}

// hold follows a widget to where its value is written.
func (e *expected) hold(run *workflows.Run, widget, value string) {
	v := run.Value(widget)
	if stray, ok := run.Home.StraySite(widget); ok {
		e.sites[stray.Span] = true
	}
	for _, site := range slices.Concat(run.Home.Sites(widget), v.Sites) {
		e.sites[site.Span] = true
		for at := run.Parent; at != nil; at = at.Parent {
			if at.Home == site.Home {
				e.held = append(e.held, workflows.Change{Op: workflows.OpSet, Run: at.ID})
			}
		}
	}
	if from := v.From; from != nil && v.Exists() && from.Home.Signature != nil {
		field := from.Home.Signature.Fields[workflows.FieldValue]
		e.held = append(e.held, workflows.Change{Op: workflows.OpSet, Run: from.ID, Name: field, Value: value})
		e.hold(from, field, value)
	}
}

// cut notes which inputs on the way to one are linked no more, or otherwise.
func (e *expected) cut(after *workflows.Part, hops []workflows.Hop) {
	if after.Form == workflows.API {
		return // links stand in the inputs themselves
	}
	for _, hop := range hops {
		result := after.Run(hop.Run.ID)
		inputs := hop.Run.Home.Inputs()
		k := slices.IndexFunc(inputs, func(in workflows.Input) bool { return in.Span == hop.Input.Span })
		if result != nil && !sameLink(hop.Input, result.Home.Inputs(), k) {
			e.cuts[hop.Input] = hop.Run
		}
	}
}

// all are the changes that are told and those they are made by.
func (e *expected) all() []workflows.Change { return slices.Concat(e.told, e.held, e.given) }

// placesOf are the widgets and inputs of runs that changes are about.
func placesOf(changes []workflows.Change) map[taker]bool {
	places := map[taker]bool{}
	for _, c := range changes {
		places[placeOf(c)] = true
	}
	return places
}
