package workflows_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// The builders below write workflows as the editor does, from parts that read
// like the node graph: ui(nodes(node(…), node(…)), links(link(7, "1:0", "2:1", "INT"))).

// ui writes a workflow of schema 0.4.
func ui(members ...string) string {
	return `{"last_node_id":99,"last_link_id":99,` + strings.Join(members, ",") + `,"extra":{},"version":0.4}`
}

func nodes(list ...string) string { return `"nodes":[` + strings.Join(list, ",") + `]` }

// node writes a node; the further members stand as they are.
func node(id any, class string, members ...string) string {
	return fmt.Sprintf(`{"id":%v,"type":%q,`, id, class) + strings.Join(append(members, `"properties":{}`), ",") + `}`
}

// values writes a list of widget values.
func values(list string) string { return `"widgets_values":[` + list + `]` }

// mode writes a node's mode: 2 muted, 4 bypassed.
func mode(m workflows.Mode) string { return fmt.Sprintf(`"mode":%d`, m) }

// in writes input slots such as "compile_args WANCOMPILEARGS 7": name, type, link
// id or "-", and "widget" for a slot that stands for a widget.
func in(slots ...string) string {
	list := make([]string, len(slots))
	for i, slot := range slots {
		words := strings.Fields(slot)
		name, kind, link := words[0], words[1], words[2]
		if link == "-" {
			link = "null"
		}
		list[i] = fmt.Sprintf(`{"name":%q,"type":%q,"link":%s`, name, kind, link)
		if len(words) > 3 {
			list[i] += fmt.Sprintf(`,"widget":{"name":%q}`, name)
		}
		list[i] += "}"
	}
	return `"inputs":[` + strings.Join(list, ",") + `]`
}

// out writes output slots such as "INT 7,8": type and link ids, or "INT -".
func out(slots ...string) string {
	list := make([]string, len(slots))
	for i, slot := range slots {
		kind, ids, _ := strings.Cut(slot, " ")
		ids = "[" + ids + "]"
		if ids == "[-]" {
			ids = "null"
		}
		list[i] = fmt.Sprintf(`{"name":%q,"type":%q,"links":%s}`, kind, kind, ids)
	}
	return `"outputs":[` + strings.Join(list, ",") + `]`
}

func links(list ...string) string { return `"links":[` + strings.Join(list, ",") + `]` }

// link writes a row of the link table of schema 0.4; ends are "node:slot".
func link(id int, from, to, kind string) string {
	f, t := strings.Split(from, ":"), strings.Split(to, ":")
	return fmt.Sprintf(`[%d,%s,%s,%s,%s,%q]`, id, f[0], f[1], t[0], t[1], kind)
}

// linkObject writes the same row as schema 1 and subgraph definitions have it.
func linkObject(id int, from, to, kind string) string {
	f, t := strings.Split(from, ":"), strings.Split(to, ":")
	return fmt.Sprintf(`{"id":%d,"origin_id":%s,"origin_slot":%s,"target_id":%s,"target_slot":%s,"type":%q}`,
		id, f[0], f[1], t[0], t[1], kind)
}

func subgraphs(definitions ...string) string {
	return `"definitions":{"subgraphs":[` + strings.Join(definitions, ",") + `]}`
}

// definition writes a subgraph definition. Its border is written by [border].
func definition(id string, members ...string) string {
	return fmt.Sprintf(`{"id":%q,"name":"sub %s","inputNode":{"id":-10},"outputNode":{"id":-20},`, id, id) +
		strings.Join(members, ",") + `}`
}

// border writes a definition's "inputs" or "outputs": slots such as "blocks INT 3".
func border(side string, slots ...string) string {
	list := make([]string, len(slots))
	for i, slot := range slots {
		words := strings.Fields(slot)
		ids := strings.TrimPrefix(words[2], "-")
		list[i] = fmt.Sprintf(`{"name":%q,"type":%q,"linkIds":[%s]}`, words[0], words[1], ids)
	}
	return fmt.Sprintf(`%q:[%s]`, side, strings.Join(list, ","))
}

// classes is a small [workflows.Signatures] for cases that no real class shows.
type classes map[string]*workflows.Class

func (c classes) Class(name string) *workflows.Class { return c[name] }

// parse reads a workflow with the classes that wanfix knows.
func parse(t testing.TB, text string) *workflows.Part {
	t.Helper()
	return parseWith(t, text, rules.BuiltinNodes())
}

func parseWith(t testing.TB, text string, signatures workflows.Signatures) *workflows.Part {
	t.Helper()
	file, err := workflows.Parse([]byte(text), signatures)
	if err != nil {
		t.Fatalf("parse: %v\n%s", err, text)
	}
	if len(file.Parts) != 1 {
		t.Fatalf("%d parts, want 1", len(file.Parts))
	}
	return file.Parts[0]
}

// run returns the run of that id.
func run(t testing.TB, part *workflows.Part, id string) *workflows.Run {
	t.Helper()
	r := part.Run(id)
	if r == nil {
		t.Fatalf("there is no run %s", id)
	}
	return r
}

// ask returns the run and name of "12:5.name".
func ask(t testing.TB, part *workflows.Part, question string) (*workflows.Run, string) {
	t.Helper()
	id, name, ok := strings.Cut(question, ".")
	if !ok {
		t.Fatalf("%q: want run.name", question)
	}
	return run(t, part, id), name
}
