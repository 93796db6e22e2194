package workflows

import "fmt"

// tracer follows one wire against the direction of its links.
type tracer struct {
	wanted string // type of the input that asks
	hops   []Hop
}

func (t *tracer) lost(format string, args ...any) Wire {
	return Wire{Kind: Lost, Why: fmt.Sprintf(format, args...), Hops: t.hops}
}

// into follows the link that is written at an input of run r.
func (t *tracer) into(r *Run, in *Input) Wire {
	if !in.Linked {
		return t.lost("%s has nothing linked to %s", r, in.Name)
	}
	t.hops = append(t.hops, Hop{r, in})
	if len(t.hops) > maxHops {
		return t.lost(circle)
	}
	link, ok := r.Home.Graph.linkInto(r.Home, in)
	if group := r.Home.Graph.group; !ok && group != nil {
		return t.lost("%s", group.why)
	}
	if !ok {
		return t.lost("link %d is not in the link table", in.Link)
	}
	return t.from(r, link)
}

// from follows a link of the graph that run near stands in.
func (t *tracer) from(near *Run, link Link) Wire {
	if near.Home.Graph.FromBorder(link) {
		return t.outside(near.Parent, link.OriginSlot)
	}
	origin := near.beside(link.Origin)
	if origin == nil {
		return t.lost("node %s does not exist", link.Origin)
	}
	return t.output(origin, link.OriginSlot)
}

// output follows what an output of run r gives.
func (t *tracer) output(r *Run, slot int) Wire {
	switch {
	case r.Home.Mode == Muted:
		return t.lost("%s is muted", r)
	case r.Home.Mode == Bypass:
		return t.bypass(r, slot)
	case r.definition != nil:
		return t.within(r, slot)
	}
	switch r.Home.Role() {
	case RoleReroute, RoleSet:
		return t.first(r)
	case RoleGet:
		return t.get(r)
	case RolePrimitive:
		return Wire{Kind: Primitive, From: r, Slot: slot, Hops: t.hops}
	}
	return Wire{Kind: Given, From: r, Slot: slot, Hops: t.hops}
}

// first follows the first input of a node that passes it on.
func (t *tracer) first(r *Run) Wire {
	inputs := r.Home.Inputs()
	if len(inputs) == 0 {
		return t.lost("%s has no input", r)
	}
	return t.into(r, &inputs[0])
}

// get follows a get node to the set node of the same name: in its own graph
// first, then in the graphs around it.
func (t *tracer) get(r *Run) Wire {
	name, ok := r.text(FieldName)
	if !ok || name == "" {
		return t.lost("%s names nothing", r)
	}
	for level := r; level != nil; level = level.Parent {
		for _, h := range level.Home.Graph.Homes {
			if h.Role() != RoleSet {
				continue
			}
			set := level.beside(h.ID)
			if set == nil || set.Home != h { // two nodes may have one id
				continue
			}
			if given, ok := set.text(FieldName); ok && given == name {
				return t.first(set)
			}
		}
	}
	return t.lost("nothing sets %q", name)
}

// text returns the literal text of a field of the run's own class.
func (r *Run) text(field string) (string, bool) {
	v := r.Home.Written(r.Home.Signature.Fields[field])
	return v.String(), v.Exists()
}

// within goes on inside a subgraph instance, at the link into its output border.
func (t *tracer) within(r *Run, slot int) Wire {
	g := r.definition
	if g.group != nil && g.group.why != "" {
		return t.lost("%s", g.group.why)
	}
	if slot < 0 || slot >= len(g.Outputs) || len(g.Outputs[slot].Links) == 0 {
		return t.lost("nothing inside %s gives its output %d", r, slot)
	}
	link, ok := g.Link(g.Outputs[slot].Links[0])
	if !ok {
		return t.lost("link %d is not in subgraph %q", g.Outputs[slot].Links[0], g.Name)
	}
	if g.FromBorder(link) {
		return t.outside(r, link.OriginSlot)
	}
	origin := r.inside[link.Origin]
	if origin == nil {
		return t.lost("node %s does not exist in subgraph %q", link.Origin, g.Name)
	}
	return t.output(origin, link.OriginSlot)
}

// outside goes on outside a subgraph instance, at the instance's input that
// stands for the definition's input number k.
func (t *tracer) outside(instance *Run, k int) Wire {
	if instance == nil || k < 0 || k >= len(instance.definition.Inputs) {
		return t.lost("the subgraph has no input %d", k)
	}
	border := instance.definition.Inputs[k]
	inputs := instance.Home.Inputs()
	for i := range inputs {
		if inputs[i].Name != border.Name {
			continue
		}
		if inputs[i].Linked {
			return t.into(instance, &inputs[i])
		}
		break
	}
	if t.hops[len(t.hops)-1].Input.Widget == "" {
		return t.lost("input %q of %s has nothing linked to it", border.Name, instance)
	}
	return Wire{Kind: Promoted, From: instance, Slot: k, Hops: t.hops}
}
