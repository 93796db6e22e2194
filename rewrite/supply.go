package rewrite

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// setSupply sets the widgets of the nodes that supply a taker, as far as they differ.
func (l *lowerer) setSupply(g *gift) error {
	for _, from := range g.supply.Runs {
		values := g.values(from.Home.Signature)
		for _, widget := range slices.Sorted(maps.Keys(values)) {
			if err := l.setGiven(from, widget, values[widget]); err != nil {
				return fmt.Errorf("%s of %s: %w", widget, from, err)
			}
		}
	}
	return nil
}

// setGiven sets a widget even where a link drives it: at the node that drives nothing
// else, or else in the place of the link.
func (l *lowerer) setGiven(run *workflows.Run, widget, value string) error {
	if _, again := l.values[place{run.Home, widget}]; !again && sameJSON(run.Value(widget).Result, gjson.Parse(value)) {
		return nil
	}
	if instance := shownBy(run, widget); instance != nil {
		return l.setShown(run, instance, widget, value)
	}
	in := run.Home.Input(widget)
	if in == nil || !in.Linked {
		return l.set(run, widget, value)
	}
	if driver, why := l.driver(run, widget); why == "" {
		if isNew, err := l.note(place{run.Home, widget}, value); err != nil || !isNew {
			return err
		}
		return l.setDriver(driver, run, widget, value)
	}
	return l.pull(run, in, widget, value)
}

// shownBy returns the instance of a subgraph that shows a widget of a node inside as
// one of its own, nil if none does.
func shownBy(run *workflows.Run, widget string) *workflows.Run {
	instance := run.Parent
	if instance == nil || run.Value(widget).Source == workflows.ByBorder {
		return instance
	}
	node := instance.Home.Graph.Part.File.Value(instance.Home.Span)
	for _, shown := range node.Get("properties.proxyWidgets").Array() {
		if shown.Get("0").String() == run.Home.ID && shown.Get("1").String() == widget {
			return instance
		}
	}
	return nil
}

// setShown sets a widget inside a subgraph together with its copy on the instance:
// editors differ about which of the two counts.
func (l *lowerer) setShown(run, instance *workflows.Run, widget, value string) error {
	outer, ok := run.Shown(widget)
	if !ok {
		return fmt.Errorf("%s shows it outside the subgraph: change it there", instance)
	}
	if isNew, err := l.note(place{outer.Home, run.Home.ID + ":" + widget}, value); err != nil {
		return err
	} else if isNew && !outer.Span.Empty() {
		l.replace(outer.Span, value)
	}
	if isNew, err := l.note(place{run.Home, widget}, value); err != nil || !isNew {
		return err
	}
	return l.write(run.Home, widget, value)
}

// pull cuts the link that drives a widget and writes its value. A link from the border of
// a subgraph stays: the values that instances store are counted by it.
func (l *lowerer) pull(run *workflows.Run, in *workflows.Input, widget, value string) error {
	if link, ok := run.Home.Graph.Link(in.Link); ok && run.Home.Graph.FromBorder(link) {
		return fmt.Errorf("it is driven from outside the subgraph: change it there")
	}
	if isNew, err := l.note(place{run.Home, widget}, value); err != nil || !isNew {
		return err
	}
	if l.part.Form == workflows.API {
		l.replace(in.Span, value)
		return nil
	}
	l.replace(in.Span, "null")
	if err := l.forget(run.Home.Graph, in); err != nil {
		return err
	}
	return l.write(run.Home, widget, value)
}

// write writes a widget's own value in the UI form, whatever is linked to it.
func (l *lowerer) write(home *workflows.Home, widget, value string) error {
	switch {
	case home.Twice(widget):
		return errTwice
	case home.Placeholder(widget):
		return errPlaceholder
	}
	sites := home.Sites(widget)
	for _, site := range sites {
		l.replace(site.Span, value)
	}
	if len(sites) == 0 {
		return l.appendWidget(home, widget, value)
	}
	return nil
}
