package workflows

import "github.com/tidwall/gjson"

// readAPI reads an API prompt: an object of nodes by id. Members that are no
// nodes, which some programs add, are left alone.
func (f *File) readAPI(root gjson.Result) (*Part, error) {
	p := &Part{File: f, Form: API}
	p.Root = &Graph{Part: p, homes: map[string]*Home{}}
	each(root, func(id, node gjson.Result) bool {
		class := node.Get("class_type")
		if !node.IsObject() || class.Type != gjson.String {
			return true
		}
		h := &Home{ID: id.String(), Class: class.Str, Span: span(node)}
		h.Title = node.Get("_meta.title").String()
		if inputs := node.Get("inputs"); inputs.IsObject() {
			h.inputsSpan = span(inputs)
		}
		if h.Title == h.Class {
			h.Title = ""
		}
		h.Signature = f.signatures.Class(h.Class)
		p.Root.add(h)
		return true
	})
	return p, nil
}

func readAPIInputs(inputs gjson.Result) []Input {
	list := make([]Input, 0, 8)
	each(inputs, func(key, value gjson.Result) bool {
		in := Input{Name: key.String(), Span: span(value), Key: span(key)}
		in.Origin, in.OriginSlot, in.Linked = apiLink(value)
		if !in.Linked {
			in.Widget = in.Name
		}
		list = append(list, in)
		return true
	})
	return list
}
