package rewrite

import (
	"fmt"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// insert adds a node that supplies a gift to its taker, with the defaults of its
// class beside the values that are given.
func (l *lowerer) insert(g *gift, growth *growth) error {
	widgets, err := g.widgets()
	if err != nil {
		return err
	}
	id := l.newNodes(g, 1)[0]
	if l.part.Form == workflows.API {
		return l.insertPrompt(g, id, widgets)
	}
	graph, link := g.taker.Home.Graph, growth.nextLink()
	file := l.part.File
	samples := nodesLike(graph, sibling(graph, g.class), g.taker.Home)
	s := styleOf(file, samples)
	it := l.list(graph.NodeList)
	it.added = append(it.added, s.text(l.node(g, id, link, widgets, samples)))
	return l.connect(g, id, link)
}

// sibling returns a node of a class, nil if there is none.
func sibling(graph *workflows.Graph, class *workflows.Class) *workflows.Home {
	for _, home := range graph.Homes {
		if home.Signature == class {
			return home
		}
	}
	return nil
}

// widgets returns what an inserted node holds, in the order of the class.
func (g *gift) widgets() (widgets fields, err error) {
	given := g.values(g.class)
	for _, name := range g.class.Widgets() {
		value, ok := given[name]
		if !ok {
			value = g.class.Input(name).DefaultText()
		}
		if value == "" {
			return nil, fmt.Errorf("nothing is linked there, and a new %s cannot be made: its %s has no default", g.class.Name, name)
		}
		widgets = append(widgets, field{name, raw(value)})
	}
	return widgets, nil
}

// node returns a new node with the members that samples have and those that every
// node must have.
func (l *lowerer) node(g *gift, id, link int64, widgets fields, samples []gjson.Result) fields {
	taker := l.part.File.Value(g.taker.Home.Span)
	inputs, outputs := elements{}, elements{}
	for i := range g.class.Inputs() {
		if in := &g.class.Inputs()[i]; !in.Widget() && !in.Forced {
			inputs = append(inputs, slotLike(samples, in, in.Name, in.Kind, "null"))
		}
	}
	for i, kind := range g.class.Outputs {
		outputs = append(outputs, outputLike(samples, g.class, i, kind, link))
	}
	w, h := 315.0, float64(rowHeight*(len(widgets)+max(len(inputs), len(outputs)))+10)
	near, _ := boxOf(taker)
	x, y := l.growth.place(g.taker.Home.Graph, near, w, h)
	order := number(0)
	if written := taker.Get("order"); written.Type == gjson.Number {
		order = raw(written.Raw)
	}
	members := fields{
		{"id", number(id)}, {"type", quote(g.class.Name)}, {"pos", elements{number(x), number(y)}}, {"size", elements{number(w), number(h)}},
		{"flags", fields{}}, {"order", order}, {"mode", number(0)}, {"inputs", inputs}, {"outputs", outputs},
		{"properties", propertiesLike(taker, g.class)}, {"widgets_values", inOrder(widgets)},
	}
	for _, sample := range samples {
		if sample.Get("widgets_values_named").Exists() {
			members = append(members, field{"widgets_values_named", widgets})
			break
		}
	}
	return members.like(samples)
}

func inOrder(members fields) (list elements) {
	for _, m := range members {
		list = append(list, m.value)
	}
	return list
}

// outputLike returns an output slot with the members that outputs of samples have.
// The first output is the one that gives.
func outputLike(samples []gjson.Result, class *workflows.Class, i int, kind string, link int64) fields {
	name := kind
	if i < len(class.OutputNames) {
		name = class.OutputNames[i]
	}
	links := elements{}
	if i == 0 {
		links = elements{number(link)}
	}
	slot := fields{{"name", quote(name)}, {"type", quote(kind)}, {"links", links}}
	var slots []gjson.Result
	for _, sample := range samples {
		if first := sample.Get("outputs.0"); first.Exists() {
			slots = append(slots, first)
		}
	}
	if len(slots) > 0 {
		if slots[0].Get("localized_name").Exists() {
			slot = append(slot, field{"localized_name", quote(name)})
		}
		if slots[0].Get("slot_index").Exists() {
			slot = append(slot, field{"slot_index", number(i)})
		}
	}
	return slot.like(slots)
}

// propertiesLike returns what the editor notes of a node, as far as the taker's, which
// is of the same pack, say it: the class, and where the pack comes from.
func propertiesLike(taker gjson.Result, class *workflows.Class) fields {
	properties := fields{}
	taker.Get("properties").ForEach(func(key, value gjson.Result) bool {
		switch key.Str {
		case "Node name for S&R":
			properties = append(properties, field{key.Str, quote(class.Name)})
		case "cnr_id", "aux_id", "ver":
			properties = append(properties, field{key.Str, raw(value.Raw)})
		}
		return true
	})
	return properties
}
