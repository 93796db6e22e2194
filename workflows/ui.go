package workflows

import (
	"slices"

	"github.com/tidwall/gjson"
)

// listVersion is the version of the schema that writes links as lists. The editor reads
// every other version, and none, as the newer schema.
const listVersion = 0.4

// readUI reads what the editor saves. Schema 0.4 and 1 differ at the root in how
// links are written, see [Graph.Link].
func (f *File) readUI(root gjson.Result) *Part {
	p := &Part{File: f, Form: UI}
	var definitions gjson.Result
	p.Root, definitions = p.readGraph(root)
	p.Root.ID, p.Root.Name = "", ""
	p.readDefinitions(definitions, 0)
	return p
}

// readDefinitions collects subgraph definitions, which newer files may nest.
func (p *Part) readDefinitions(definitions gjson.Result, depth int) {
	if depth > maxInstances {
		return
	}
	each(definitions, func(_, definition gjson.Result) bool {
		if definition.IsObject() {
			g, nested := p.readGraph(definition)
			p.Definitions = append(p.Definitions, g)
			p.readDefinitions(nested, depth+1)
		}
		return true
	})
}

// readGraph reads a list of nodes with its links. The subgraphs that are defined in
// it are returned unread.
func (p *Part) readGraph(graph gjson.Result) (g *Graph, definitions gjson.Result) {
	g = &Graph{Part: p, Span: SpanOf(graph), inputNode: "-10"}
	each(graph, func(key, value gjson.Result) bool {
		switch key.Str {
		case "nodes":
			g.NodeList = SpanOf(value)
			each(value, func(_, node gjson.Result) bool {
				if node.IsObject() {
					g.add(p.readHome(node))
				}
				return true
			})
		case "links":
			g.linkTable = SpanOf(value)
		case "version":
			g.listLinks = value.Type == gjson.Number && value.Num == listVersion
		case "extra":
			g.extra = SpanOf(value)
		case "reroutes":
			g.reroutes = SpanOf(value)
		case "name":
			g.Name = value.String()
		case "id":
			g.ID = value.String()
		case "inputs":
			g.Inputs = readBorder(value)
		case "outputs":
			g.Outputs = readBorder(value)
		case "inputNode":
			g.inputNode = value.Get("id").String()
		case "definitions":
			definitions = value.Get("subgraphs")
		}
		return true
	})
	return g, definitions
}

func (g *Graph) add(h *Home) {
	h.Graph = g
	g.Homes = append(g.Homes, h)
}

// Home returns the first node with that id in the graph, nil if there is none.
func (g *Graph) Home(id string) *Home {
	i := slices.IndexFunc(g.Homes, func(h *Home) bool { return h.ID == id })
	if i < 0 {
		return nil
	}
	return g.Homes[i]
}

func (p *Part) readHome(node gjson.Result) *Home {
	h := &Home{Span: SpanOf(node)}
	each(node, func(key, value gjson.Result) bool {
		switch key.Str {
		case "id":
			h.ID = value.String()
		case "type":
			h.Class = value.String()
		case "title":
			h.Title = value.String()
		case "mode":
			h.Mode = Mode(value.Int())
		case "inputs":
			h.inputsSpan = SpanOf(value)
		case "outputs":
			h.outputsSpan = SpanOf(value)
		case "properties":
			h.propertiesSpan = SpanOf(value)
		case "widgets_values":
			h.widgetsSpan = SpanOf(value)
		case "widgets_values_named":
			h.namedSpan = SpanOf(value)
		case "widgets_values_ordered":
			h.orderedSpan = SpanOf(value)
		}
		return true
	})
	h.Signature = p.File.signatures.Class(h.Class)
	return h
}

// Border is one slot at the edge of a subgraph definition.
type Border struct {
	Name, Type string
	// Links are the ids of the links inside; Span is the list as written.
	Links []int64
	Span  Span
}

func readBorder(slots gjson.Result) []Border {
	var borders []Border
	each(slots, func(_, slot gjson.Result) bool {
		links := slot.Get("linkIds")
		borders = append(borders, Border{slot.Get("name").String(), slot.Get("type").String(), linkIDs(links), SpanOf(links)})
		return true
	})
	return borders
}
