package rules_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/wanfix/wanfix/rewrite/examples"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// prompt is an API prompt: nodes by id.
type prompt = examples.Prompt

// graph writes a prompt, a node a line: "1 Class name=value input=#2". A value that
// starts with # is a link to the first output of that node, or with #2.1 to the second.
func graph(lines ...string) prompt {
	p := prompt{}
	for _, line := range lines {
		words := strings.Fields(line)
		inputs := map[string]any{}
		for _, word := range words[2:] {
			name, value, _ := strings.Cut(word, "=")
			if id, linked := strings.CutPrefix(value, "#"); linked {
				id, slot, _ := strings.Cut(id, ".")
				output, _ := strconv.ParseFloat(slot, 64)
				inputs[name] = []any{id, output}
				continue
			}
			inputs[name] = examples.Literal(value)
		}
		p[words[0]] = map[string]any{"class_type": words[1], "inputs": inputs}
	}
	return p
}

func parseAPI(t testing.TB, p prompt) *workflows.Part {
	t.Helper()
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, text)
}

// parseUI reads a prompt as the editor saves it, with some nodes muted or bypassed.
func parseUI(t testing.TB, p prompt, modes map[int]workflows.Mode) *workflows.Part {
	t.Helper()
	text, err := examples.UIForm(p)
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]json.RawMessage
	var nodes []map[string]any
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(file["nodes"], &nodes); err != nil {
		t.Fatal(err)
	}
	for _, node := range nodes {
		node["mode"] = modes[int(node["id"].(float64))]
	}
	if file["nodes"], err = json.Marshal(nodes); err != nil {
		t.Fatal(err)
	}
	if text, err = json.Marshal(file); err != nil {
		t.Fatal(err)
	}
	return parse(t, text)
}

func parse(t testing.TB, text []byte) *workflows.Part {
	t.Helper()
	file, err := workflows.Parse(text, rules.BuiltinNodes())
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return file.Parts[0]
}

func builtin(t testing.TB) []*rules.Rule {
	t.Helper()
	all, err := rules.Builtin().Rules()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// examplesOf reads the examples of a page and the variations of its tables.
func examplesOf(t testing.TB, set *rules.Set, rule *rules.Rule) []examples.Example {
	t.Helper()
	all, err := examples.Of(set, rule)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// runExample runs an example of a page, named by the line it stands on.
func runExample(t *testing.T, set *rules.Set, rule *rules.Rule, e examples.Example) {
	t.Run(fmt.Sprintf("line %d", e.Line), func(t *testing.T) {
		failures, err := e.Run(set, rule)
		if err != nil {
			t.Fatal(err)
		}
		for _, failure := range failures {
			t.Error(failure)
		}
	})
}

// pages loads rules from their JSON, by pack and name: "test/first".
func pages(blocks map[string]string) *rules.Set {
	folder := fstest.MapFS{}
	for name, block := range blocks {
		id := name[strings.Index(name, "/")+1:]
		folder[name+".md"] = &fstest.MapFile{Data: fmt.Appendf(nil, "# %s\n\n```json\n%s\n```\n", id, block)}
	}
	return rules.Load(folder)
}

// ruleJSON writes a rule that fires, with an error, on every loader asked for fp8_e4m3fn.
// Members of further objects take the place of its own.
func ruleJSON(t testing.TB, members ...string) string {
	t.Helper()
	rule := map[string]any{
		"severity": "error", "on": "stack", "message": "it is so",
		"when": map[string]any{"loader.quantization": "fp8_e4m3fn"},
	}
	for _, more := range members {
		if err := json.Unmarshal([]byte(more), &rule); err != nil {
			t.Fatalf("%v: %s", err, more)
		}
	}
	text, err := json.Marshal(rule)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// fixes writes the "fix" of a rule: grades and wishes in turn, such as
// "rescue", `{"set": {"loader.quantization": "disabled"}}`.
func fixes(pairs ...string) string {
	list := make([]string, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, fmt.Sprintf(`{"say": "mend it", "safety": %q, "do": [%s]}`, pairs[i], pairs[i+1]))
	}
	return `{"fix": [` + strings.Join(list, ", ") + `]}`
}

// states tells what became of the fixes of every finding, by rule: "applied",
// "offered", or "blocked: " and why.
func states(v *rules.Verdict) map[string][]string {
	told := map[string][]string{}
	for _, f := range v.Findings {
		for _, offer := range f.Fixes {
			state := string(offer.State)
			if offer.BlockedBy != "" {
				state += ": " + offer.BlockedBy
			}
			told[f.Rule.ID] = append(told[f.Rule.ID], state)
		}
	}
	return told
}
