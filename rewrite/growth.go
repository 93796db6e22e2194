package rewrite

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// growth is what is added to a part and its companion: how far ids are in use, the places that nodes
// take on the canvas, and what else has to be written in the end.
type growth struct {
	node, link int64                         // the highest ids, new ones included
	ids        map[place][]int64             // of new nodes, by the input that they supply
	boxes      map[*workflows.Graph][]box    // of the graphs that get something
	slots      map[*workflows.Home][]raw     // inputs that nodes get
	starts     map[workflows.Span][]int64    // links at outputs whose list is null, by where that stands
	rows       map[*workflows.Graph][]string // links where there is no list of them
}

// maxID is the highest id that editors can tell from its neighbours.
const maxID = 1<<53 - 1

// growing prepares a graph for new nodes and links.
func (l *lowerer) growing(graph *workflows.Graph) (*growth, error) {
	if table := l.part.File.Value(graph.LinkTable()); table.Type != gjson.Null && !table.IsArray() {
		return nil, fmt.Errorf("the links of %s are no list", graphName(graph))
	}
	if graph.LostLinks() > 0 {
		return nil, errLostLinks
	}
	if l.growth == nil {
		g := &growth{ids: map[place][]int64{}, boxes: map[*workflows.Graph][]box{}, slots: map[*workflows.Home][]raw{}, starts: map[workflows.Span][]int64{}, rows: map[*workflows.Graph][]string{}}
		for _, each := range graphsOf(l.part) {
			g.readIDs(each)
		}
		if l.part.Companion != nil {
			for _, each := range graphsOf(l.part.Companion) {
				g.readIDs(each)
			}
		}
		if g.node > maxID/2 || g.link > maxID/2 {
			return nil, fmt.Errorf("the ids of the workflow are too high to count on from")
		}
		l.growth = g
	}
	if _, ready := l.growth.boxes[graph]; !ready {
		l.growth.boxes[graph] = boxesOf(graph)
	}
	return l.growth, nil
}

func (g *growth) nextLink() int64 {
	g.link++
	return g.link
}

// readIDs looks for the highest ids of a graph, wherever one is written: a node that a
// link names may be gone, and a new one must not be taken for it.
func (g *growth) readIDs(graph *workflows.Graph) {
	file := graph.Part.File
	for _, home := range graph.Homes {
		g.readID(home.ID)
		for _, in := range home.Inputs() {
			g.link = max(g.link, in.Link)
			g.readID(in.Origin)
		}
		for _, out := range home.Outputs() {
			for _, id := range out.Links {
				g.link = max(g.link, id)
			}
		}
	}
	text := file.Value(graph.Span)
	if graph.Part.Form == workflows.API {
		text.ForEach(func(key, _ gjson.Result) bool {
			g.readID(key.Str) // not every member has to be a node
			return true
		})
		return
	}
	for id, link := range graph.Links() {
		g.link = max(g.link, id)
		g.readID(link.Origin)
		g.readID(link.Target)
	}
	for _, border := range [][]workflows.Border{graph.Inputs, graph.Outputs} {
		for _, slot := range border {
			for _, id := range slot.Links {
				g.link = max(g.link, id)
			}
		}
	}
	for _, path := range []string{"last_node_id", "state.lastNodeId"} {
		g.node = max(g.node, text.Get(path).Int())
	}
	for _, path := range []string{"last_link_id", "state.lastLinkId"} {
		g.link = max(g.link, text.Get(path).Int())
	}
	for _, path := range []string{"extra.linkExtensions.#.id", "extra.reroutes.#.linkIds|@flatten", "reroutes.#.linkIds|@flatten", "floatingLinks.#.id"} {
		for _, id := range text.Get(path).Array() {
			g.link = max(g.link, id.Int())
		}
	}
	for _, path := range []string{"floatingLinks.#.origin_id", "floatingLinks.#.target_id"} {
		for _, id := range text.Get(path).Array() {
			g.readID(id.String())
		}
	}
}

// readID looks at the id of a node, which in a prompt may be one inside another: 12:5.
func (g *growth) readID(id string) {
	for piece := range strings.SplitSeq(id, ":") {
		if number, err := strconv.ParseFloat(piece, 64); err == nil {
			g.node = max(g.node, int64(min(number, maxID)))
		}
	}
}

// grow writes what all that was added needs together: the last ids, the new inputs of
// nodes, and lists of links where there were none.
func (l *lowerer) grow() {
	g := l.growth
	if g == nil || l.part.Form == workflows.API {
		return
	}
	for at, links := range g.starts {
		texts := make([]string, len(links))
		for i, id := range links {
			texts[i] = strconv.FormatInt(id, 10)
		}
		l.replace(at, "["+strings.Join(texts, ", ")+"]")
	}
	for home, slots := range g.slots {
		l.addSlots(home, slots)
	}
	for _, graph := range graphsOf(l.part) {
		l.addTable(graph, g.rows[graph])
		if _, grown := g.boxes[graph]; !grown && graph != l.part.Root {
			continue
		}
		text := l.part.File.Value(graph.Span)
		l.last(text.Get("last_node_id"), g.node)
		l.last(text.Get("last_link_id"), g.link)
		l.last(text.Get("state.lastNodeId"), g.node)
		l.last(text.Get("state.lastLinkId"), g.link)
	}
}

// addTable writes a list of links where there is none, or null.
func (l *lowerer) addTable(graph *workflows.Graph, rows []string) {
	if len(rows) == 0 {
		return
	}
	s := styleOf(l.part.File, nodesLike(graph))
	open, shut := s.brackets()
	comma := "," + open
	if open == "" {
		comma = s.comma
	}
	text := "[" + open + strings.Join(rows, comma) + shut + "]"
	if at := graph.LinkTable(); !at.Empty() {
		l.replace(at, text)
		return
	}
	it := l.list(graph.Span)
	it.added = append(it.added, `"links"`+s.colon+text)
}

// last writes a highest id where one is written.
func (l *lowerer) last(written gjson.Result, id int64) {
	switch written.Type {
	case gjson.Number:
		l.replace(workflows.SpanOf(written), strconv.FormatInt(id, 10))
	case gjson.String:
		l.replace(workflows.SpanOf(written), strconv.Quote(strconv.FormatInt(id, 10)))
	}
}

// addSlots writes new inputs behind those that a node has.
func (l *lowerer) addSlots(home *workflows.Home, slots []raw) {
	s := styleOf(l.part.File, nodesLike(home.Graph, home))
	at := home.InputsSpan()
	if !l.part.File.Value(at).IsArray() || len(home.Inputs()) == 0 {
		var all elements
		for _, slot := range slots {
			all = append(all, slot)
		}
		text := s.at(all, "inputs", 1)
		if !at.Empty() {
			l.replace(at, text)
			return
		}
		it := l.list(home.Span)
		it.added = append(it.added, `"inputs"`+s.colon+text)
		return
	}
	it := l.list(at)
	for _, slot := range slots {
		it.added = append(it.added, string(slot))
	}
}
