package workflows

import (
	"iter"
	"strings"

	"github.com/tidwall/gjson"
)

// Home is a node as it is written.
type Home struct {
	Graph *Graph
	// ID is the node's id as text; Class its type. Title is what the user
	// called it, "" where nobody did.
	ID, Class, Title string
	Mode             Mode
	// Span is the node's own text, braces included.
	Span Span
	// Signature is nil for a class nobody has told of.
	Signature *Class

	inputsSpan, outputsSpan, widgetsSpan, namedSpan, orderedSpan, propertiesSpan Span
	inputs                                                                       []Input
	outputs                                                                      []Output
	places                                                                       *places
	shows                                                                        []proxy // of an instance
}

// Mode tells whether ComfyUI executes a node.
type Mode int

const (
	Always Mode = 0
	Muted  Mode = 2 // the node gives nothing
	Bypass Mode = 4 // the node passes on one of its inputs
)

// Role is the role of the node's class, "" where the class is not known.
func (h *Home) Role() string {
	if h.Signature == nil {
		return ""
	}
	return h.Signature.Role
}

// Property returns what stands in the node's properties, which the editor keeps whoever
// wrote them. It does not exist where nothing is written.
func (h *Home) Property(name string) gjson.Result {
	var found gjson.Result
	file := h.Graph.Part.File
	if !strings.Contains(file.Text(h.propertiesSpan), name) {
		return found
	}
	each(file.Value(h.propertiesSpan), func(key, value gjson.Result) bool {
		if key.Str == name {
			found = value
		}
		return !found.Exists()
	})
	return found
}

// Texts yields the texts that are written at the node's widgets, whatever these are called.
func (h *Home) Texts() iter.Seq[string] {
	return func(yield func(string) bool) {
		held := h.widgetsSpan
		if h.Graph.Part.Form == API {
			held = h.inputsSpan
		}
		if held.Empty() {
			return
		}
		each(h.Graph.Part.File.Value(held), func(_, value gjson.Result) bool {
			return value.Type != gjson.String || yield(value.Str)
		})
	}
}

// Name is how the home is called in reports: "root#5", or "Upscale#5" in a subgraph.
func (h *Home) Name() string {
	if h.Graph.ID == "" {
		return "root#" + h.ID
	}
	if h.Graph.Name != "" {
		return h.Graph.Name + "#" + h.ID
	}
	return h.Graph.ID + "#" + h.ID
}
