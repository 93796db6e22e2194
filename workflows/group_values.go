package workflows

// fillGroup hands the values that stand at a group node to the nodes inside: node by
// node, and at the end those of widgets that were made inputs. They are only handed out
// if there is one for every widget, of its kind.
func (g *Graph) fillGroup() {
	outer := g.group.outer.readPlaces()
	filled, late := make([]*places, len(g.Homes)), make([][]string, len(g.Homes))
	known, at := outer.array, 0
	take := func(i int, names []string) {
		for _, name := range names {
			if at < len(outer.values) {
				filled[i].names = append(filled[i].names, name)
				filled[i].values = append(filled[i].values, outer.values[at])
			}
			at++
		}
	}
	for i, h := range g.Homes {
		filled[i] = &places{array: true}
		if !g.counts(i) {
			continue
		}
		stored := h.readPlaces()
		known = known && (stored.array || len(stored.values) == 0)
		names, converted := h.apart()
		take(i, names)
		for k, in := range h.Inputs() {
			if in.Widget != "" && !g.group.to[end{i, k}] {
				late[i] = append(late[i], converted[in.Widget]...)
			}
		}
	}
	for i, names := range late {
		take(i, names)
	}
	known = known && at == len(outer.values)
	for i, h := range g.Homes {
		known = known && (h.Signature == nil || h.Signature.fit(filled[i].names, filled[i].values, h.linked).possible)
	}
	for i, h := range g.Homes {
		if !known {
			filled[i] = &places{array: true, why: "the values of " + g.group.outer.Name() + " are not those of the nodes in it"}
		}
		if h.Signature == nil {
			filled[i].names = nil // they were only counted
		}
		h.places = filled[i]
	}
}

// apart returns the names of a node's widgets: those that stand in their order, and those
// that were made inputs, each with the control that comes with it.
func (h *Home) apart() (names []string, converted map[string][]string) {
	converted = map[string][]string{}
	for _, in := range h.Inputs() {
		if in.Widget != "" {
			converted[in.Widget] = []string{in.Widget}
		}
	}
	stored := h.readPlaces()
	if len(stored.names) == 0 {
		for range len(stored.values) - len(converted) {
			names = append(names, "")
		}
		return names, converted
	}
	for i, name := range stored.names {
		in := h.Signature.Input(name)
		before := ""
		if i > 0 {
			before = stored.names[i-1]
		}
		switch {
		case converted[name] != nil:
		case in != nil && in.Kind == KindControl && converted[before] != nil:
			converted[before] = append(converted[before], name)
		default:
			names = append(names, name)
		}
	}
	return names, converted
}

// linked reports whether a link drives a widget.
func (h *Home) linked(widget string) bool {
	in := h.Input(widget)
	return in != nil && in.Linked
}
