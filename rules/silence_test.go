package rules_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// loads is a workflow of two loaders, 1 and 2, that the rule of ruleJSON fires on, of
// compile settings, 3, for both, and of nodes written out.
func loads(more ...string) string {
	const loader = `{"id": %d, "type": "WanVideoModelLoader", "inputs": [{"name": "compile_args", "type": "WANCOMPILEARGS", "link": %d}],
		"outputs": [], "widgets_values": ["a.safetensors", "fp16", "fp8_e4m3fn", "offload_device"]}`
	nodes := append([]string{fmt.Sprintf(loader, 1, 1), fmt.Sprintf(loader, 2, 2),
		`{"id": 3, "type": "WanVideoTorchCompileSettings", "outputs": [{"name": "torch_compile_args", "type": "WANCOMPILEARGS", "links": [1, 2]}],
		"widgets_values": ["inductor", false, "default", false, 64, true]}`}, more...)
	return `{"nodes": [` + strings.Join(nodes, ",") + `], "links": [[1, 3, 0, 1, 0, "WANCOMPILEARGS"], [2, 3, 0, 2, 0, "WANCOMPILEARGS"]], "version": 0.4}`
}

// saying is that workflow, with a property wanfix of one of its nodes.
func saying(id int, property string) string {
	node := fmt.Sprintf(`{"id": %d,`, id)
	return strings.Replace(loads(), node, node+` "properties": {"Node name for S&R": "wanfix", "wanfix": `+property+`},`, 1)
}

// note writes a note with a text.
func note(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"id": 9, "type": "Note", "widgets_values": [%s]}`, quoted)
}

// noteWords are the words of notes, silenced tells what was silenced: "the note #9: one ×2".
func noteWords(notes []workflows.Note) (words []string) {
	for _, n := range notes {
		words = append(words, n.Words)
	}
	return words
}

func silenced(list []rules.Silenced) (words []string) {
	for _, s := range list {
		words = append(words, fmt.Sprintf("%s: %s ×%d", s.By, s.Rule, len(s.Findings)))
	}
	return words
}

// left names the findings that are not silenced, with their nodes.
func left(v *rules.Verdict) (words []string) {
	for _, f := range v.Findings {
		words = append(words, f.Rule.ID+" #"+f.At.ID)
	}
	return words
}

// TestNotes reads what notes say.
func TestNotes(t *testing.T) {
	set := pages(map[string]string{"first/one": ruleJSON(t), "first/two": ruleJSON(t), "second/three": ruleJSON(t)})
	one, two, three := "the note #9: one ×2", "the note #9: two ×2", "the note #9: three ×2"
	const mistake = "#9 names no rule to ignore: want wanfix: ignore RULE"
	tests := []struct {
		name, text string
		silenced   []string
		told       []string
	}{
		{"a rule", "wanfix: ignore one", []string{one}, nil},
		{"several", "wanfix: ignore one, three", []string{one, three}, nil},
		{"several lines", "wanfix: ignore one\r\nkeep it\nwanfix: ignore two", []string{one, two}, nil},
		{"text around", "My card is slow (wanfix: ignore two), so be it. All is well, one hopes", []string{two}, nil},
		{"text behind", "wanfix: ignore one because of three", []string{one}, nil},
		{"the beginning of a sentence", "Wanfix: ignore one", []string{one}, nil},
		{"Markdown", "- wanfix: ignore `one`, **two**", []string{one, two}, nil},
		{"a full stop", "wanfix: ignore one.", []string{one}, nil},
		{"a pack", "wanfix: ignore first", []string{one, two}, nil},
		{"all", "wanfix: ignore all", []string{one, two, three}, nil},
		{"the same twice", "wanfix: ignore one, one\nwanfix: ignore one", []string{one}, nil},
		{"a slip", "wanfix: ignore thre", nil, []string{`#9 says what to ignore, but there is no rule "thre"; the nearest is three`}},
		{"nothing near", "wanfix: ignore everything, one", []string{one}, []string{`#9 says what to ignore, but there is no rule "everything"`}},
		{"no name", "wanfix: ignore", nil, []string{mistake}},
		{"no name on the line", "wanfix: ignore:\none", nil, []string{mistake}},
		{"something else", "wanfix: thank you\nignore one", nil, nil},
		{"another word", "wanfix: ignored one", nil, []string{mistake}},
		{"an escape sequence", "wanfix: ignore \x1b[31mone", nil, []string{mistake}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			part := parse(t, []byte(loads(note(test.text))))
			v, err := set.Judge(part, noMachine, rules.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.silenced, silenced(v.Silenced)); diff != "" {
				t.Errorf("silenced (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.told, noteWords(set.Told(part))); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			if n := len(v.Findings) + 2*len(test.silenced); n != 6 {
				t.Errorf("%d findings and silenced ones, want 6", n)
			}
		})
	}
}

// TestProperties reads what nodes say of themselves.
func TestProperties(t *testing.T) {
	set := pages(map[string]string{"first/one": ruleJSON(t), "first/two": ruleJSON(t)})
	one, two := "the properties of #1: one ×1", "the properties of #1: two ×1"
	const mistake = `the property wanfix of #1 names no rule to ignore: want "RULE", ["RULE", …] or {"ignore": ["RULE", …]}`
	tests := []struct {
		name, property string
		silenced       []string
		told           []string
	}{
		{"a rule", `"one"`, []string{one}, nil},
		{"rules in a text", `"one, two"`, []string{one, two}, nil},
		{"a list", `["one", "two"]`, []string{one, two}, nil},
		{"an object", `{"ignore": ["two"], "why": "I know"}`, []string{two}, nil},
		{"an object with a text", `{"ignore": "two"}`, []string{two}, nil},
		{"all", `"all"`, []string{one, two}, nil},
		{"a slip", `"on"`, nil, []string{`#1 says what to ignore, but there is no rule "on"; the nearest is one`}},
		{"nothing", `{}`, nil, []string{mistake}},
		{"a number", `7`, nil, []string{mistake}},
		{"null", `null`, nil, []string{mistake}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			part := parse(t, []byte(saying(1, test.property)))
			v, err := set.Judge(part, noMachine, rules.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.silenced, silenced(v.Silenced)); diff != "" {
				t.Errorf("silenced (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.told, noteWords(set.Told(part))); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			if n := len(v.Findings) + len(test.silenced); n != 4 {
				t.Errorf("%d findings and silenced ones, want 4", n)
			}
		})
	}
}

// TestLeftAlone keeps fixes from nodes that are to be left alone.
func TestLeftAlone(t *testing.T) {
	const compile = `{"set": {"compile.mode": "max-autotune"}}`
	tests := []struct {
		name, rule string
		node       int // that says so
		left       []string
		states     []string
	}{
		{"the node it is at", fixes("lossless", unplug), 1, []string{"one #2"}, []string{"applied"}},
		{"a node that its only fix would change", fixes("lossless", compile), 3, nil, nil},
		{"one of two nodes that its fix would change", fixes("lossless", unplug+", "+compile, "lossless", unplug), 3,
			[]string{"one #1", "one #2"}, []string{"blocked: silenced by the properties of #3", "applied", "blocked: silenced by the properties of #3", "applied"}},
		{"another fix would change it", fixes("lossless", unplug, "unsafe", compile), 3,
			[]string{"one #1", "one #2"}, []string{"applied", "blocked: silenced by the properties of #3", "applied", "blocked: silenced by the properties of #3"}},
		{"a loader that uses what its only fix would change", fixes("lossless", compile), 1, []string{"one #3"}, []string{"applied"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set := pages(map[string]string{"test/one": ruleJSON(t, test.rule)})
			v, err := set.Judge(parse(t, []byte(saying(test.node, `"one"`))), noMachine, rules.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.left, left(v)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.states, states(v)["one"]); diff != "" {
				t.Errorf("fixes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWhere silences what stands in a graph or instance, in a workflow and in a prompt
// that it stands beside.
func TestWhere(t *testing.T) {
	const loader = `{"id": %d, "type": "WanVideoModelLoader", "inputs": [], "outputs": [], "widgets_values": ["a.safetensors", "fp16", "fp8_e4m3fn", "offload_device"]%s}`
	const property = `, "properties": {"wanfix": ["one"]}`
	workflow := func(root, instance, inner, definition string) string {
		return fmt.Sprintf(`{"nodes": [`+fmt.Sprintf(loader, 1, "")+`, {"id": 8, "type": "d"%s}, {"id": 9, "type": "d"}%s], "links": [],
			"definitions": {"subgraphs": [{"id": "d", "name": "Load", "nodes": [`+loader+`%s], "links": []}]}, "version": 0.4}`, instance, root, 2, inner, definition)
	}
	said := `, {"id": 5, "type": "MarkdownNote", "widgets_values": ["wanfix: ignore one"]}`
	const node = `{"class_type": "WanVideoModelLoader", "inputs": {"model": "a.safetensors", "base_precision": "fp16", "quantization": "fp8_e4m3fn", "load_device": "offload_device"}}`
	const prompt = `"prompt": {"1": ` + node + `, "8:2": ` + node + `, "9:2": ` + node + `}`
	tests := []struct {
		name, workflow string
		left, silenced []string
	}{
		{"nobody", workflow("", "", "", ""), []string{"one #1", "one #8:2", "one #9:2"}, nil},
		{"a note in the root", workflow(said, "", "", ""), nil, []string{"the note #5: one ×3"}},
		{"a note in the subgraph", workflow("", "", "", said), []string{"one #1"}, []string{"the note Load#5: one ×2"}},
		{"an instance", workflow("", property, "", ""), []string{"one #1", "one #9:2"}, []string{"the properties of #8: one ×1"}},
		{"a node in the subgraph", workflow("", "", property, ""), []string{"one #1"}, []string{"the properties of Load#2: one ×2"}},
	}
	set := pages(map[string]string{"test/one": ruleJSON(t, fixes("unsafe", plain))})
	for _, test := range tests {
		for form, text := range map[string]string{
			"workflow": test.workflow,
			"prompt":   `{` + prompt + `, "extra_data": {"extra_pnginfo": {"workflow": ` + test.workflow + `}}}`,
		} {
			t.Run(test.name+", "+form, func(t *testing.T) {
				part := parse(t, []byte(text))
				if part.Form == workflows.API != (form == "prompt") {
					t.Fatalf("the part is a %s", part.Form)
				}
				v, err := set.Judge(part, noMachine, rules.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.left, left(v)); diff != "" {
					t.Errorf("findings (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(test.silenced, silenced(v.Silenced)); diff != "" {
					t.Errorf("silenced (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestUnjudgedSilenced does not miss facts of rules that are silenced.
func TestUnjudgedSilenced(t *testing.T) {
	set := pages(map[string]string{"test/one": ruleJSON(t, `{"when": {"gpu.sm": 86}}`)})
	for _, test := range []struct {
		name, text string
		options    rules.Options
		missed     int
	}{
		{"nobody", loads(), rules.Options{}, 1},
		{"a note", loads(note("wanfix: ignore one")), rules.Options{}, 0},
		{"an option", loads(), rules.Options{Ignore: []string{"test"}}, 0},
		{"one of two nodes", saying(1, `"one"`), rules.Options{}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			v, err := set.Judge(parse(t, []byte(test.text)), noMachine, test.options)
			if err != nil || len(v.Unjudged) != test.missed {
				t.Errorf("misses %v, %v, want %d facts", v.Unjudged, err, test.missed)
			}
		})
	}
}

// TestManySilences bounds what is read of hostile notes, and what is told of them.
func TestManySilences(t *testing.T) {
	names := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	const more = "from here on there are more mistakes in what is said to wanfix"
	const full = "more than 1000 rules are ignored in the workflow: those from here on are not"
	tests := []struct {
		name, text string
		told       int
		last       string
	}{
		{"a note of 1 MB", strings.Repeat("x", 1<<20), 0, ""},
		{"a line of 1 MB", "wanfix: ignore " + strings.Repeat("wanfix:", 150_000), 1, ""},
		{"10,000 lines without a name", strings.Repeat("wanfix: ignore\n", 10_000), 6, more},
		{"10,000 names on lines", names(10_000, "wanfix: ignore rule-%d\n"), 7, more},
		{"10,000 names on a line", "wanfix: ignore a" + names(10_000, ", rule-%d"), 7, more},
		{"a name of 1 MB", "wanfix: ignore " + strings.Repeat("x", 1<<20), 1, "#9 says what to ignore, but there is no rule with a name of 1048576 bytes"},
		{"a name that comes 10,000 times", strings.Repeat("wanfix: ignore one\n", 10_000), 0, ""},
	}
	set := pages(map[string]string{"test/one": ruleJSON(t)})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			part := parse(t, []byte(loads(note(test.text))))
			words := noteWords(set.Told(part))
			if len(words) != test.told || test.last != "" && words[len(words)-1] != test.last {
				t.Errorf("told: %.300q, want %d, the last of them %q", words, test.told, test.last)
			}
			if test.told == 7 && words[0] != full {
				t.Errorf("told: %.300q, want %q first", words, full)
			}
		})
	}
	t.Run("notes beyond the limit", func(t *testing.T) {
		notes := strings.Repeat(note("wanfix: ignore one")+",", 1500) + note("nothing")
		if words := noteWords(set.Told(parse(t, []byte(loads(notes))))); len(words) != 1 || words[0] != full {
			t.Errorf("told: %q", words)
		}
	})
}

// FuzzSilence reads whatever stands in notes and properties.
func FuzzSilence(f *testing.F) {
	for _, text := range []string{"wanfix: ignore one", "Wanfix:ignore `all`, two", "wanfix: ignore \x1b[31m", `["one"]`, `{"ignore": {"a": "one"}}`} {
		f.Add(text, text)
	}
	set := pages(map[string]string{"test/one": ruleJSON(f), "test/two": ruleJSON(f)})
	f.Fuzz(func(t *testing.T, text, property string) {
		if !json.Valid([]byte(property)) {
			property = "null"
		}
		file := strings.Replace(saying(1, property), `{"id": 3,`, note(text)+`, {"id": 3,`, 1)
		part, err := workflows.Parse([]byte(file), rules.BuiltinNodes())
		if err != nil {
			return // the property is nested too deep, or has a key twice
		}
		v, err := set.Judge(part.Parts[0], noMachine, rules.Options{})
		if err != nil {
			t.Fatal(err)
		}
		n := len(v.Findings)
		for _, s := range v.Silenced {
			n += len(s.Findings)
		}
		if n != 4 {
			t.Errorf("%d findings and silenced ones, want 4", n)
		}
	})
}
