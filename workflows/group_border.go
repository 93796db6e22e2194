package workflows

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/tidwall/gjson"
)

// counts reports whether a node inside has a part in what the group node looks like:
// what only exists in the editor has none, unless it stands at the border.
func (g *Graph) counts(node int) bool {
	switch g.Homes[node].Role() {
	case RoleSet, RoleGet:
		return false
	case RolePrimitive:
		return g.group.starts[node]
	case RoleReroute:
		return !g.group.ends[node] || !g.group.starts[node] || g.group.external[end{node, 0}]
	}
	return true
}

// open returns the inputs inside that no link inside fills: sockets, and then those that
// stand for widgets.
func (g *Graph) open() (sockets, widgets []*Input) {
	for i, h := range g.Homes {
		if !g.counts(i) {
			continue
		}
		for k := range h.Inputs() {
			in := &h.Inputs()[k]
			shown, told := g.group.visible[slotKey(h.ID, "input", in.Name)]
			switch {
			case g.group.to[end{i, k}]:
			case in.Widget != "":
				widgets = append(widgets, in)
			case shown || !told:
				sockets = append(sockets, in)
			}
		}
	}
	return sockets, widgets
}

// visibility reads from the configuration of a group node which slots the user took off
// it, or wants on it, by [slotKey].
func visibility(config gjson.Result) map[string]bool {
	visible := map[string]bool{}
	each(config, func(node, sides gjson.Result) bool {
		each(sides, func(side, slots gjson.Result) bool {
			each(slots, func(slot, wishes gjson.Result) bool {
				if wish := wishes.Get("visible"); wish.Exists() {
					visible[slotKey(node.String(), side.String(), slot.String())] = wish.Bool()
				}
				return true
			})
			return true
		})
		return true
	})
	return visible
}

// slotKey names a slot of a node inside; side is "input" or "output".
func slotKey(node, side, slot string) string { return node + " " + side + " " + slot }

// linkInputs joins the inputs of the group node to those inside.
func (g *Graph) linkInputs() {
	sockets, widgets := g.open()
	var outerSockets, outerWidgets []*Input
	for i := range g.group.outer.Inputs() {
		in := &g.group.outer.Inputs()[i]
		if in.Widget == "" {
			outerSockets = append(outerSockets, in)
		} else {
			outerWidgets = append(outerWidgets, in)
		}
	}
	fits := func(inside, outside []*Input) bool {
		return slices.EqualFunc(inside, outside, func(a, b *Input) bool { return matches(a.Type, b.Type) })
	}
	linked := func(in *Input) bool { return in.Linked }
	switch {
	case !fits(sockets, outerSockets):
		g.group.why = fmt.Sprintf("the inputs of %s are not those of the nodes in it", g.group.outer.Name())
	case !fits(widgets, outerWidgets) && slices.ContainsFunc(outerWidgets, linked):
		g.group.why = fmt.Sprintf("the widgets of %s are not those of the nodes in it", g.group.outer.Name())
	case !fits(widgets, outerWidgets):
		widgets, outerWidgets = nil, nil
	}
	inside, outside := append(sockets, widgets...), append(outerSockets, outerWidgets...)
	for i, in := range inside {
		switch {
		case g.group.why != "":
			in.Linked = true // to nobody knows what
		case outside[i].Linked:
			in.Linked, in.Link = true, g.addLink(g.inputNode, len(g.Inputs))
			g.Inputs = append(g.Inputs, Border{Name: outside[i].Name, Type: outside[i].Type})
		}
	}
}

// linkOutputs joins the outputs of the group node to those inside.
func (g *Graph) linkOutputs() {
	outer := g.group.outer.Outputs()
	for i, h := range g.Homes {
		if !g.counts(i) {
			continue
		}
		for k, out := range h.Outputs() {
			at := end{i, k}
			shown := !g.group.from[at] || g.group.external[at]
			if visible, told := g.group.visible[slotKey(h.ID, "output", strconv.Itoa(k))]; told {
				shown = visible
			}
			if !shown {
				continue
			}
			if n := len(g.Outputs); n >= len(outer) || !matches(outer[n].Type, out.Type) {
				g.group.why = fmt.Sprintf("the outputs of %s are not those of the nodes in it", g.group.outer.Name())
				return
			}
			g.Outputs = append(g.Outputs, Border{Name: out.Name, Type: out.Type, Links: []int64{g.addLink(h.ID, k)}})
		}
	}
	if len(g.Outputs) != len(outer) {
		g.group.why = fmt.Sprintf("the outputs of %s are not those of the nodes in it", g.group.outer.Name())
	}
}
