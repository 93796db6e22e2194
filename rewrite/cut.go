package rewrite

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// unplug cuts the link that is written at an input. Inside a subgraph that link serves
// all instances: there the nearest link on the way to the input is cut that serves just
// the runs that want it, which may be one into an instance.
func (l *lowerer) unplug(run *workflows.Run, input string) error {
	in := run.Home.Input(input)
	if in == nil || !in.Linked {
		return fmt.Errorf("nothing is linked there")
	}
	if l.part.Form == workflows.API {
		l.remove(run.Home.InputsSpan(), in.Key.Start)
		return nil
	}
	if !run.Inside() {
		return l.cutAt(run.Home, in)
	}
	if link, _ := run.Home.Graph.Link(in.Link); in.Widget != "" && run.Home.Graph.FromBorder(link) {
		return fmt.Errorf("%s shows it as a widget, which would give it a value", run.Parent)
	}
	wanted := l.toCut()
	var why error
	for _, hop := range run.Wire(input).Hops {
		if l.cut[hop.Input] {
			return nil
		}
		other := slices.IndexFunc(l.crossing(hop.Input), func(t taker) bool { return !wanted[t] })
		if other < 0 {
			return l.cutAt(hop.Run.Home, hop.Input)
		}
		if why == nil {
			why = fmt.Errorf("#%s, of the same subgraph, would change with it", l.crossing(hop.Input)[other].run)
		}
	}
	return why
}

// cutAt cuts the link into an input, once for all runs of the node.
func (l *lowerer) cutAt(home *workflows.Home, in *workflows.Input) error {
	if l.cut[in] {
		return nil
	}
	l.cut[in] = true
	l.replace(in.Span, "null")
	return l.forget(home.Graph, in)
}

// forget cuts the link into an input everywhere but at the input itself.
func (l *lowerer) forget(graph *workflows.Graph, in *workflows.Input) error {
	if graph.LostLinks() > 0 {
		return errLostLinks
	}
	if other := otherEnd(graph, in); other != "" {
		return fmt.Errorf("link %d also ends at %s", in.Link, other)
	}
	l.forgetInTable(graph, in.Link)
	l.forgetAtOrigins(graph, in.Link)
	l.forgetReroutes(graph, in.Link)
	return nil
}

var errLostLinks = errors.New("the version of the workflow asks for another form of links: the editor loses those that are written")

// otherEnd names a node, or the border of a subgraph, that claims to be the end of an
// input's link as well, which only broken files have; "" if none does.
func otherEnd(graph *workflows.Graph, in *workflows.Input) string {
	for _, home := range graph.Homes {
		for i, other := range home.Inputs() {
			if other.Linked && other.Link == in.Link && &home.Inputs()[i] != in {
				return home.Name()
			}
		}
	}
	for _, slot := range graph.Outputs {
		if slices.Contains(slot.Links, in.Link) {
			return "the border of " + graphName(graph)
		}
	}
	return ""
}

// forgetInTable takes a link out of the link table.
func (l *lowerer) forgetInTable(graph *workflows.Graph, id int64) {
	link, ok := graph.Link(id)
	if !ok {
		return
	}
	at := graph.LinkTable()
	if len(l.list(at).spans) == len(graph.Links()) {
		l.remove(at, link.Span.Start)
		return
	}
	i := 0 // a broken table: the link may have several rows
	l.part.File.Value(at).ForEach(func(_, row gjson.Result) bool {
		own := row.Get("id")
		if row.IsArray() {
			own = row.Get("0")
		}
		if own.Exists() && own.Int() == id {
			l.list(at).gone[i] = true
		}
		i++
		return true
	})
}

// forgetAtOrigins takes a link out of the outputs that list it: that of the node
// it starts at, and any that a broken file names besides; or out of the input of the
// subgraph that it starts at.
func (l *lowerer) forgetAtOrigins(graph *workflows.Graph, link int64) {
	for _, origin := range graph.Homes {
		for _, output := range origin.Outputs() {
			for i, id := range output.Links {
				if id == link {
					l.list(output.Span).gone[i] = true
				}
			}
		}
	}
	for _, slot := range graph.Inputs {
		for i, id := range slot.Links {
			if id == link {
				l.list(slot.Span).gone[i] = true
			}
		}
	}
}
