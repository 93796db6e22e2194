package examples_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/rewrite/examples"
	"github.com/wanfix/wanfix/rules"
)

// page is a rule that wants no quantization, with a place for its examples.
const page = "# mine\n\n```json\n" + `{
  "severity": "warning", "on": "stack", "when": {"loader.quantization": "fp8_e5m2", "software.torch": {">=": "2.10"}},
  "message": "mine", "fix": [{"say": "none", "safety": "lossless", "do": [{"set": {"loader.quantization": "disabled"}}]}]
}
` + "```\n\n"

// shown is an example that comes out as it says; %s is what it says.
const shown = "```json example\n" + `{"given": {"software.torch": "2.10"},
  "1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a_fp16.safetensors", "base_precision": "fp16", "quantization": "fp8_e5m2", "load_device": "offload_device"}}}
` + "```\n```json after %s\n%s\n```\n"

func load(t *testing.T, text string) (*rules.Set, *rules.Rule) {
	t.Helper()
	set := rules.Load(fstest.MapFS{"test/mine.md": {Data: []byte(text)}})
	all, err := set.Rules()
	if err != nil {
		t.Fatal(err)
	}
	return set, all[0]
}

// TestRun runs examples that hold, and others that say something else than what happens.
func TestRun(t *testing.T) {
	const change = `{"1": {"inputs": {"quantization": "disabled"}}}`
	row := func(cells string) string {
		return "\n| in the same workflow | verdict |\n| --- | --- |\n" + cells + "\n"
	}
	tests := []struct{ name, examples, want string }{
		{"holds", fmt.Sprintf(shown, "warning", change), ""},
		{"a row holds", fmt.Sprintf(shown, "warning", change) + row("| `1.quantization = disabled` | silent |"), ""},
		{"a version is no number", fmt.Sprintf(shown, "warning", change) + row("| `software.torch = 2.9` | silent |"), ""},
		{"another severity", fmt.Sprintf(shown, "error", change), "11: the page says error, the rule is warning"},
		{"not silent", fmt.Sprintf(shown, "silent", change), "11: the page says silent, the rule is warning"},
		{"a row that fires", fmt.Sprintf(shown, "warning", change) + row("| `1.base_precision = bf16` | silent |"),
			"20: the page says silent, the rule is warning"},
		{"not known", fmt.Sprintf(shown, "warning", change) + row("| `software.torch = none` | not judged |"), ""},
		{"not known, and not silent", fmt.Sprintf(shown, "warning", change) + row("| `software.torch = none` | silent |"),
			"20: the page says silent, the rule is not judged"},
		{"its fix", fmt.Sprintf(shown, "warning: lossless", change), ""},
		{"another grade", fmt.Sprintf(shown, "warning: rescue", change), "11: the page says warning: rescue, the rule is warning: lossless"},
		{"a fix less", fmt.Sprintf(shown, "warning: lossless, advice", change), "11: the page says warning: lossless, advice, the rule is warning: lossless"},
		{"no fix", fmt.Sprintf(shown, "warning: no fix", change), "11: the page says warning: no fix, the rule is warning: lossless"},
		{"what the fix says", fmt.Sprintf(shown, "warning: lossless (non)", change), ""},
		{"what it does not say", fmt.Sprintf(shown, "warning: lossless (some)", change), "11: the page says warning: lossless (some), the rule is warning: lossless"},
		{"another value", fmt.Sprintf(shown, "warning", strings.ReplaceAll(change, "disabled", "fp8_e4m3fn")),
			`11: 1.inputs.quantization: the page has "fp8_e4m3fn", the result "disabled"`},
		{"no change", fmt.Sprintf(shown, "warning", "{}"), `11: 1.inputs.quantization: the page has "fp8_e5m2", the result "disabled"`},
		{"a node that is not made", fmt.Sprintf(shown, "warning", `{"1": {"inputs": {"quantization": "disabled"}}, "2": {"class_type": "WanVideoTorchCompileSettings", "inputs": {}}}`),
			"11: 2: the page has {\"class_type\":\"WanVideoTorchCompileSettings\",\"inputs\":{}}, the result nothing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set, rule := load(t, page+test.examples)
			all, err := examples.Of(set, rule)
			if err != nil {
				t.Fatal(err)
			}
			var told []string
			for _, e := range all {
				failures, err := e.Run(set, rule)
				if err != nil {
					t.Fatal(err)
				}
				for _, failure := range failures {
					told = append(told, fmt.Sprintf("%d: %s", e.Line, failure))
				}
			}
			if diff := cmp.Diff(test.want, strings.Join(told, "\n")); diff != "" {
				t.Errorf("failures (-want +got):\n%s", diff)
			}
		})
	}
}

// TestUnreadable reads examples that are none.
func TestUnreadable(t *testing.T) {
	after := "```\n```json after silent\n{}\n```\n"
	tests := []struct{ name, examples, want string }{
		{"no JSON", "```json example\n{\n" + after, "test/mine.md:11: unexpected end of JSON input"},
		{"nothing after it", "```json example\n{}\n```\n", "test/mine.md:11: an example is followed by its ```json after VERDICT"},
		{"a given that is a word", "```json example\n{\"given\": \"RTX 3090\"}\n" + after, "test/mine.md:11: given: an object is wanted"},
		{"a card that is a number", "```json example\n{\"given\": {\"gpu\": 3090}}\n" + after, "test/mine.md:11: given: gpu: the name of a card is wanted"},
		{"a fact nobody knows", "```json example\n{\"given\": {\"gpu.smm\": 86}}\n" + after, `test/mine.md:11: given: there is no fact "gpu.smm"`},
		{"a number for a version", "```json example\n{\"given\": {\"software.torch\": 2.9}}\n" + after, "test/mine.md:11: given: software.torch is of type version, and 2.9 is not"},
		{"a file without words", "```json example\n{\"given\": {\"files\": {\"a\": 1}}}\n" + after, `test/mine.md:11: given: files: a: words such as "e4m3fn scaled" are wanted`},
		{"a row with one cell", "```json example\n{}\n" + after + "\n| silent |\n", "test/mine.md:17: a row has two cells, a variation and a verdict"},
		{"a row without a value", "```json example\n{}\n" + after + "\n| gpu | silent |\n", `test/mine.md:17: "gpu": want key = value`},
		{"a row for a fact nobody knows", "```json example\n{}\n" + after + "\n| gpu.smm = 86 | silent |\n", `test/mine.md:17: there is no fact "gpu.smm"`},
		{"a card nobody knows", "```json example\n{\"given\": {\"gpu\": \"RTX 9999\"}}\n" + after, `unknown card "RTX 9999"`},
		{"a class nobody knows", "```json example\n{\"1\": {\"class_type\": \"Nothing\"}}\n" + after, `as the editor saves it: node 1: no pack knows the class "Nothing"`},
		{"a node that is none", "```json example\n{\"1\": 2}\n" + after, `as the editor saves it: node 1: no pack knows the class ""`},
		{"a link to nowhere", "```json example\n" + `{"1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a", "compile_args": ["2", 0]}}}` + "\n" + after, "there is no node 2"},
		{"a link that is none", "```json example\n" + `{"1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a", "compile_args": [1]}}}` + "\n" + after, `a link is ["node", output], this is [1]`},
		{"an output there is not", "```json example\n" + `{"1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a", "compile_args": ["1", -1]}}}` + "\n" + after, "WanVideoModelLoader has no output -1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set, rule := load(t, page+test.examples)
			all, err := examples.Of(set, rule)
			for _, e := range all {
				if _, err = e.Run(set, rule); err != nil {
					break
				}
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}
