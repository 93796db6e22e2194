package workflows

import "github.com/tidwall/gjson"

// readUI reads what the editor saves. Schema 0.4 and 1 differ at the root in how
// links are written, which [Graph.Link] tells by itself.
func (f *File) readUI(root gjson.Result) (*Part, error) {
	p := &Part{File: f, Form: UI}
	p.Root = p.readGraph(root)
	p.Root.ID, p.Root.Name = "", ""
	p.readDefinitions(root, 0)
	return p, nil
}

// readDefinitions collects subgraph definitions, which newer files may nest.
func (p *Part) readDefinitions(graph gjson.Result, depth int) {
	if depth > maxInstances {
		return
	}
	each(graph.Get("definitions.subgraphs"), func(_, definition gjson.Result) bool {
		if definition.IsObject() {
			p.Definitions = append(p.Definitions, p.readGraph(definition))
			p.readDefinitions(definition, depth+1)
		}
		return true
	})
}

func (p *Part) readGraph(graph gjson.Result) *Graph {
	g := &Graph{Part: p, homes: map[string]*Home{}, inputNode: "-10", outputNode: "-20"}
	each(graph, func(key, value gjson.Result) bool {
		switch key.Str {
		case "nodes":
			each(value, func(_, node gjson.Result) bool {
				if node.IsObject() {
					g.add(p.readHome(node))
				}
				return true
			})
		case "links":
			g.linkTable = span(value)
		case "extra":
			g.extra = span(value)
		case "reroutes":
			g.reroutes = span(value)
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
		case "outputNode":
			g.outputNode = value.Get("id").String()
		}
		return true
	})
	return g
}

func (g *Graph) add(h *Home) {
	h.Graph = g
	g.Homes = append(g.Homes, h)
	if _, taken := g.homes[h.ID]; !taken {
		g.homes[h.ID] = h
	}
}

// Home returns the node with that id in the graph, nil if there is none.
func (g *Graph) Home(id string) *Home { return g.homes[id] }

func (p *Part) readHome(node gjson.Result) *Home {
	h := &Home{Span: span(node)}
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
			h.inputsSpan = span(value)
		case "outputs":
			h.outputsSpan = span(value)
		case "widgets_values":
			h.widgetsSpan = span(value)
		case "widgets_values_named":
			h.namedSpan = span(value)
		case "properties":
			h.propertiesSpan = span(value)
		}
		return true
	})
	h.Signature = p.File.signatures.Class(h.Class)
	return h
}

// Border is one slot at the edge of a subgraph definition.
type Border struct {
	Name, Type string
	Links      []int64
}

func readBorder(slots gjson.Result) []Border {
	var borders []Border
	each(slots, func(_, slot gjson.Result) bool {
		b := Border{Name: slot.Get("name").String(), Type: slot.Get("type").String()}
		each(slot.Get("linkIds"), func(_, id gjson.Result) bool {
			b.Links = append(b.Links, id.Int())
			return true
		})
		borders = append(borders, b)
		return true
	})
	return borders
}
