package workflows

import "github.com/tidwall/gjson"

// promotedValue reads a widget that stands both on a subgraph instance and on the
// node inside. Which of the two counts depends on the version of the editor, so
// the value is known only where they agree, or where just one is written.
func (r *Run) promotedValue(widget string, wire Wire) Value {
	inner := r.Home.Written(widget)
	outer := wire.From.Home.onInstance(wire.From.definition.Inputs[wire.Slot].Name)
	v := Value{Source: ByBorder, From: wire.From}
	switch {
	case !inner.Exists() && !outer.Exists():
		fallback := r.Home.unwritten(widget)
		v.Result, v.Why = fallback.Result, fallback.Why
		return v
	case !outer.Exists():
		return v.holding(inner)
	case !inner.Exists() || inner.Raw == outer.Raw:
		return v.holding(outer)
	}
	v.Why = wire.From.String() + " says " + outer.Raw + ", the node inside says " + inner.Raw
	return v
}

// Shown returns where the copy of a widget stands on the instance of a subgraph that
// shows it: an empty span where the instance stores no values. ok is false where the
// copy cannot be found, or where several instances, one inside the other, have one.
func (r *Run) Shown(widget string) (outer Site, ok bool) {
	wire := r.Wire(widget)
	if wire.Kind != Promoted || len(wire.Hops) != 1 {
		return Site{}, false
	}
	home := wire.From.Home
	if len(home.readPlaces().values) == 0 {
		return Site{Home: home}, true
	}
	value := home.onInstance(wire.From.definition.Inputs[wire.Slot].Name)
	return Site{home, SpanOf(value)}, value.Exists()
}

// onInstance returns what a subgraph instance stores for its promoted input of
// that name: values stand in the order of the inputs that are widgets.
func (h *Home) onInstance(input string) gjson.Result {
	values := h.readPlaces().values
	at, widgets := -1, 0
	for _, in := range h.Inputs() {
		if in.Widget == "" {
			continue
		}
		if in.Name == input {
			at = widgets
		}
		widgets++
	}
	if at < 0 || widgets != len(values) {
		return gjson.Result{}
	}
	return values[at]
}
