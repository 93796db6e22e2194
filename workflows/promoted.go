package workflows

import "slices"

// promotedValue reads a widget that an unlinked input of a subgraph instance drives: it
// stands on the instance and on the node inside.
func (r *Run) promotedValue(widget string, wire Wire) Value {
	v := Value{Source: ByBorder, From: wire.From}
	copies, why := r.copies(widget)
	if why != "" {
		v.Why = why
		return v
	}
	if first, name, ok := wire.From.drives(wire.Slot); ok && first != r {
		copies = append(copies, first.saying(name))
	}
	return r.copied(v, widget, copies)
}

// saying is what stands at a run itself of a widget that an instance drives.
func (r *Run) saying(widget string) saying {
	s := saying{by: r.String(), Result: r.Home.Written(widget), sites: r.Home.Sites(widget)}
	if !s.Exists() {
		s.Result = r.Home.unwritten(widget).Result
	}
	return s
}

// copied fills in a value that stands in several places. Which of them counts depends on
// the version of the editor, so the value is known only where all that is written agrees.
func (r *Run) copied(v Value, widget string, copies []saying) Value {
	if r.Home.unreadable() {
		v.Why = r.Home.unwritten(widget).Why
		return v
	}
	said := append(slices.Clone(copies), saying{by: "the node inside", Result: r.Home.Written(widget)})
	said = slices.DeleteFunc(said, func(s saying) bool { return !s.Exists() })
	if len(said) == 0 {
		fallback := r.Home.unwritten(widget)
		v.Result, v.Why = fallback.Result, fallback.Why
		return v
	}
	for _, s := range said {
		if placeholder(s.Result) {
			return v.holding(s.Result)
		}
	}
	v.Sites = r.Home.Sites(widget)
	for _, s := range copies {
		v.Sites = append(v.Sites, s.sites...)
	}
	for _, s := range said {
		if s.Raw != said[0].Raw {
			v.Why = said[0].by + " says " + said[0].Raw + ", " + s.by + " says " + s.Raw
			return v
		}
	}
	v.Result = said[0].Result
	return v
}

// promoted is an input of a subgraph that its instances show as a widget.
type promoted struct {
	input   string
	control bool // the widget is followed by one that says what happens to it after a run
}

// promotes lists the inputs of an instance that are widgets, in the order of its values.
func (r *Run) promotes() []promoted {
	if r.promoted == nil {
		r.promoted = []promoted{}
		for k, border := range r.definition.Inputs {
			if inner, widget, ok := r.drives(k); ok {
				r.promoted = append(r.promoted, promoted{border.Name, inner.Home.controlled(widget)})
			}
		}
	}
	return r.promoted
}

// drives returns the widget inside an instance that stands behind its input number k: of
// several that the input drives, the first.
func (r *Run) drives(k int) (inner *Run, widget string, ok bool) {
	for _, id := range r.definition.Inputs[k].Links {
		link, _ := r.definition.Link(id)
		target := r.inside[link.Target]
		if target == nil {
			continue
		}
		in := target.Home.inputOf(id)
		switch {
		case in == nil:
		case target.definition != nil:
			if inner, widget, ok := target.drivesBehind(in.Name); ok {
				return inner, widget, true
			}
		case in.Widget != "":
			return target, target.Home.today(in.Widget), true
		}
	}
	return nil, "", false
}

func (r *Run) drivesBehind(input string) (inner *Run, widget string, ok bool) {
	k := slices.IndexFunc(r.definition.Inputs, func(b Border) bool { return b.Name == input })
	if k < 0 {
		return nil, "", false
	}
	return r.drives(k)
}

// inputOf returns the input at which a link ends, nil if none does.
func (h *Home) inputOf(link int64) *Input {
	inputs := h.Inputs()
	i := slices.IndexFunc(inputs, func(in Input) bool { return in.Linked && in.Link == link })
	if i < 0 {
		return nil
	}
	return &inputs[i]
}

// controlled reports whether the editor puts a widget of its own behind one, which says
// whether the value changes after a run.
func (h *Home) controlled(widget string) bool {
	if h.Signature == nil {
		return widget == "seed" || widget == "noise_seed"
	}
	inputs := h.Signature.Inputs()
	i := slices.IndexFunc(inputs, func(in InputType) bool { return in.Name == widget })
	return i >= 0 && i+1 < len(inputs) && inputs[i+1].Kind == KindControl
}
