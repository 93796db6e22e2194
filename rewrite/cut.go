package rewrite

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// unplug cuts the link that is written at an input.
func (l *lowerer) unplug(run *workflows.Run, input string) error {
	in := run.Home.Input(input)
	if in == nil || !in.Linked {
		return fmt.Errorf("nothing is linked there")
	}
	if l.part.Form == workflows.API {
		l.remove(run.Home.InputsSpan(), in.Key.Start)
		return nil
	}
	l.replace(in.Span, "null")
	return l.forget(run.Home.Graph, in)
}

// forget cuts the link into an input everywhere but at the input itself.
func (l *lowerer) forget(graph *workflows.Graph, in *workflows.Input) error {
	if graph.LostLinks() > 0 {
		return errLostLinks
	}
	if other := otherEnd(graph, in); other != nil {
		return fmt.Errorf("link %d also ends at %s", in.Link, other.Name())
	}
	l.forgetInTable(graph, in.Link)
	l.forgetAtOrigins(graph, in.Link)
	l.forgetReroutes(graph, in.Link)
	return nil
}

var errLostLinks = errors.New("the version of the workflow asks for another form of links: the editor loses those that are written")

// otherEnd returns a node that claims to be the end of an input's link as well,
// which only broken files have.
func otherEnd(graph *workflows.Graph, in *workflows.Input) *workflows.Home {
	for _, home := range graph.Homes {
		for i, other := range home.Inputs() {
			if other.Linked && other.Link == in.Link && &home.Inputs()[i] != in {
				return home
			}
		}
	}
	return nil
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
		if i := slices.Index(slot.Links, link); i >= 0 {
			l.list(slot.Span).gone[i] = true
		}
	}
}
