package rules_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

var noMachine = &detect.Machine{}

const (
	unplug = `{"unplug": "compile"}`
	plain  = `{"set": {"loader.quantization": "disabled"}}`
	e5m2   = `{"set": {"loader.quantization": "fp8_e5m2"}}`
)

// oneLoader is a workflow that the rule of ruleJSON fires on.
var oneLoader = graph("1 WanVideoModelLoader model=a.safetensors base_precision=fp16 quantization=fp8_e4m3fn compile_args=#2",
	"2 WanVideoTorchCompileSettings backend=inductor mode=default")

func judge(t testing.TB, set *rules.Set, p prompt, o rules.Options) *rules.Verdict {
	t.Helper()
	if err := set.Check(); err != nil {
		t.Fatal(err)
	}
	v, err := set.Judge(parseAPI(t, p), noMachine, o)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestChooseOne lets one rule fire and looks which of its fixes is applied.
func TestChooseOne(t *testing.T) {
	const unsure = `{"unless": {"software.wrapper": {"<": "2025-01-01"}}, "unsure": "error"}`
	const warning = `{"severity": "warning"}`
	const advice = `{"fix": [{"say": "buy a card", "safety": "advice"}]}`
	noUnplug := func(changes []workflows.Change) string {
		if slices.ContainsFunc(changes, func(c workflows.Change) bool { return c.Op == workflows.OpUnplug }) {
			return "the link is glued"
		}
		return ""
	}
	tests := []struct {
		name    string
		rule    []string
		options rules.Options
		want    []string
	}{
		{"the first that is allowed wins", []string{fixes("lossless", unplug, "lossless", plain)}, rules.Options{}, []string{"applied", "offered"}},
		{"lossless after unsafe", []string{fixes("unsafe", plain, "lossless", unplug)}, rules.Options{}, []string{"offered", "applied"}},
		{"unsafe where it is allowed", []string{fixes("unsafe", plain, "lossless", unplug)}, rules.Options{Unsafe: true}, []string{"applied", "offered"}},
		{"lossless on a warning", []string{warning, fixes("lossless", unplug)}, rules.Options{}, []string{"applied"}},
		{"lossless where the exception is not known", []string{unsure, fixes("lossless", unplug)}, rules.Options{}, []string{"applied"}},
		{"rescue on a certain error", []string{fixes("rescue", plain)}, rules.Options{}, []string{"applied"}},
		{"no rescue on a warning", []string{warning, fixes("rescue", plain)}, rules.Options{}, []string{"offered"}},
		{"no rescue where the exception is not known", []string{unsure, fixes("rescue", plain)}, rules.Options{}, []string{"offered"}},
		{"rescue on a warning with unsafe", []string{warning, fixes("rescue", plain)}, rules.Options{Unsafe: true}, []string{"applied"}},
		{"rescue in doubt with unsafe", []string{unsure, fixes("rescue", plain)}, rules.Options{Unsafe: true}, []string{"applied"}},
		{"advice never", []string{advice}, rules.Options{Unsafe: true}, []string{"offered"}},
		{"what cannot be done makes room for the next", []string{fixes("lossless", unplug, "lossless", plain)}, rules.Options{Can: noUnplug},
			[]string{"blocked: the link is glued", "applied"}},
		{"one half that cannot be done blocks the other", []string{fixes("lossless", plain+","+unplug)}, rules.Options{Can: noUnplug},
			[]string{"blocked: the link is glued"}},
		{"a wish for a node that is not there takes all of the fix with it", []string{fixes("lossless", plain+`, {"set": {"swap.blocks": 20}}`, "lossless", unplug)},
			rules.Options{}, []string{"applied"}},
		{"a value of a fact nobody knows as well", []string{fixes("lossless", unplug+`, {"set": {"compile.mode": "{software.wrapper}"}}`)}, rules.Options{}, nil},
		{"what is so already is no fix", []string{fixes("lossless", `{"set": {"compile.mode": "default"}}`, "lossless", unplug)}, rules.Options{}, []string{"applied"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set := pages(map[string]string{"test/a": ruleJSON(t, test.rule...)})
			v := judge(t, set, oneLoader, test.options)
			if len(v.Findings) != 1 {
				t.Fatalf("%d findings, want 1", len(v.Findings))
			}
			if diff := cmp.Diff(test.want, states(v)["a"]); diff != "" {
				t.Errorf("fixes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestChooseBetween lets two rules want something of the same widget.
func TestChooseBetween(t *testing.T) {
	const conflict = "blocked: two rules want different values for quantization of #1"
	tests := []struct {
		name, a, b string
		want       map[string][]string
	}{
		{"the same value", fixes("lossless", plain), fixes("rescue", plain),
			map[string][]string{"a": {"applied"}, "b": {"applied"}}},
		{"different values", fixes("lossless", plain), fixes("lossless", e5m2),
			map[string][]string{"a": {conflict}, "b": {conflict}}},
		{"different values, and another way out", fixes("lossless", plain, "lossless", unplug), fixes("lossless", e5m2),
			map[string][]string{"a": {conflict, "applied"}, "b": {conflict}}},
		{"a wish that is not allowed is in nobody's way", fixes("lossless", plain), fixes("unsafe", e5m2),
			map[string][]string{"a": {"applied"}, "b": {"offered"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set := pages(map[string]string{"test/a": ruleJSON(t, test.a), "test/b": ruleJSON(t, test.b)})
			if diff := cmp.Diff(test.want, states(judge(t, set, oneLoader, rules.Options{}))); diff != "" {
				t.Errorf("fixes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSelectAndIgnore(t *testing.T) {
	tests := []struct {
		name           string
		selects, omits []string
		want           []string
	}{
		{"all", nil, nil, []string{"one", "two", "three"}},
		{"a rule", []string{"two"}, nil, []string{"two"}},
		{"a pack", []string{"first"}, nil, []string{"one", "two"}},
		{"a pack without a rule", []string{"first"}, []string{"one"}, []string{"two"}},
		{"not a pack", nil, []string{"first"}, []string{"three"}},
		{"nothing is called so", []string{"four"}, nil, nil},
	}
	set := pages(map[string]string{
		"first/one": ruleJSON(t), "first/two": ruleJSON(t, `{"message": "two"}`), "second/three": ruleJSON(t),
	})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, f := range judge(t, set, oneLoader, rules.Options{Select: test.selects, Ignore: test.omits}).Findings {
				got = append(got, f.Rule.ID)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
