package rewrite

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// insertPrompt adds a node to an API prompt.
func (l *lowerer) insertPrompt(g *gift, id int64, widgets fields) error {
	home := g.taker.Home
	like := sibling(home.Graph, g.class)
	samples := nodesLike(home.Graph, like, home)
	node := fields{{"inputs", widgets}, {"class_type", quote(g.class.Name)}}
	if samples[0].Get("_meta.title").Exists() {
		title := g.class.Name
		if like != nil {
			title = samples[0].Get("_meta.title").String()
		}
		node = append(node, field{"_meta", fields{{"title", quote(title)}}})
	}
	s := styleOf(l.part.File, samples)
	it := l.list(home.Graph.NodeList)
	it.added = append(it.added, promptKey(g, id)+l.colon(home.Span)+s.text(node.like(samples)))
	return l.connectPrompt(g, id)
}

// connectPrompt links the taker of a gift to a new node.
func (l *lowerer) connectPrompt(g *gift, id int64) error {
	home := g.taker.Home
	key := promptKey(g, id)
	in := home.Input(g.Name)
	if in != nil && in.Linked {
		l.relink(in, key)
		return nil
	}
	samples := nodesLike(home.Graph, home)
	s := styleOf(l.part.File, samples)
	if link, ok := someLink(home); ok {
		s.samples = []gjson.Result{link}
	}
	text := s.at(elements{raw(key), number(0)}, "", 2)
	if in != nil {
		l.replace(in.Span, text)
		return nil
	}
	return l.insertKey(home, g.Name, text)
}

// someLink returns a link as the prompt writes links, of the same node if it has one.
func someLink(home *workflows.Home) (link gjson.Result, ok bool) {
	for _, each := range append([]*workflows.Home{home}, home.Graph.Homes...) {
		for _, in := range each.Inputs() {
			if in.Linked {
				return home.Graph.Part.File.Value(in.Span), true
			}
		}
	}
	return gjson.Result{}, false
}

// relink lets a link start at the first output of another node.
func (l *lowerer) relink(in *workflows.Input, key string) {
	link := l.part.File.Value(in.Span)
	l.replace(workflows.SpanOf(link.Get("0")), key)
	l.replace(workflows.SpanOf(link.Get("1")), "0")
}

// clonePrompt copies the nodes that supply a taker of an API prompt.
func (l *lowerer) clonePrompt(g *gift, ids []int64) error {
	for i, from := range g.supply.Runs {
		edits, wanted := newLowerer(l.index, nil), l.wanted(g, from)
		for _, widget := range slices.Sorted(maps.Keys(wanted)) {
			in := from.Home.Input(widget)
			if from.Home.Placeholder(widget) {
				return fmt.Errorf("copy %s: %s: %w", from, widget, errPlaceholder)
			}
			if in != nil {
				edits.replace(in.Span, wanted[widget])
			} else if err := edits.insertKey(from.Home, widget, wanted[widget]); err != nil {
				return fmt.Errorf("copy %s: %w", from, err)
			}
		}
		if i+1 < len(ids) {
			edits.relink(from.Home.Input(from.Home.Signature.Next), promptKey(g, ids[i+1]))
		}
		key := promptKey(g, ids[i]) + l.colon(from.Home.Span)
		if err := l.addCopy(edits, from.Home, key); err != nil {
			return err
		}
	}
	return l.connectPrompt(g, ids[0])
}
