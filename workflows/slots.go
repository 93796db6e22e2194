package workflows

import "github.com/tidwall/gjson"

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
			in.Span = SpanOf(value)
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
	if name == "" {
		return nil
	}
	inputs := h.Inputs()
	for i := range inputs {
		if inputs[i].Name == name || inputs[i].Widget == name {
			return &inputs[i]
		}
	}
	if h.Signature != nil {
		for i := range inputs {
			if h.Signature.Today(inputs[i].Name) == name {
				return &inputs[i]
			}
		}
	}
	return nil
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
				out.Span, out.Links = SpanOf(value), linkIDs(value)
			}
			return true
		})
		h.outputs = append(h.outputs, out)
		return true
	})
	return h.outputs
}
