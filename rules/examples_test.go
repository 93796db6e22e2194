package rules_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// TestExamples runs every example of every rule page, and every row of its tables.
// A case is named by the page and the line it stands on.
func TestExamples(t *testing.T) {
	for _, rule := range builtin(t) {
		t.Run(rule.ID, func(t *testing.T) {
			for _, e := range examplesOf(t, rule) {
				t.Run(fmt.Sprintf("line %d", e.line), func(t *testing.T) { e.run(t, rules.Builtin(), rule) })
			}
		})
	}
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
func examplesOf(t *testing.T, rule *rules.Rule) []example {
	t.Helper()
	page, err := rules.ParsePage(rule.Page)
	if err != nil {
		t.Fatal(err)
	}
	var all []example
	for i, block := range page.Blocks {
		if block.Info != "json example" {
			continue
		}
		e, err := readExample(block.Text)
		if err != nil {
			t.Fatalf("line %d: %v", block.Line, err)
		}
		e.line = block.Line
		if i+1 == len(page.Blocks) || !strings.HasPrefix(page.Blocks[i+1].Info, "json after ") {
			t.Fatalf("line %d: an example is followed by its ```json after VERDICT", block.Line)
		}
		after := page.Blocks[i+1]
		e.verdict = strings.TrimPrefix(after.Info, "json after ")
		if err := readJSONC(after.Text, &e.patch); err != nil {
			t.Fatalf("line %d: %v", after.Line, err)
		}
		all = append(all, e)
		for _, row := range page.Rows {
			if row.After != i+1 {
				continue
			}
			if len(row.Cells) != 2 {
				t.Fatalf("line %d: a row has two cells, a variation and a verdict", row.Line)
			}
			v, err := e.vary(row.Cells[0])
			if err != nil {
				t.Fatalf("line %d: %v", row.Line, err)
			}
			v.verdict, v.line = row.Cells[1], row.Line
			all = append(all, v)
		}
	}
	return all
}

// run tries an example in both forms, each indented and on one line.
func (e example) run(t *testing.T, set *rules.Set, rule *rules.Rule) {
	api, err := json.Marshal(e.prompt)
	if err != nil {
		t.Fatal(err)
	}
	ui, err := uiForm(e.prompt)
	if err != nil {
		t.Fatalf("as the editor saves it: %v", err)
	}
	for _, form := range []struct {
		name string
		text []byte
	}{{"API", api}, {"UI", ui}} {
		t.Run(form.name, func(t *testing.T) { e.tune(t, set, rule, form.text) })
		t.Run(form.name+" indented", func(t *testing.T) {
			var indented bytes.Buffer
			if err := json.Indent(&indented, form.text, "", "  "); err != nil {
				t.Fatal(err)
			}
			e.tune(t, set, rule, indented.Bytes())
		})
	}
}

// tune lets the rule alone work on the text and compares with what the page says.
func (e example) tune(t *testing.T, set *rules.Set, rule *rules.Rule, text []byte) {
	machine, err := e.given.machine()
	if err != nil {
		t.Fatal(err)
	}
	set = set.Assume(e.given.facts, "assumed")
	only := rules.Options{Select: []string{rule.ID}, Unsafe: e.given.unsafe}
	result := tuneTwice(t, set, machine, text, only)
	verdicts := []string{}
	for _, f := range result.Parts[0].Findings {
		verdicts = append(verdicts, string(f.Severity))
	}
	want := []string{e.verdict}
	if e.verdict == "silent" {
		want = []string{}
	}
	if diff := cmp.Diff(want, verdicts); diff != "" {
		t.Errorf("verdict (-page +rule):\n%s", diff)
	}
	if e.patch != nil {
		expected := deepCopy(e.prompt)
		merge(expected, e.patch)
		compare(t, expected, result.Out)
	}
	if e.verdict == "silent" && !bytes.Equal(text, result.Out) {
		t.Errorf("a rule that is silent changed the text to\n%s", result.Out)
	}
	tuneTwice(t, set, machine, text, rules.Options{})
}

// tuneTwice tunes a text, and fails where a second run would change it again.
func tuneTwice(t *testing.T, set *rules.Set, machine *detect.Machine, text []byte, o rules.Options) *rewrite.Result {
	t.Helper()
	result, err := rewrite.Tune(text, machine, set, o)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	again, err := rewrite.Tune(result.Out, machine, set, o)
	if err != nil {
		t.Fatalf("second run: %v\n%s", err, result.Out)
	}
	if again.Changed || !bytes.Equal(again.Out, result.Out) {
		t.Errorf("a second run changed %v", again.Parts[0].Changes)
	}
	return result
}

// compare reads a tuned workflow of either form and holds it against a prompt.
func compare(t *testing.T, want prompt, text []byte) {
	t.Helper()
	file, err := workflows.Parse(text, rules.BuiltinNodes())
	if err != nil {
		t.Fatal(err)
	}
	part := file.Parts[0]
	if part.Form == workflows.API {
		var got prompt
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("result (-page +tuned):\n%s", diff)
		}
		return
	}
	for id := range want {
		run := part.Run(id)
		if run == nil {
			t.Errorf("node %s is gone", id)
			continue
		}
		got := map[string]any{}
		for _, in := range run.Home.Signature.Inputs() {
			_, written := want.inputs(id)[in.Name]
			if wire := run.Wire(in.Name); wire.Kind == workflows.Lost {
				got[in.Name] = wire.Why
			} else if wire.Arrives() {
				got[in.Name] = []any{wire.From.ID, float64(wire.Slot)}
			} else if written { // the editor writes the others as well
				got[in.Name] = run.Value(in.Name).Value()
			}
		}
		if diff := cmp.Diff(want.inputs(id), got); diff != "" {
			t.Errorf("node %s (-page +tuned):\n%s", id, diff)
		}
	}
}
