package rewrite

import (
	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// forgetReroutes takes a link out of the editor's native reroutes: out of every
// reroute it runs through, which goes altogether when nothing else does, and out
// of the list of links that end at one. A reroute that an open end still hangs on
// stays.
func (l *lowerer) forgetReroutes(graph *workflows.Graph, link int64) {
	if at := graph.Reroutes(); !at.Empty() {
		l.forgetInList(l.part.File.Value(at), link)
	}
	if at := graph.Extra(); !at.Empty() {
		l.part.File.Value(at).ForEach(func(key, value gjson.Result) bool {
			switch key.Str {
			case "reroutes":
				l.forgetInList(value, link)
			case "linkExtensions":
				l.forgetExtension(value, link)
			}
			return true
		})
	}
}

func (l *lowerer) forgetInList(reroutes gjson.Result, link int64) {
	at := workflows.Span{Start: reroutes.Index, End: reroutes.Index + len(reroutes.Raw)}
	reroutes.ForEach(func(_, reroute gjson.Result) bool {
		floating := false
		var ids gjson.Result
		reroute.ForEach(func(key, value gjson.Result) bool {
			switch key.Str {
			case "linkIds":
				ids = value
			case "floating":
				floating = value.IsObject()
			}
			return true
		})
		i, here := 0, -1
		ids.ForEach(func(_, id gjson.Result) bool {
			if id.Int() == link {
				here = i
			}
			i++
			return true
		})
		if here < 0 {
			return true
		}
		of := l.list(workflows.Span{Start: ids.Index, End: ids.Index + len(ids.Raw)})
		of.gone[here] = true
		if len(of.gone) == len(of.spans) && !floating {
			l.remove(at, reroute.Index)
		}
		return true
	})
}

func (l *lowerer) forgetExtension(rows gjson.Result, link int64) {
	at := workflows.Span{Start: rows.Index, End: rows.Index + len(rows.Raw)}
	rows.ForEach(func(_, row gjson.Result) bool {
		if row.Get("id").Int() == link {
			l.remove(at, row.Index)
		}
		return true
	})
}
