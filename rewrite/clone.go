package rewrite

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// clone copies the nodes that supply a taker for this taker alone, with the values
// that are given; of a list all of them.
func (l *lowerer) clone(g *gift, growth *growth) error {
	ids := l.newNodes(g, len(g.supply.Runs))
	if l.part.Form == workflows.API {
		return l.clonePrompt(g, ids)
	}
	link := growth.nextLink()
	if err := l.connect(g, ids[0], link); err != nil {
		return err
	}
	for i, from := range g.supply.Runs {
		c := &copying{lowerer: l, edits: newLowerer(l.index, nil), from: from, home: from.Home, id: ids[i], link: link}
		if i+1 < len(ids) {
			link = growth.nextLink()
			c.next, c.nextLink = ids[i+1], link
		}
		if err := c.copy(l.wanted(g, from), g.taker); err != nil {
			return fmt.Errorf("copy %s: %w", from, err)
		}
	}
	return nil
}

// wanted returns the values that a clone differs in from its original: those that are
// given, and those that other changes set at the original.
func (l *lowerer) wanted(g *gift, original *workflows.Run) map[string]string {
	wanted := map[string]string{}
	for _, c := range l.changes {
		if c.Op == workflows.OpSet && c.Run == original.ID {
			wanted[c.Name] = c.Value
		}
	}
	maps.Copy(wanted, g.values(original.Home.Signature))
	return wanted
}

// copying is one clone in the UI form.
type copying struct {
	*lowerer
	edits    *lowerer // of the copied text, by where the original stands
	from     *workflows.Run
	home     *workflows.Home
	id, link int64 // of the clone, and of the link that starts there
	// next is the id of the clone that the list goes on with, 0 at its end.
	next, nextLink int64
}

// copy writes the node's text again with other ids, at another place, and with the
// values that are wanted.
func (c *copying) copy(wanted map[string]string, taker *workflows.Run) error {
	node := c.part.File.Value(c.home.Span)
	c.edits.replace(workflows.SpanOf(node.Get("id")), strconv.FormatInt(c.id, 10))
	c.move(node, c.part.File.Value(taker.Home.Span))
	if err := c.inputs(wanted); err != nil {
		return err
	}
	c.outputs(node)
	for _, widget := range slices.Sorted(maps.Keys(wanted)) {
		if err := c.edits.writeOwn(c.home, widget, wanted[widget]); err != nil {
			return fmt.Errorf("%s: %w", widget, err)
		}
	}
	return c.addCopy(c.edits, c.home, "")
}

// addCopy adds a node's text, with edits, to the list of nodes.
func (l *lowerer) addCopy(edits *lowerer, home *workflows.Home, key string) error {
	planned := edits.finish()
	for i := range planned {
		planned[i].Start -= home.Span.Start
		planned[i].End -= home.Span.Start
	}
	text, err := splice([]byte(l.part.File.Text(home.Span)), planned)
	if err != nil {
		return err
	}
	it := l.list(home.Graph.NodeList)
	it.added = append(it.added, key+string(text))
	return nil
}

// move finds a place for the clone, left of its taker.
func (c *copying) move(node, taker gjson.Result) {
	own, ok := boxOf(node)
	near, beside := boxOf(taker)
	if !ok {
		return
	}
	if !beside {
		near = own
	}
	x, y := c.growth.place(c.home.Graph, near, own.w, own.h-titleHeight)
	c.edits.replace(workflows.SpanOf(node.Get("pos.0")), string(number(x)))
	c.edits.replace(workflows.SpanOf(node.Get("pos.1")), string(number(y)))
}

// inputs links the clone's inputs to what the original's are linked to, but for those
// whose value is wanted otherwise, and for the one where the list goes on.
func (c *copying) inputs(wanted map[string]string) error {
	graph := c.home.Graph
	for slot := range c.home.Inputs() {
		in := &c.home.Inputs()[slot]
		if !in.Linked {
			continue
		}
		name := nameOf(c.from, in)
		link, there := graph.Link(in.Link)
		_, other := wanted[name]
		switch to := (end{strconv.FormatInt(c.id, 10), slot}); {
		case other || !there:
			c.edits.replace(in.Span, "null")
		case c.next != 0 && name == c.home.Signature.Next:
			c.edits.replace(in.Span, string(number(c.nextLink)))
			c.addRow(graph, c.nextLink, end{strconv.FormatInt(c.next, 10), 0}, to, link.Type)
		default:
			id := c.growth.nextLink()
			c.edits.replace(in.Span, string(number(id)))
			from, err := c.startAt(graph, link, id)
			if err != nil {
				return err
			}
			c.addRow(graph, id, end{from, link.OriginSlot}, to, link.Type)
		}
	}
	return nil
}

// outputs lets the clone's first output start its one link, and the others none.
func (c *copying) outputs(node gjson.Result) {
	for i, out := range c.home.Outputs() {
		switch {
		case i > 0 && len(out.Links) > 0:
			c.edits.replace(out.Span, "[]")
		case i > 0:
		case len(out.Links) > 0:
			it := itemsOf(c.part.File.Value(out.Span))
			at := workflows.Span{Start: it.spans[0].Start, End: it.spans[len(it.spans)-1].End}
			c.edits.replace(at, string(number(c.link)))
		case !out.Span.Empty():
			c.edits.replace(out.Span, "["+string(number(c.link))+"]")
		default:
			slot := node.Get("outputs.0")
			it := c.edits.list(workflows.SpanOf(slot))
			it.added = append(it.added, `"links"`+colonOf([]gjson.Result{slot})+"["+string(number(c.link))+"]")
		}
	}
}
