package workflows

import (
	"strconv"

	"github.com/tidwall/gjson"
)

// Input is one input slot of a home as it is written.
type Input struct {
	Name, Type string
	// Widget is the widget that the slot stands for, "" for a socket.
	Widget string
	// Linked tells whether a link arrives. Link is its id in the UI form; in the
	// API form the link is written right here, and Origin and OriginSlot say where from.
	Linked     bool
	Link       int64
	Origin     string
	OriginSlot int
	// Span is what is written of the link or value: in the UI form the value of
	// "link", in the API form the input's value. Key is the input's name in the API form.
	Span, Key Span
}

// Output is one output slot of a home in the UI form.
type Output struct {
	Name, Type string
	// Links are the ids of the links that start there; Span is the list as written.
	Links []int64
	Span  Span
}

// Link is one row of a graph's link table.
type Link struct {
	ID                     int64
	Origin, Target         string // node ids as text: files mix 7, 7.0 and "7"
	OriginSlot, TargetSlot int
	Type                   string
	Span                   Span
}

// Inputs returns the home's input slots in file order.
func (h *Home) Inputs() []Input {
	if h.inputs != nil || h.inputsSpan.Empty() {
		return h.inputs
	}
	file := h.Graph.Part.File
	slots := file.Value(h.inputsSpan)
	if h.Graph.Part.Form == API {
		h.inputs = readAPIInputs(slots)
		return h.inputs
	}
	h.inputs = make([]Input, 0, 8)
	each(slots, func(_, slot gjson.Result) bool {
		h.inputs = append(h.inputs, readInput(slot))
		return true
	})
	return h.inputs
}

// InputsSpan returns where the inputs are written: a list of slots in the UI form,
// an object by name in the API form.
func (h *Home) InputsSpan() Span { return h.inputsSpan }

func readInput(slot gjson.Result) Input {
	in := Input{}
	each(slot, func(key, value gjson.Result) bool {
		switch key.Str {
		case "name":
			in.Name = value.String()
		case "type":
			in.Type = value.String()
		case "widget":
			in.Widget = value.Get("name").String()
		case "link":
			in.Span = span(value)
			if value.Type == gjson.Number {
				in.Linked, in.Link = true, value.Int()
			}
		}
		return true
	})
	return in
}

// Input returns the slot of that name, or the one that stands for the widget of
// that name; nil if none is written. Former names count, see [Class.Today].
func (h *Home) Input(name string) *Input {
	i := h.inputIndex(name)
	if i < 0 {
		return nil
	}
	return &h.inputs[i]
}

func (h *Home) inputIndex(name string) int {
	inputs := h.Inputs()
	for i := range inputs {
		if inputs[i].Name == name || inputs[i].Widget == name {
			return i
		}
	}
	if h.Signature != nil {
		for i := range inputs {
			if h.Signature.Today(inputs[i].Name) == name {
				return i
			}
		}
	}
	return -1
}

// Outputs returns the home's output slots. An API prompt does not write them down.
func (h *Home) Outputs() []Output {
	if h.outputs != nil || h.outputsSpan.Empty() {
		return h.outputs
	}
	h.outputs = make([]Output, 0, 2)
	each(h.Graph.Part.File.Value(h.outputsSpan), func(_, slot gjson.Result) bool {
		out := Output{}
		each(slot, func(key, value gjson.Result) bool {
			switch key.Str {
			case "name":
				out.Name = value.String()
			case "type":
				out.Type = value.String()
			case "links":
				out.Span = span(value)
				each(value, func(_, id gjson.Result) bool {
					out.Links = append(out.Links, id.Int())
					return true
				})
			}
			return true
		})
		h.outputs = append(h.outputs, out)
		return true
	})
	return h.outputs
}

// Link returns the row with that id of the graph's link table.
func (g *Graph) Link(id int64) (Link, bool) {
	g.readLinks()
	link, ok := g.links[id]
	return link, ok
}

// LinkTable returns the span of the link table, empty where there is none.
func (g *Graph) LinkTable() Span { return g.linkTable }

// Links returns the rows of the link table by id.
func (g *Graph) Links() map[int64]Link {
	g.readLinks()
	return g.links
}

// Extra returns the span of the graph's "extra", where schema 0.4 keeps native
// reroutes, and Reroutes that of "reroutes", where schema 1 does.
func (g *Graph) Extra() Span    { return g.extra }
func (g *Graph) Reroutes() Span { return g.reroutes }

// readLinks reads the table: rows are lists in schema 0.4, objects in schema 1
// and in subgraph definitions.
func (g *Graph) readLinks() {
	if g.links != nil {
		return
	}
	g.links = map[int64]Link{}
	if g.linkTable.Empty() {
		return
	}
	each(g.Part.File.Value(g.linkTable), func(_, row gjson.Result) bool {
		var link Link
		switch {
		case row.IsArray():
			link = linkFromList(row)
		case row.IsObject():
			link = linkFromObject(row)
		default:
			return true
		}
		link.Span = span(row)
		g.links[link.ID] = link
		return true
	})
}

func linkFromList(row gjson.Result) (link Link) {
	i := 0
	each(row, func(_, value gjson.Result) bool {
		switch i {
		case 0:
			link.ID = value.Int()
		case 1:
			link.Origin = value.String()
		case 2:
			link.OriginSlot = int(value.Int())
		case 3:
			link.Target = value.String()
		case 4:
			link.TargetSlot = int(value.Int())
		case 5:
			link.Type = value.String()
		}
		i++
		return true
	})
	return link
}

func linkFromObject(row gjson.Result) (link Link) {
	each(row, func(key, value gjson.Result) bool {
		switch key.Str {
		case "id":
			link.ID = value.Int()
		case "origin_id":
			link.Origin = value.String()
		case "origin_slot":
			link.OriginSlot = int(value.Int())
		case "target_id":
			link.Target = value.String()
		case "target_slot":
			link.TargetSlot = int(value.Int())
		case "type":
			link.Type = value.String()
		}
		return true
	})
	return link
}

// fromBorder reports whether a link starts at the input border of a subgraph.
func (g *Graph) fromBorder(link Link) bool { return g.ID != "" && link.Origin == g.inputNode }

// linkInto returns the link that ends at an input of h, whatever the form.
func (g *Graph) linkInto(h *Home, in *Input) (Link, bool) {
	if g.Part.Form == API {
		return Link{Origin: in.Origin, OriginSlot: in.OriginSlot, Target: h.ID, Type: in.Type}, true
	}
	return g.Link(in.Link)
}

// apiLink reads the API form of a link, ["12", 0].
func apiLink(value gjson.Result) (origin string, slot int, ok bool) {
	if !value.IsArray() {
		return "", 0, false
	}
	two := value.Array()
	if len(two) != 2 || two[0].Type == gjson.JSON || two[1].Type != gjson.Number {
		return "", 0, false
	}
	slot, err := strconv.Atoi(two[1].Raw)
	return two[0].String(), slot, err == nil
}
