package workflows

import (
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// Group nodes are what the editor made of several nodes before it had subgraphs. What one
// is made of stands in extra.groupNodes, but the values, side by side, at the group node.
// Inputs and outputs of the group node are those of the nodes inside that no link inside
// uses, in their order; the file does not say which is whose. So each group node is read
// as a graph of its own, and where what is written does not fit, nothing is known of it.

// groupPrefix begins the class of a group node, with > or, in old files, / behind it.
const groupPrefix = "workflow"

// groupName returns the name under which a class is defined as a group node.
func groupName(class string) (name string, ok bool) {
	rest, ok := strings.CutPrefix(class, groupPrefix)
	if !ok || rest == "" || rest[0] != '>' && rest[0] != '/' {
		return "", false
	}
	return rest[1:], true
}

// Grouped reports whether the home stands inside a group node.
func (h *Home) Grouped() bool { return h.Graph.group != nil }

// group is what only the graph of a group node has.
type group struct {
	outer *Home
	// to and from are the ends of the links inside, external the outputs that are used
	// outside as well.
	to, from, external map[end]bool
	ends, starts       map[int]bool // the nodes that have a link inside, by number
	// visible tells which slots the user took off the group node, or wants on it.
	visible map[string]bool
	// why tells why links over the border cannot be followed, "" if they can.
	why string
}

// end is an input or output of a node inside, by the node's and its own number.
type end struct{ node, slot int }

// groupOf returns the graph of a group node, nil for any other node.
func (p *Part) groupOf(h *Home) (*Graph, error) {
	name, ok := groupName(h.Class)
	if !ok || p.Root.extra.Empty() {
		return nil, nil
	}
	if g, known := p.groups[h]; known {
		return g, nil
	}
	text, ok := p.groupText(name)
	if !ok {
		return nil, nil
	}
	if p.grouped += len(text.Raw); p.grouped > maxText {
		return nil, errorAt(p.File.Src, h.Span.Start, "group node %q: unfolds into more than %d MiB", name, maxText>>20)
	}
	if p.groups == nil {
		p.groups = map[*Home]*Graph{}
	}
	g := p.readGroup(h, name, text)
	p.groups[h] = g
	return g, nil
}

// groupText returns the definition of a group node.
func (p *Part) groupText(name string) (text gjson.Result, ok bool) {
	if p.groupTexts == nil {
		p.groupTexts = map[string]gjson.Result{}
		each(p.File.Value(p.Root.extra), func(key, value gjson.Result) bool {
			if key.String() == "groupNodes" {
				each(value, func(key, text gjson.Result) bool {
					p.groupTexts[key.String()] = text
					return true
				})
			}
			return true
		})
	}
	text, ok = p.groupTexts[name]
	return text, ok && text.IsObject()
}

func (p *Part) readGroup(outer *Home, name string, text gjson.Result) *Graph {
	g := &Graph{Part: p, ID: outer.Class, Name: name, Span: SpanOf(text), inputNode: "-10", links: map[int64]Link{}}
	g.group = &group{outer: outer, to: map[end]bool{}, from: map[end]bool{}, external: map[end]bool{},
		ends: map[int]bool{}, starts: map[int]bool{}, visible: visibility(text.Get("config"))}
	each(text.Get("nodes"), func(_, node gjson.Result) bool {
		h := p.readHome(node)
		h.ID = strconv.Itoa(len(g.Homes)) // a node inside goes by its number
		g.add(h)
		for i := range h.Inputs() {
			h.Inputs()[i].Linked = false // what is written there was true before it was grouped
		}
		return true
	})
	each(text.Get("external"), func(_, row gjson.Result) bool {
		if node, slot := row.Get("0"), row.Get("1"); node.Type == gjson.Number && row.Get("2").Type != gjson.Null {
			g.group.external[end{int(node.Int()), int(slot.Int())}] = true
		}
		return true
	})
	each(text.Get("links"), func(_, row gjson.Result) bool {
		g.linkInside(row.Array())
		return true
	})
	g.linkInputs()
	g.linkOutputs()
	g.fillGroup()
	return g
}

// linkInside adds a link between two nodes of a group node: where it starts, where it
// ends, an id, a type. Links from outside, which begin with null, stand for nothing.
func (g *Graph) linkInside(row []gjson.Result) {
	if len(row) < 4 || row[0].Type != gjson.Number {
		return
	}
	from, to := end{int(row[0].Int()), int(row[1].Int())}, end{int(row[2].Int()), int(row[3].Int())}
	if in := g.inputAt(to); in != nil {
		g.group.from[from], g.group.to[to] = true, true
		g.group.starts[from.node], g.group.ends[to.node] = true, true
		in.Linked, in.Link = true, g.addLink(strconv.Itoa(from.node), from.slot)
	}
}

// addLink adds a link that starts at an output of a node, or at the border.
func (g *Graph) addLink(origin string, slot int) (id int64) {
	id = int64(len(g.links)) + 1
	g.links[id] = Link{ID: id, Origin: origin, OriginSlot: slot}
	return id
}

func (g *Graph) inputAt(at end) *Input {
	if at.node < 0 || at.node >= len(g.Homes) {
		return nil
	}
	inputs := g.Homes[at.node].Inputs()
	if at.slot < 0 || at.slot >= len(inputs) {
		return nil
	}
	return &inputs[at.slot]
}
