package rewrite

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// end is where a link starts or ends: a node's id as it is written, and a slot.
type end struct {
	id   string
	slot int
}

func number[N int | int64 | float64](n N) raw {
	return raw(strconv.FormatFloat(float64(n), 'f', -1, 64))
}

// idOf returns a node's id as links write it: a number, or text where the node has text.
func idOf(home *workflows.Home) string {
	return home.Graph.Part.File.Value(home.Span).Get("id").Raw
}

// connect links a new node to the taker of a gift, in the place of what was linked there.
func (l *lowerer) connect(g *gift, node, link int64) error {
	home := g.taker.Home
	in := home.Input(g.Name)
	kind := g.class.Outputs[0]
	slot, err := l.slotFor(home, in, g.Name, kind, link)
	if err != nil {
		return err
	}
	l.addRow(home.Graph, link, end{strconv.FormatInt(node, 10), 0}, end{idOf(home), slot}, kind)
	return nil
}

// slotFor writes a link into the input of that name, and returns its slot. A slot
// that is not written is added.
func (l *lowerer) slotFor(home *workflows.Home, in *workflows.Input, name, kind string, link int64) (int, error) {
	if in == nil {
		slots := l.growth.slots[home]
		text := l.slotText(home, name, kind, number(link))
		l.growth.slots[home] = append(slots, text)
		return len(home.Inputs()) + len(slots), nil
	}
	if in.Linked {
		if err := l.forget(home.Graph, in); err != nil {
			return 0, err
		}
	}
	slot := 0
	for &home.Inputs()[slot] != in {
		slot++
	}
	if in.Span.Empty() {
		at := l.part.File.Value(home.InputsSpan()).Get(strconv.Itoa(slot))
		it := l.list(workflows.SpanOf(at))
		it.added = append(it.added, `"link"`+colonOf([]gjson.Result{at})+string(number(link)))
		return slot, nil
	}
	l.replace(in.Span, string(number(link)))
	return slot, nil
}

// slotText writes an input as the node's others are written, or those of other nodes.
func (l *lowerer) slotText(home *workflows.Home, name, kind string, link raw) raw {
	samples := nodesLike(home.Graph, home)
	s := styleOf(l.part.File, samples)
	return raw(s.at(slotLike(samples, home.Signature.Input(name), name, kind, link), "inputs.0", 2))
}

// slotLike returns an input slot with the members that sockets of samples have. in is
// what is known of the input, nil for nothing.
func slotLike(samples []gjson.Result, in *workflows.InputType, name, kind string, link raw) fields {
	var sockets []gjson.Result
	for _, sample := range samples {
		sample.Get("inputs").ForEach(func(_, slot gjson.Result) bool {
			if slot.IsObject() && !slot.Get("widget").Exists() {
				sockets = append(sockets, slot)
			}
			return true
		})
		if len(sockets) > 0 {
			break
		}
	}
	slot := fields{{"name", quote(name)}, {"type", quote(kind)}, {"link", link}}
	if len(sockets) > 0 && sockets[0].Get("localized_name").Exists() {
		slot = append(slot, field{"localized_name", quote(name)})
	}
	const hollow = 7 // how the editor draws an optional input
	if in != nil && in.Optional {
		slot = append(slot, field{"shape", number(hollow)})
	}
	return slot.like(sockets)
}

// addRow writes a link into the table, in the form that the version of the graph asks for.
func (l *lowerer) addRow(graph *workflows.Graph, id int64, from, to end, kind string) {
	file := l.part.File
	at := graph.LinkTable()
	var rows []gjson.Result
	file.Value(at).ForEach(func(_, row gjson.Result) bool {
		if row.Type == gjson.JSON && strings.ContainsAny(row.Raw, "0123456789") {
			rows = append(rows, row)
		}
		return len(rows) == 0
	})
	empty := len(rows) == 0
	if empty {
		rows = nodesLike(graph)
	}
	s := styleOf(file, rows)
	row := elements{number(id), raw(from.id), number(from.slot), raw(to.id), number(to.slot), quote(kind)}
	text := s.text(row)
	if !graph.ListLinks() {
		keys := []string{"id", "origin_id", "origin_slot", "target_id", "target_slot", "type"}
		members := fields{}
		for i, key := range keys {
			members = append(members, field{key, row[i]})
		}
		if !empty {
			members = members.like(rows)
		}
		text = s.text(members)
	}
	if !file.Value(at).IsArray() {
		l.growth.rows[graph] = append(l.growth.rows[graph], text)
		return
	}
	it := l.list(at)
	it.added = append(it.added, text)
	if empty {
		it.open, it.shut = s.brackets()
	}
}

// startAt writes a link into the list of the output, or of the input of the subgraph,
// that another starts at. It returns the id of where that is.
func (l *lowerer) startAt(graph *workflows.Graph, like workflows.Link, link int64) (from string, err error) {
	var at workflows.Span
	switch origin := graph.Home(like.Origin); {
	case graph.FromBorder(like):
		if like.OriginSlot >= 0 && like.OriginSlot < len(graph.Inputs) {
			at = graph.Inputs[like.OriginSlot].Span
		}
		from = like.Origin
	case origin == nil:
		return "", fmt.Errorf("node %s does not exist", like.Origin)
	default:
		if like.OriginSlot >= 0 && like.OriginSlot < len(origin.Outputs()) {
			at = origin.Outputs()[like.OriginSlot].Span
		}
		from = idOf(origin)
	}
	if at.Empty() {
		return "", fmt.Errorf("output %d of node %s lists no links", like.OriginSlot, like.Origin)
	}
	if !l.part.File.Value(at).IsArray() {
		l.growth.starts[at] = append(l.growth.starts[at], link)
		return from, nil
	}
	it := l.list(at)
	it.added = append(it.added, string(number(link)))
	return from, nil
}
