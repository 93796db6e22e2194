package workflows_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

func TestEnvelope(t *testing.T) {
	const api = `{"1":{"class_type":"A","inputs":{}}}`
	const graph = `{"nodes":[{"id":1,"type":"A"}],"links":[]}`
	post := fmt.Sprintf(`{"client_id":"x","prompt":%s,"extra_data":{"extra_pnginfo":{"workflow":%s}}}`, api, graph)
	entry := fmt.Sprintf(`{"prompt":[0,"id",%s,{"extra_pnginfo":{"workflow":%s}},["1"]],"outputs":{"1":{"images":[]}}}`, api, graph)
	tests := []struct {
		name, text string
		parts      []string // the name of each, and of its companion behind a +
	}{
		{"a bare prompt", api, []string{"API prompt"}},
		{"a bare workflow", graph, []string{"workflow"}},
		{"a bare workflow with a prompt in it", `{"nodes":[],"extra":{"prompt":` + api + `}}`, []string{"workflow"}},
		{"POST /prompt", post, []string{"API prompt at prompt + workflow at extra_data.extra_pnginfo.workflow"}},
		{"the workflow first", `{"workflow":` + graph + `,"output":` + api + `}`, []string{"API prompt at output + workflow at workflow"}},
		{"a prompt alone", `{"prompt":` + api + `,"extra_data":{}}`, []string{"API prompt at prompt"}},
		{"serverless", `{"input":{"workflow":` + api + `,"images":[]}}`, []string{"API prompt at input.workflow"}},
		{"serverless, as saved", `{"input":{"payload":` + graph + `}}`, []string{"workflow at input.payload"}},
		{"a history", `{"a-1":` + entry + `,"b 2":` + entry + `}`, []string{
			"API prompt at a-1.prompt.2 + workflow at a-1.prompt.3.extra_pnginfo.workflow",
			`API prompt at "b 2".prompt.2 + workflow at "b 2".prompt.3.extra_pnginfo.workflow`}},
		{"a queue", `{"queue_running":[[0,"id",` + api + `,{"extra_pnginfo":{"workflow":` + graph + `}}]],"queue_pending":[]}`,
			[]string{"API prompt at queue_running.0.2 + workflow at queue_running.0.3.extra_pnginfo.workflow"}},
		{"a list", `[` + api + `,` + graph + `]`, []string{"API prompt at 0 + workflow at 1"}},
		{"two prompts beside one workflow", `{"a":` + api + `,"b":` + api + `,"c":` + graph + `}`, []string{"API prompt at a", "API prompt at b", "workflow at c"}},
		{"two workflows beside one prompt", `{"a":` + api + `,"b":` + graph + `,"c":` + graph + `}`, []string{"API prompt at a + workflow at b", "workflow at c"}},
		{"four objects deep", `{"a":{"b":{"c":{"d":` + api + `}}}}`, []string{"API prompt at a.b.c.d"}},
		{"a key that nobody can read", `{"\u001b[31m\u202e` + strings.Repeat("k", 99) + `":` + api + `}`,
			[]string{`API prompt at "\x1b[31m\u202e` + strings.Repeat("k", 34) + `…"`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file, err := workflows.Parse([]byte(test.text), rules.BuiltinNodes())
			if err != nil {
				t.Fatal(err)
			}
			var parts []string
			for _, part := range file.Parts {
				name := part.Name()
				check := []*workflows.Part{part}
				if companion := part.Companion; companion != nil {
					if companion.Companion != part {
						t.Error("the companion's companion is another")
					}
					name += " + " + companion.Name()
					check = append(check, companion)
				}
				for _, p := range check {
					if want := map[workflows.Form]string{workflows.API: api, workflows.UI: graph}[p.Form]; p.Path != "" && file.Text(p.Root.Span) != want {
						t.Errorf("%s stands at %q", p.Name(), file.Text(p.Root.Span))
					}
					for _, r := range p.Runs {
						if beside := r.Beside(); (beside != nil) != (p.Companion != nil) || beside != nil && beside.Home.Graph.Part != p.Companion {
							t.Errorf("%s of %s is beside %v", r, p.Name(), beside)
						}
					}
				}
				parts = append(parts, name)
			}
			if diff := cmp.Diff(test.parts, parts); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestEnvelopeRefused(t *testing.T) {
	const missing = `1:1: not a workflow: no "nodes" as the editor saves them, and no "class_type" as an API prompt has`
	const api = `{"1":{"class_type":"A","inputs":{}}}`
	loop := ui(nodes(node(1, "S")), subgraphs(definition("S", nodes(node(2, "S")))))
	tests := []struct{ name, text, reason string }{
		{"too deep", `{"a":{"b":{"c":{"d":{"e":{"f":` + api + `}}}}}}`, missing},
		{"nodes of something else", `{"cluster":{"nodes":["a",{"id":1}]}}`, missing},
		{"errors of a server", `{"node_errors":{"1":{"class_type":"A","errors":[]}}}`, missing},
		{"text with a workflow in it", `{"workflow":"{\"nodes\":[]}"}`, missing},
		{"a list without", `[1,{"a":2}]`, "1:1: not a workflow: a JSON object is wanted, this is a list"},
		{"an endless subgraph", `{"prompt":` + api + `,"workflow":` + loop + `}`, `subgraph "sub S": unfolds without end`},
		{"more than a history has", `[` + strings.Repeat(api+",", 10_000) + api + `]`, "too many workflows in one file: at most 10000 are read"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file, err := workflows.Parse([]byte(test.text), rules.BuiltinNodes())
			if err == nil {
				t.Fatalf("%d parts are read", len(file.Parts))
			}
			if !strings.Contains(err.Error(), test.reason) {
				t.Errorf("%v, want %s", err, test.reason)
			}
		})
	}
}

// TestEnvelopeBounded reads what is made to be searched for long, and to unfold far.
func TestEnvelopeBounded(t *testing.T) {
	wide := ui(nodes(node(1, "S"), node(2, "S")), subgraphs(definition("S", nodes(strings.Repeat(node(7, "A")+",", 499)+node(8, "A")))))
	tests := map[string]string{
		"no workflow in much text": `{"a":[` + strings.Repeat(`{"b":{"c":[{"d":1}]}},`, 100_000) + `0]}`,
		"long keys":                `{"` + strings.Repeat("k", 1<<20) + `":[` + strings.Repeat(`{"1":{"class_type":"A","inputs":{}}},`, 5_000) + `0]}`,
		"lists in lists":           strings.Repeat("[", 900) + strings.Repeat("]", 900),
		"subgraphs in every part":  `[` + strings.Repeat(wide+",", 400) + wide + `]`,
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			file, err := workflows.Parse([]byte(text), rules.BuiltinNodes())
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
			if name == "subgraphs in every part" && err == nil {
				t.Errorf("%d parts unfold into 1000 nodes each", len(file.Parts))
			}
		})
	}
}
