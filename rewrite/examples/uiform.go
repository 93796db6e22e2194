package examples

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// uiNode, uiInput and uiOutput are what the editor saves of a node, schema 0.4.
type uiNode struct {
	ID         int            `json:"id"`
	Type       string         `json:"type"`
	Pos        [2]int         `json:"pos"`
	Mode       int            `json:"mode"`
	Inputs     []uiInput      `json:"inputs"`
	Outputs    []*uiOutput    `json:"outputs"`
	Properties map[string]any `json:"properties"`
	Values     []any          `json:"widgets_values"`
}

type uiInput struct {
	Name   string            `json:"name"`
	Type   string            `json:"type"`
	Widget map[string]string `json:"widget,omitempty"`
	Link   *int              `json:"link"`
}

type uiOutput struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Links []int  `json:"links"`
}

// uiTypes are the types that the editor gives to the slots of widgets.
var uiTypes = map[string]string{
	workflows.KindFile: "COMBO", workflows.KindCombo: "COMBO", workflows.KindString: "STRING",
	workflows.KindInt: "INT", workflows.KindFloat: "FLOAT", workflows.KindBoolean: "BOOLEAN",
}

// UIForm writes an API prompt as the editor would save it.
func UIForm(p Prompt) ([]byte, error) {
	w := uiWriter{nodes: map[string]*uiNode{}}
	ids := slices.SortedFunc(maps.Keys(p), func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	for _, id := range ids {
		if err := w.add(id, p.class(id)); err != nil {
			return nil, err
		}
	}
	for _, id := range ids {
		if err := w.fill(id, p.class(id), p.Inputs(id)); err != nil {
			return nil, fmt.Errorf("node %s: %w", id, err)
		}
	}
	list := make([]*uiNode, len(ids))
	for i, id := range ids {
		list[i] = w.nodes[id]
	}
	return json.Marshal(map[string]any{
		"last_node_id": len(ids), "last_link_id": len(w.links), "nodes": list, "links": w.links,
		"groups": []any{}, "config": map[string]any{}, "extra": map[string]any{}, "version": 0.4,
	})
}

type uiWriter struct {
	nodes map[string]*uiNode
	links [][]any
}

// add writes a node with its outputs, which links need before they are made.
func (w *uiWriter) add(id, name string) error {
	class := rules.BuiltinNodes().Class(name)
	if class == nil {
		return fmt.Errorf("node %s: no pack knows the class %q", id, name)
	}
	number, err := strconv.Atoi(id)
	if err != nil {
		return fmt.Errorf("node %s: the editor's ids are numbers", id)
	}
	node := &uiNode{ID: number, Type: name, Pos: [2]int{300 * number, 0}, Properties: map[string]any{"Node name for S&R": name}}
	for _, kind := range class.Outputs {
		node.Outputs = append(node.Outputs, &uiOutput{Name: kind, Type: kind})
	}
	w.nodes[id] = node
	return nil
}

// fill writes a node's slots and values: sockets first, then the slots of widgets,
// as the editor does since 1.16.
func (w *uiWriter) fill(id, name string, inputs map[string]any) error {
	class, node := rules.BuiltinNodes().Class(name), w.nodes[id]
	for written := range inputs {
		if class.Input(written) == nil {
			return fmt.Errorf("%s has no input %q", name, written)
		}
	}
	var widgets []uiInput
	for i := range class.Inputs() {
		in := &class.Inputs()[i]
		value, written := inputs[in.Name]
		if !in.Widget() {
			node.Inputs = append(node.Inputs, uiInput{Name: in.Name, Type: in.Kind})
			continue
		}
		if _, linked := value.([]any); linked || !written {
			value = in.Default
		}
		if value == nil {
			return fmt.Errorf("%s is not written and has no default", in.Name)
		}
		node.Values = append(node.Values, value)
		if kind, ok := uiTypes[in.Kind]; ok {
			widgets = append(widgets, uiInput{Name: in.Name, Type: kind, Widget: map[string]string{"name": in.Name}})
		}
	}
	node.Inputs = append(node.Inputs, widgets...)
	for slot := range node.Inputs {
		if link, ok := inputs[node.Inputs[slot].Name].([]any); ok {
			if err := w.link(link, node, slot); err != nil {
				return fmt.Errorf("%s: %w", node.Inputs[slot].Name, err)
			}
		}
	}
	return nil
}

// link writes a link into the table, the slot it ends at and the output it starts at.
func (w *uiWriter) link(from []any, to *uiNode, slot int) error {
	if len(from) != 2 {
		return fmt.Errorf(`a link is ["node", output], this is %v`, from)
	}
	name, _ := from[0].(string)
	origin := w.nodes[name]
	if origin == nil {
		return fmt.Errorf("there is no node %v", from[0])
	}
	number, isNumber := from[1].(float64)
	output := int(number)
	if !isNumber || output < 0 || output >= len(origin.Outputs) {
		return fmt.Errorf("%s has no output %v", origin.Type, from[1])
	}
	id := len(w.links) + 1
	to.Inputs[slot].Link = &id
	out := origin.Outputs[output]
	out.Links = append(out.Links, id)
	w.links = append(w.links, []any{id, origin.ID, output, to.ID, slot, out.Type})
	return nil
}
