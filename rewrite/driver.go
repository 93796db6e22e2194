package rewrite

import (
	"fmt"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// firm tells why the value of the node that drives a widget cannot be changed, as words to
// go on with; "" if it can, for all that it drives.
func (l *lowerer) firm(run *workflows.Run, widget string) (why string) {
	wire := run.Wire(widget)
	driver := wire.From
	if driver == nil || !isDriver(driver) || wire.Slot != 0 {
		return ", which computes it"
	}
	if _, err := l.run(driver.ID); err != nil {
		return ", and " + err.Error()
	}
	if control := driver.Home.Written(controlOf(driver.Home.Signature)); control.Exists() && control.Str != "fixed" && control.Type != gjson.False {
		return " and takes another value for every run"
	}
	if l.cuts(wire.Hops) {
		return ", and another change cuts the link"
	}
	return ""
}

// drivenAlone reports whether a constant or primitive drives a widget whose value may be
// changed: it is written there, and drives nothing else.
func (l *lowerer) drivenAlone(run *workflows.Run, widget string) bool {
	driver := run.Wire(widget).From
	if l.firm(run, widget) != "" || driver.Value(driver.Home.Signature.Fields[workflows.FieldValue]).Source != workflows.Literal {
		return false
	}
	return !slices.ContainsFunc(l.drives(driver.Home), func(t taker) bool {
		return l.part.Run(t.run).Home != run.Home || t.input != widget
	})
}

// drives returns what a constant or primitive drives.
func (l *lowerer) drives(driver *workflows.Home) []taker {
	if l.driven == nil {
		l.driven = drivenIn(l.part)
	}
	return l.driven[driver]
}

// cuts reports whether one of the changes cuts one of some links.
func (l *lowerer) cuts(hops []workflows.Hop) bool {
	return slices.ContainsFunc(l.changes, func(c workflows.Change) bool {
		return c.Op == workflows.OpUnplug && slices.ContainsFunc(hops, func(hop workflows.Hop) bool {
			return hop.Run.ID == c.Run && hop.Run.Home.Input(c.Name) == hop.Input
		})
	})
}

// isDriver reports whether a node is there for the one value that it gives.
func isDriver(run *workflows.Run) bool {
	role := run.Home.Role()
	return role == workflows.RoleConstant || role == workflows.RolePrimitive
}

// controlOf returns the widget that changes the value of a class after every run.
func controlOf(class *workflows.Class) string {
	for _, in := range class.Inputs() {
		if in.Kind == workflows.KindControl {
			return in.Name
		}
	}
	return ""
}

// drivenIn tells for every constant and primitive of a part what it drives. Nodes that
// ComfyUI does not execute count: they may be meant to be, another time.
func drivenIn(part *workflows.Part) map[*workflows.Home][]taker {
	driven := map[*workflows.Home][]taker{}
	for _, run := range part.Runs {
		if passesOn(run) || part.Run(run.ID) != run {
			continue
		}
		for i := range run.Home.Inputs() {
			in := &run.Home.Inputs()[i]
			name := nameOf(run, in)
			if from := run.Wire(name).From; in.Linked && from != nil && isDriver(from) {
				driven[from.Home] = append(driven[from.Home], taker{run.ID, name})
			}
		}
	}
	return driven
}

// proveDrivers looks whether the nodes that were changed for what they drive drive
// nothing that no change tells.
func proveDrivers(before *workflows.Part, changes []workflows.Change) error {
	var driven map[*workflows.Home][]taker
	told := placesOf(changes)
	for _, c := range changes {
		by := before.Run(c.Run).Value(c.Name).From
		if c.Op != workflows.OpSet || by == nil || !isDriver(by) {
			continue
		}
		if driven == nil {
			driven = drivenIn(before)
		}
		for _, t := range driven[by.Home] {
			if !told[t] {
				return fmt.Errorf("%s was changed, which also drives %s of #%s", by, t.input, t.run)
			}
		}
	}
	return nil
}
