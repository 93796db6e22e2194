package workflows

import "github.com/tidwall/gjson"

// readAPI reads an API prompt: an object of nodes by id. Members that are no
// nodes, which some programs add, are left alone.
func (f *File) readAPI(root gjson.Result) *Part {
	p := &Part{File: f, Form: API}
	p.Root = &Graph{Part: p, Span: SpanOf(root), NodeList: SpanOf(root)}
	each(root, func(id, node gjson.Result) bool {
		if h, ok := readAPINode(id.String(), node); ok {
			h.Signature = f.signatures.Class(h.Class)
			p.Root.add(h)
		}
		return true
	})
	return p
}

func readAPINode(id string, node gjson.Result) (h *Home, ok bool) {
	h = &Home{ID: id, Span: SpanOf(node)}
	each(node, func(key, value gjson.Result) bool {
		switch key.String() {
		case "class_type":
			h.Class, ok = value.String(), value.Type == gjson.String
		case "inputs":
			if value.IsObject() {
				h.inputsSpan = SpanOf(value)
			}
		case "_meta":
			h.Title = value.Get("title").String()
		}
		return true
	})
	if h.Title == h.Class {
		h.Title = ""
	}
	return h, ok && node.IsObject()
}

func readAPIInputs(inputs gjson.Result) []Input {
	list := make([]Input, 0, 8)
	each(inputs, func(key, value gjson.Result) bool {
		in := Input{Name: key.String(), Span: SpanOf(value), Key: SpanOf(key)}
		in.Origin, in.OriginSlot, in.Linked = apiLink(value)
		if !in.Linked {
			in.Widget = in.Name
		}
		list = append(list, in)
		return true
	})
	return list
}
