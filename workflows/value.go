package workflows

import (
	"slices"

	"github.com/tidwall/gjson"
)

// Value is what a run's widget holds when ComfyUI executes it.
type Value struct {
	// Result is the JSON value; it does not exist where the value is not known.
	gjson.Result
	// Source tells where the value comes from.
	Source Source
	// From is the node that holds the value when it is not the run itself.
	From *Run
	// Sites are all places where the value is written, the copies on subgraph
	// instances that show it among them. They are empty for a value that is not
	// written down, and for one that another node gives.
	Sites []Site
	// Why tells why the value is not known.
	Why string
}

// Source tells where a value comes from.
type Source int

const (
	Unknown   Source = iota
	Literal          // written at the node itself
	Default          // not written: what ComfyUI puts there
	ByLink           // another node gives it
	ByPrimary        // a primitive overwrites it
	ByBorder         // it stands on a subgraph instance
	Template         // a placeholder stands where the value will be
)

// Site is one place where a value is written.
type Site struct {
	Home *Home
	Span Span
}

// Value returns the widget of that name; the name is the class's own.
func (r *Run) Value(widget string) Value { return r.value(widget, 0) }

// value is Value after following links through so many constants.
func (r *Run) value(widget string, constants int) Value {
	if in := r.Home.Input(widget); in != nil && in.Linked {
		return r.linkedValue(widget, constants)
	}
	copies, why := r.copies(widget)
	switch {
	case why != "":
		return Value{Why: why}
	case len(copies) > 0:
		return r.copied(Value{Source: Literal}, widget, copies)
	}
	written := r.Home.Written(widget)
	if !written.Exists() {
		return r.Home.unwritten(widget)
	}
	v := Value{Source: Literal}.holding(written)
	if v.Exists() {
		v.Sites = r.Home.Sites(widget)
	} else {
		v.Source = Template
	}
	return v
}

func (r *Run) linkedValue(widget string, constants int) Value {
	wire := r.Wire(widget)
	v := Value{Source: ByLink, From: wire.From}
	switch {
	case constants == maxHops:
		return Value{Why: circle}
	case wire.Kind == Promoted:
		return r.promotedValue(widget, wire)
	case wire.Kind == Primitive:
		v.Source = ByPrimary
	case wire.Kind != Given:
		return Value{Why: wire.Why}
	case wire.From.Home.Role() != RoleConstant || wire.Slot != 0:
		v.Why = wire.From.String() + " computes it"
		return v
	}
	given := wire.From.value(wire.From.Home.Signature.Fields[FieldValue], constants+1)
	v.Result, v.Why = given.Result, given.Why
	return v
}

// holding fills in what is written, unless a placeholder stands there.
func (v Value) holding(written gjson.Result) Value {
	if placeholder(written) {
		v.Why = "a placeholder stands there: " + written.Str
	} else {
		v.Result = written
	}
	return v
}

// unwritten returns the value of a widget that is written nowhere: the editor
// fills in its default, an API prompt leaves it to the Python function.
func (h *Home) unwritten(widget string) Value {
	if h.Signature == nil {
		return Value{Why: "the class " + h.Class + " is not known"}
	}
	in := h.Signature.Input(widget)
	if in == nil {
		return Value{Why: h.Class + " has no " + widget}
	}
	fallback := in.Absent
	if h.Graph.Part.Form == UI {
		if why := h.readPlaces().why; why != "" {
			return Value{Why: why}
		}
		if h.unreadable() {
			return Value{Why: "no known version of " + h.Class + " has the values that are written"}
		}
		if in.Widget() && h.readPlaces().array && h.Signature.openEnded() && !slices.Contains(h.Signature.Widgets(), widget) {
			return Value{Why: "where " + widget + " stands among the values is not known"}
		}
		fallback = in.Default
	}
	if fallback == nil {
		return Value{Why: widget + " is not written, and its default is not known"}
	}
	return Value{Result: jsonOf(fallback), Source: Default}
}
