package rewrite

import (
	"fmt"
	"slices"

	"github.com/wanfix/wanfix/workflows"
)

// proveOthers looks whether everything that changes do not name is supplied by the
// same nodes as before, and these hold the same. Nodes inside a subgraph are executed
// several times: all runs of a node that was changed have to want it.
func (e *expected) proveOthers(before, after *workflows.Part) error {
	takers := takersOf(before, nil)
	for _, run := range before.Runs {
		if before.Run(run.ID) != run {
			continue // a broken file, where another node has the same id
		}
		result := after.Run(run.ID)
		if result == nil {
			return fmt.Errorf("%s is gone", run)
		}
		if run.Inside() && !run.Active() {
			continue
		}
		if err := e.proveSupply(run, result); err != nil {
			return err
		}
		if err := e.proveHeld(run, result, takers[run.Home]); err != nil {
			return err
		}
	}
	return nil
}

// proveSupply compares what supplies the inputs of a run.
func (e *expected) proveSupply(run, result *workflows.Run) error {
	for i := range run.Home.Inputs() {
		name := nameOf(run, &run.Home.Inputs()[i])
		was, is := run.Wire(name), result.Wire(name)
		if was.Kind == is.Kind && was.Slot == is.Slot && sameRun(was.From, is.From) || !was.Arrives() && !is.Arrives() {
			continue
		}
		pulled := is.Kind == workflows.Nothing && e.givenAt[taker{run.ID, name}]
		passed := passesOn(run) && !is.Arrives() && slices.ContainsFunc(was.Hops, func(hop workflows.Hop) bool { return e.cuts[hop.Input] != nil })
		if pulled || passed || e.toldAt[taker{run.ID, name}] {
			continue
		}
		return fmt.Errorf("%s of %s is supplied otherwise, and nothing asked for it", name, run)
	}
	return nil
}

// proveHeld compares the values of a run's widgets. takers are those of its node.
func (e *expected) proveHeld(run, result *workflows.Run, takers []taker) error {
	widgets := drivenWidgets(run)
	switch {
	case passesOn(run):
		return nil // what it passes on counts where that arrives
	case run.Home.Signature != nil:
		widgets = run.Home.Signature.Widgets()
	}
	for _, widget := range widgets {
		was, is := run.Value(widget), result.Value(widget)
		if sameJSON(was.Result, is.Result) && was.Why == is.Why || e.toldAt[taker{run.ID, widget}] || e.heldAt[taker{run.ID, widget}] || sameStray(run, widget, is) {
			continue
		}
		if from := was.From; from != nil && isDriver(from) && e.toldAt[taker{from.ID, from.Home.Signature.Fields[workflows.FieldValue]}] {
			continue // the change is of the constant itself
		}
		for _, t := range takers {
			if !e.toldAt[t] && !e.heldAt[t] && !e.givenAt[t] {
				return fmt.Errorf("%s of %s was changed, which also serves #%s", widget, run, t.run)
			}
		}
		if !slices.ContainsFunc(e.given, func(c workflows.Change) bool {
			return c.Name == widget && run.Home.Graph.Part.Run(c.Run).Home == run.Home
		}) {
			return fmt.Errorf("%s of %s was changed, and nothing asked for it", widget, run)
		}
	}
	return nil
}

// sameStray reports whether a value is what a display had left there: once something is
// written behind it, it is read as the widget's own.
func sameStray(run *workflows.Run, widget string, is workflows.Value) bool {
	stray, ok := run.Home.StraySite(widget)
	return ok && sameJSON(run.Home.Graph.Part.File.Value(stray.Span), is.Result)
}
