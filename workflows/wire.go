package workflows

import (
	"fmt"
	"strings"
)

// Wire is what arrives at an input once everything that only exists in the editor
// is looked through: reroutes, set and get nodes, bypassed nodes, the borders of
// subgraphs.
type Wire struct {
	Kind Arrival
	// From is the run that gives the value: a real node, a primitive, or for
	// Promoted the subgraph instance on which the value stands. Nil for Nothing and Lost.
	From *Run
	// Slot is the output of From, for Promoted the number of the instance's input.
	Slot int
	// Why tells in a few words where the value got lost.
	Why string
	// Hops are the written links on the way, the one at the input itself first.
	Hops []Hop
}

// Arrival tells what kind of thing arrives at an input.
type Arrival int

const (
	Nothing   Arrival = iota // no link is written
	Lost                     // a link is written, but its source gives nothing
	Given                    // the output of a real node
	Primitive                // the value of a primitive, which overwrites the widget
	Promoted                 // a value written on a subgraph instance
)

// Arrives reports whether the input gets something at all.
func (w Wire) Arrives() bool { return w.Kind >= Given }

// Hop is one written link: the input it ends at, on the run whose home holds it.
type Hop struct {
	Run   *Run
	Input *Input
}

// maxHops ends the search of a wire that runs in a circle.
const maxHops = 500

// Wire follows what arrives at the run's input of that name.
func (r *Run) Wire(input string) Wire {
	in := r.Home.Input(input)
	if in == nil || !in.Linked {
		return Wire{}
	}
	t := tracer{wanted: in.Type}
	if t.wanted == "" && r.Home.Signature != nil {
		if known := r.Home.Signature.Input(input); known != nil {
			t.wanted = known.Kind
		}
	}
	return t.into(r, in)
}

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
		return t.lost("the links run in a circle")
	}
	link, ok := r.Home.Graph.linkInto(r.Home, in)
	if !ok {
		return t.lost("link %d is not in the link table", in.Link)
	}
	return t.from(r, link)
}

// from follows a link of the graph that run near stands in.
func (t *tracer) from(near *Run, link Link) Wire {
	if near.Home.Graph.fromBorder(link) {
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

// bypass follows the input that ComfyUI's editor connects to the output of a
// bypassed node: the one at the same place if its type fits, else the first that fits.
func (t *tracer) bypass(r *Run, slot int) Wire {
	inputs := r.Home.Inputs()
	given := ""
	if outputs := r.Home.Outputs(); slot >= 0 && slot < len(outputs) {
		given = outputs[slot].Type
	}
	fits := func(in *Input) bool { return matches(in.Type, given) && matches(in.Type, t.wanted) }
	if slot >= 0 && slot < len(inputs) && (anyType(t.wanted) || fits(&inputs[slot])) {
		return t.into(r, &inputs[slot])
	}
	if anyType(t.wanted) {
		return t.first(r)
	}
	for i := range inputs {
		if inputs[i].Type == t.wanted {
			return t.into(r, &inputs[i])
		}
	}
	for i := range inputs {
		if fits(&inputs[i]) {
			return t.into(r, &inputs[i])
		}
	}
	return t.lost("%s is bypassed", r)
}

func anyType(kind string) bool { return kind == "" || kind == "*" || kind == "0" }

// matches reports whether the editor lets an output of one type into an input of
// the other; both may list several types with commas.
func matches(a, b string) bool {
	if anyType(a) || anyType(b) {
		return true
	}
	for one := range strings.SplitSeq(a, ",") {
		for other := range strings.SplitSeq(b, ",") {
			if strings.EqualFold(strings.TrimSpace(one), strings.TrimSpace(other)) {
				return true
			}
		}
	}
	return false
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
			if set == nil {
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
	if slot < 0 || slot >= len(g.Outputs) || len(g.Outputs[slot].Links) == 0 {
		return t.lost("nothing inside %s gives its output %d", r, slot)
	}
	link, ok := g.Link(g.Outputs[slot].Links[0])
	if !ok {
		return t.lost("link %d is not in subgraph %q", g.Outputs[slot].Links[0], g.Name)
	}
	if g.fromBorder(link) {
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
