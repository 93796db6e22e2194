package rewrite

import (
	"fmt"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// driver returns the constant or primitive that drives a widget, where its value may be
// changed for that widget: it is written there and drives nothing else. Otherwise why
// tells what else there is to it, as words to go on with.
func (l *lowerer) driver(run *workflows.Run, widget string) (driver *workflows.Run, why string) {
	driver = run.Value(widget).From
	if driver == nil || !isDriver(driver) {
		return nil, ", which computes it"
	}
	if _, err := l.run(driver.ID); err != nil {
		return nil, ", and " + err.Error()
	}
	class := driver.Home.Signature
	value := class.Fields[workflows.FieldValue]
	if driver.Value(value).Source != workflows.Literal || shownBy(driver, value) != nil {
		return nil, ", whose value is not written there"
	}
	if control := driver.Home.Written(controlOf(class)); control.Exists() && control.Str != "fixed" && control.Type != gjson.False {
		return nil, " and takes another value for every run"
	}
	if l.cuts(run.Wire(widget).Hops) {
		return nil, ", and another change cuts the link"
	}
	if l.driven == nil {
		l.driven = drivenIn(l.part)
	}
	for _, t := range l.driven[driver.Home] {
		if other := l.part.Run(t.run); other.Home != run.Home || t.input != widget {
			return nil, fmt.Sprintf(", and %s of %s too", t.input, other)
		}
	}
	return driver, ""
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

// setDriver sets the value of the node that drives a widget. What a primitive drives has
// a copy of the value, which the editor keeps the same.
func (l *lowerer) setDriver(driver, run *workflows.Run, widget, value string) error {
	field := driver.Home.Signature.Fields[workflows.FieldValue]
	if in := driver.Home.Signature.Input(field); in != nil && !in.Legal(gjson.Parse(value)) {
		return fmt.Errorf("%s drives it, and cannot hold %s", driver, value)
	}
	if driver.Home.Role() == workflows.RolePrimitive && len(run.Home.Sites(widget)) > 0 {
		if err := l.write(run.Home, widget, value); err != nil {
			return err
		}
	}
	return l.set(driver, field, value)
}

// proveDrivers looks whether the nodes that were changed for what they drive drive
// nothing that no change tells.
func proveDrivers(before *workflows.Part, changes []workflows.Change) error {
	var driven map[*workflows.Home][]taker
	for _, c := range changes {
		by := before.Run(c.Run).Value(c.Name).From
		if c.Op != workflows.OpSet || by == nil || !isDriver(by) {
			continue
		}
		if driven == nil {
			driven = drivenIn(before)
		}
		for _, t := range driven[by.Home] {
			if !about(changes, t.run, t.input) {
				return fmt.Errorf("%s was changed, which also drives %s of #%s", by, t.input, t.run)
			}
		}
	}
	return nil
}
