package workflows

import (
	"slices"

	"github.com/tidwall/gjson"
)

// Loaded is a widget with the value that ComfyUI puts into it.
type Loaded struct {
	Input *InputType
	Value gjson.Result
	// Moved says that the value was written for another widget, or that nobody knows
	// for which: the list has the order of another version of the class.
	Moved bool
	// Stray says that the widget may be newer than the file: the value is text or null
	// that a display left at the end of the list.
	Stray bool
}

// Loaded returns the widgets of a home that ComfyUI puts an unfit value into: it goes by
// names where they are written, and else puts the first value into today's first widget,
// the second into the second. Left out are widgets that a link drives, placeholders, and
// what the server never sees.
func (h *Home) Loaded(unfit func(*InputType, gjson.Result) bool) (all []Loaded) {
	if h.Signature == nil || h.Grouped() { // the group node holds the values
		return nil
	}
	add := func(in *InputType, value gjson.Result) {
		if in != nil && in.Widget() && in.Kind != KindControl && !placeholder(value) && unfit(in, value) {
			all = append(all, Loaded{Input: in, Value: value})
		}
	}
	file := h.Graph.Part.File
	var list gjson.Result
	switch {
	case h.Graph.Part.Form == API:
		for _, in := range h.Inputs() {
			if !in.Linked {
				add(h.Signature.Input(in.Name), file.Value(in.Span))
			}
		}
	case !h.widgetsSpan.Empty():
		list = file.Value(h.widgetsSpan)
	}
	if list.IsObject() {
		each(list, func(name, value gjson.Result) bool {
			add(h.Signature.Input(h.today(name.String())), value)
			return true
		})
	}
	if list.IsArray() && list.Get("0").Exists() {
		next := h.inTurn()
		each(list, func(_, value gjson.Result) bool {
			in := next()
			add(in, value)
			return in != nil
		})
	}
	all = slices.DeleteFunc(all, func(l Loaded) bool {
		slot := h.Input(l.Input.Name)
		return slot != nil && slot.Linked
	})
	if list.IsArray() {
		for i := range all {
			h.judgeOrder(&all[i])
		}
	}
	return all
}

// inTurn returns the widgets that the values of a list go into, one after the other, nil
// at the end. The dummy places of older editors are left out where there is one for each
// forced input, which is what the editor goes by.
func (h *Home) inTurn() (next func() *InputType) {
	inputs, forced := h.Signature.Inputs(), false
	if names := h.Signature.placesWithForced(); names != nil {
		p := h.readPlaces()
		forced = len(p.values) == len(names) && slices.Equal(p.names, names)
	}
	at := 0
	return func() *InputType {
		for ; at < len(inputs) && !inputs[at].Unplaced; at++ {
			if in := &inputs[at]; in.Widget() || in.Forced && forced {
				at++
				return in
			}
		}
		return nil
	}
}

// judgeOrder compares where a value stands with what the list says there.
func (h *Home) judgeOrder(l *Loaded) {
	p := h.readPlaces()
	at := slices.IndexFunc(p.values, func(v gjson.Result) bool { return v.Index == l.Value.Index })
	if at < len(p.names) {
		l.Moved = p.names[at] != l.Input.Name
		return
	}
	today := h.Signature.Widgets()
	l.Stray = len(p.names) > 0 && len(p.names) <= len(today) && slices.Equal(p.names, today[:len(p.names)])
	l.Moved = !l.Stray
}

// StraySite returns where a value stands that ComfyUI puts into a widget, though it is
// no more than what a display left behind; see [Loaded].
func (h *Home) StraySite(widget string) (Site, bool) {
	for _, l := range h.Loaded(func(in *InputType, _ gjson.Result) bool { return in.Name == widget }) {
		if l.Stray {
			return Site{h, SpanOf(l.Value)}, true
		}
	}
	return Site{}, false
}
