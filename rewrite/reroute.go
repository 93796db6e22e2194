package rewrite

import (
	"slices"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// reroute is one of the editor's native reroutes: a bend in a link, no node. They
// form chains that begin at an output; parent is the one before it.
type reroute struct {
	id, parent int64
	ids        workflows.Span // the links that run through it
	floating   bool           // a link with an open end runs through it as well
}

// forgetReroutes takes a link out of every reroute it runs through, and out of the
// list of links that end at one.
func (l *lowerer) forgetReroutes(graph *workflows.Graph, link int64) {
	if at := graph.Reroutes(); !at.Empty() {
		l.forgetInList(graph, l.part.File.Value(at), link)
	}
	if at := graph.Extra(); !at.Empty() {
		l.part.File.Value(at).ForEach(func(key, value gjson.Result) bool {
			switch key.Str {
			case "reroutes":
				l.forgetInList(graph, value, link)
			case "linkExtensions":
				l.forgetExtension(value, link)
			}
			return true
		})
	}
}

func (l *lowerer) forgetInList(graph *workflows.Graph, reroutes gjson.Result, link int64) {
	at := workflows.SpanOf(reroutes)
	if _, read := l.reroutes[at]; !read {
		l.reroutes[at] = readReroutes(reroutes)
		l.keepFloating(graph, l.reroutes[at])
	}
	for _, r := range l.reroutes[at] {
		if r.ids.Empty() {
			continue
		}
		i := 0
		l.part.File.Value(r.ids).ForEach(func(_, id gjson.Result) bool {
			if id.Int() == link {
				l.list(r.ids).gone[i] = true
			}
			i++
			return true
		})
	}
}

// keepFloating marks the reroutes at which links with an open end begin or end.
func (l *lowerer) keepFloating(graph *workflows.Graph, all []reroute) {
	for _, parent := range l.part.File.Value(graph.Span).Get("floatingLinks.#.parentId").Array() {
		for i := range all {
			all[i].floating = all[i].floating || all[i].id == parent.Int()
		}
	}
}

func readReroutes(list gjson.Result) []reroute {
	var all []reroute
	list.ForEach(func(_, value gjson.Result) bool {
		var r reroute
		value.ForEach(func(key, value gjson.Result) bool {
			switch key.Str {
			case "id":
				r.id = value.Int()
			case "parentId":
				r.parent = value.Int()
			case "linkIds":
				r.ids = workflows.SpanOf(value)
			case "floating":
				r.floating = value.IsObject()
			}
			return true
		})
		all = append(all, r)
		return true
	})
	return all
}

// dropReroutes removes the reroutes that nothing runs through any more. One that
// leads to a reroute that stays has to stay too: a link with an open end counts at
// the last reroute only.
func (l *lowerer) dropReroutes() {
	for at, all := range l.reroutes {
		gone := func(r reroute) bool {
			of := l.lists[r.ids]
			return of != nil && len(of.gone) > 0 && len(of.gone) == len(of.spans) && !r.floating
		}
		stays := map[int64]bool{}
		for _, r := range all {
			for !gone(r) && r.parent != 0 && !stays[r.parent] {
				stays[r.parent] = true
				i := slices.IndexFunc(all, func(before reroute) bool { return before.id == r.parent })
				if i < 0 {
					break
				}
				r = all[i]
				r.floating = true // so that those before it stay as well
			}
		}
		for i, r := range all {
			if gone(r) && !stays[r.id] {
				l.list(at).gone[i] = true
			}
		}
	}
}

func (l *lowerer) forgetExtension(rows gjson.Result, link int64) {
	at := workflows.SpanOf(rows)
	rows.ForEach(func(_, row gjson.Result) bool {
		if row.Get("id").Int() == link {
			l.remove(at, row.Index)
		}
		return true
	})
}
