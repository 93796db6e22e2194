package workflows

import (
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
	// Sites are all places where the value is written. They are empty for a
	// value that is not written down, and for one that other nodes share.
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
func (r *Run) Value(widget string) Value {
	if in := r.Home.Input(widget); in != nil && in.Linked {
		return r.linkedValue(widget)
	}
	v := Value{Result: r.Home.Written(widget), Source: Literal}
	switch {
	case !v.Exists():
		return r.Home.unwritten(widget)
	case placeholder(v.Result):
		return Value{Source: Template, Why: "a placeholder stands there: " + v.Str}
	}
	v.Sites = r.Home.Sites(widget)
	return v
}

func (r *Run) linkedValue(widget string) Value {
	wire := r.Wire(widget)
	switch wire.Kind {
	case Given:
		if wire.From.Home.Role() == RoleConstant && wire.Slot == 0 {
			v := wire.From.Value(wire.From.Home.Signature.Fields[FieldValue])
			return Value{Result: v.Result, Source: ByLink, From: wire.From, Why: v.Why}
		}
		return Value{Source: ByLink, From: wire.From, Why: wire.From.String() + " computes it"}
	case Primitive:
		v := wire.From.Home.Written(wire.From.Home.Signature.Fields[FieldValue])
		return Value{Result: v, Source: ByPrimary, From: wire.From}
	case Promoted:
		return r.promotedValue(widget, wire)
	}
	return Value{Source: Unknown, Why: wire.Why}
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
		if h.unreadable() {
			return Value{Why: "no known version of " + h.Class + " has the values that are written"}
		}
		fallback = in.Default
	}
	if fallback == nil {
		return Value{Why: widget + " is not written, and its default is not known"}
	}
	return Value{Result: jsonOf(fallback), Source: Default}
}
