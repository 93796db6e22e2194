package rewrite_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
)

// settingQuantization is a page that sets another quantization under a condition.
func settingQuantization(name, when, value string) string {
	return fmt.Sprintf("# %s\n\n```json\n"+`{"severity": "error", "on": "stack", "when": {"loader.quantization": %s}, "message": "m",
		"fix": [{"say": "set it", "safety": "lossless", "do": [{"set": {"loader.quantization": %q}}]}]}`+"\n```\n", name, when, value)
}

// TestOwnOutranksPacks lets rules of a pack and of the user want one widget, in one round and
// in several.
func TestOwnOutranksPacks(t *testing.T) {
	const e4, e5, none = `"fp8_e4m3fn"`, `"fp8_e5m2"`, `"disabled"`
	one := func(name, when, value string) map[string]string {
		return map[string]string{name: settingQuantization(name, when, value)}
	}
	both := func(a, b map[string]string) map[string]string {
		for name, text := range b {
			a[name] = text
		}
		return a
	}
	tests := []struct {
		name       string
		packs, own map[string]string
		want       string // the quantization, "" where nothing is written
		told       []string
	}{
		{"packs alone", one("p", e4, "disabled"), nil, "disabled", []string{"p: applied"}},
		{"two of a pack", both(one("p", e4, "disabled"), one("q", e4, "fp8_e5m2")), nil, "fp8_e4m3fn",
			[]string{"p: blocked, two rules want different values for quantization of #1", "q: blocked, two rules want different values for quantization of #1"}},
		{"the user's wins", one("p", e4, "disabled"), one("o", e4, "fp8_e5m2"), "fp8_e5m2",
			[]string{"o: applied", "p: blocked, your rule o wants something else for quantization of #1"}},
		{"both want the same", one("p", e4, "disabled"), one("o", e4, "disabled"), "disabled", []string{"o: applied", "p: applied"}},
		{"two of a pack against the user's", both(one("p", e4, "disabled"), one("q", e4, "fp8_e4m3fn_fast")), one("o", e4, "fp8_e5m2"), "fp8_e5m2",
			[]string{"o: applied", "p: blocked, your rule o wants something else for quantization of #1", "q: blocked, your rule o wants something else for quantization of #1"}},
		{"two of the user's", one("p", e4, "disabled"), both(one("o", e4, "fp8_e5m2"), one("u", e4, "fp8_e5m2_fast")), "fp8_e4m3fn",
			[]string{"o: blocked, two rules want different values for quantization of #1", "u: blocked, two rules want different values for quantization of #1", "p: blocked, your rule o wants something else for quantization of #1"}},
		{"a pack wants otherwise afterwards", one("p", e5, "disabled"), one("o", e4, "fp8_e5m2"), "disabled",
			[]string{"o: blocked, another rule changes it once more, and this one is content then", "p: applied"}},
		{"the user's keeps at it", one("p", e5, "disabled"), one("o", `{"not": "fp8_e5m2"}`, "fp8_e5m2"), "fp8_e5m2",
			[]string{"o: applied", "p: blocked, your rule o wants something else for quantization of #1"}},
		{"the user's wants otherwise afterwards", one("p", e4, "disabled"), one("o", none, "fp8_e5m2"), "fp8_e5m2", []string{"o: applied"}},
		{"the user's takes it back", one("p", e4, "disabled"), one("o", none, "fp8_e4m3fn"), "fp8_e4m3fn",
			[]string{"p: blocked, your rule o wants something else for quantization of #1"}},
		{"the user's in a circle", nil, both(one("o", e4, "fp8_e5m2"), one("u", e5, "fp8_e4m3fn")), "", nil},
	}
	const workflow = `{"1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a.safetensors", "base_precision": "bf16", "quantization": "fp8_e4m3fn"}}}`
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			packs, own := fstest.MapFS{}, fstest.MapFS{}
			for name, text := range test.packs {
				packs["test/"+name+".md"] = &fstest.MapFile{Data: []byte(text)}
			}
			for name, text := range test.own {
				own[name+".md"] = &fstest.MapFile{Data: []byte(text)}
			}
			set, err := rules.Load(packs).With(own, "own", "own")
			if err != nil {
				t.Fatal(err)
			}
			result, err := rewrite.Tune([]byte(workflow), &detect.Machine{}, set, rules.Options{})
			if test.want == "" {
				if err == nil || !strings.HasSuffix(err.Error(), "nothing is written: u") {
					t.Errorf("%v, want an error that names the rule", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := gjson.GetBytes(result.Out, "1.inputs.quantization").Str; got != test.want {
				t.Errorf("quantization %s, want %s", got, test.want)
			}
			again, err := rewrite.Tune(result.Out, &detect.Machine{}, set, rules.Options{})
			if err != nil || again.Changed || string(again.Out) != string(result.Out) {
				t.Errorf("a second run: %v, to\n%s", err, again.Out)
			}
			if result.Changed != (string(result.Out) != workflow) || len(result.Parts[0].Changes) > 0 != result.Changed {
				t.Errorf("changed is %v, with %v", result.Changed, result.Parts[0].Changes)
			}
			var told []string
			for _, f := range result.Parts[0].Findings {
				line := f.Rule.ID + ": " + string(f.Fixes[0].State)
				if f.Fixes[0].BlockedBy != "" {
					line += ", " + f.Fixes[0].BlockedBy
				}
				told = append(told, line)
			}
			if diff := cmp.Diff(test.told, told); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
