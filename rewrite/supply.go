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
	v, in := run.Value(widget), run.Home.Input(widget)
	switch {
	case sameJSON(v.Result, gjson.Parse(value)) && !l.isSet(run.Home, widget):
		_, err := l.want(run, widget, value)
		return err
	case in == nil || !in.Linked || v.Source == workflows.ByBorder || l.drivenAlone(run, widget):
		return l.set(run, widget, value, true)
	}
	return l.pull(run, in, widget, value)
}

// isSet reports whether a widget is set already, for whatever run of the node.
func (l *lowerer) isSet(home *workflows.Home, widget string) bool {
	return slices.ContainsFunc(l.spots, func(s spot) bool { return s.run.Home == home && s.widget == widget })
}

// pull cuts the link that drives a widget and writes its value. A link from the border of
// a subgraph stays: the values that instances store are counted by it.
func (l *lowerer) pull(run *workflows.Run, in *workflows.Input, widget, value string) error {
	if link, ok := run.Home.Graph.Link(in.Link); ok && run.Home.Graph.FromBorder(link) {
		return fmt.Errorf("it is driven from outside the subgraph: change it there")
	}
	if isNew, err := l.want(run, widget, value); err != nil || !isNew {
		return err
	}
	at := place{run.Home, widget}
	if l.pulled[at] {
		return nil
	}
	l.pulled[at] = true
	if l.part.Form == workflows.API {
		l.replace(in.Span, value)
		return nil
	}
	l.replace(in.Span, "null")
	if err := l.forget(run.Home.Graph, in); err != nil {
		return err
	}
	return l.writeOwn(run.Home, widget, value)
}

// writeOwn writes a widget's own value in the UI form, whatever is linked to it.
func (l *lowerer) writeOwn(home *workflows.Home, widget, value string) error {
	switch {
	case home.Twice(widget):
		return errTwice
	case home.Placeholder(widget):
		return errPlaceholder
	}
	sites := home.Sites(widget)
	for _, site := range sites {
		if err := l.write(site.Span, value); err != nil {
			return err
		}
	}
	if len(sites) == 0 {
		return l.appendWidget(home, widget, value)
	}
	return nil
}
