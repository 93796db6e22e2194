package rules_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/wanfix/wanfix/rules"
)

// TestLoadErrors reads pages that are no rules; the error names the page and the line.
func TestLoadErrors(t *testing.T) {
	block := func(rule string) string { return "# a\n\n```json\n" + rule + "\n```\n" }
	tests := []struct{ name, page, want string }{
		{"no block", "# a\n", "test/a.md:2:1: the first block of a rule page is its rule: ```json"},
		{"another block first", "# a\n\n```json example\n{}\n```\n", "test/a.md:3:1: the first block of a rule page is its rule: ```json"},
		{"a block without an end", "# a\n\n```json\n{}\n", "test/a.md:3:1: the block is never closed with ```"},
		{"no JSON", block(`{"severity": }`), `test/a.md:4:14: not JSON: invalid character '}' looking for beginning of value`},
		{"two values", block(`{} {}`), `test/a.md:4:4: not JSON: invalid character '{' after top-level value`},
		{"a member nobody knows", block(ruleJSON(t, `{"wen": {}}`)), `test/a.md:4:55: there is no key "wen"; the nearest is when`},
		{"judged on something else", block(ruleJSON(t, `{"on": "sampler"}`)), `test/a.md:4:28: one of stack, workflow is wanted, this is "sampler"`},
		{"no severity", block(ruleJSON(t, `{"severity": ""}`)), `test/a.md:4:47: one of error, warning, info is wanted, this is ""`},
		{"no condition", block(ruleJSON(t, `{"when": {}}`)), `test/a.md:4:62: at least one test is wanted`},
		{"a bad condition", block(ruleJSON(t, `{"when": {"gpu.sm": {"=": 1}}}`)), `test/a.md:4:73: unknown operator "=", the operators are < <= > >= not any known`},
		{"no message", block(ruleJSON(t, `{"message": ""}`)), `test/a.md:4:12: a text is wanted, this is ""`},
		{"an exception without a severity", block(ruleJSON(t, `{"unless": {"os": "linux"}}`)), `test/a.md:4:1: the key "unsure" is wanted`},
		{"a grade nobody knows", block(ruleJSON(t, fixes("safe", unplug))), `test/a.md:4:47: one of lossless, rescue, unsafe, advice is wanted, this is "safe"`},
		{"advice that does something", block(ruleJSON(t, fixes("advice", unplug))), `test/a.md:4:9: advice does nothing, every other fix does something`},
		{"a fix that does nothing", block(ruleJSON(t, fixes("lossless", unplug, "rescue", ""))), `test/a.md:4:75: advice does nothing, every other fix does something`},
		{"a bad need", block(ruleJSON(t, `{"fix": [{"say": "x", "safety": "advice", "needs": []}]}`)), `test/a.md:4:18: a condition is an object of facts, this is []`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := rules.Load(fstest.MapFS{"test/a.md": {Data: []byte(test.page)}}).Rules()
			if err == nil {
				t.Fatal("no error")
			}
			if err.Error() != test.want {
				t.Errorf("%q\nwant %q", err, test.want)
			}
		})
	}
}

// TestLoad finds pages by their pack and name, comments and CRLF included.
func TestLoad(t *testing.T) {
	page := strings.ReplaceAll("# a\n\n```json\n// why\n"+ruleJSON(t)+"\n```\n", "\n", "\r\n")
	set := rules.Load(fstest.MapFS{
		"mine/a.md": {Data: []byte(page)}, "mine/notes.txt": {Data: []byte("no rule")}, "readme.md": {Data: []byte("no rule")},
	})
	r, ok := set.Rule("a")
	if !ok || r.Pack != "mine" || r.Severity != rules.Error || r.Page != page {
		t.Errorf("found %v, rule %+v", ok, r)
	}
	if all, err := set.Rules(); len(all) != 1 || err != nil {
		t.Errorf("%d rules, %v; want one", len(all), err)
	}
	if r, ok := set.Rule("notes"); ok {
		t.Errorf("found %+v, which is no page", r)
	}
}

// TestCheck reads rules that are well formed and ask or want what cannot be.
func TestCheck(t *testing.T) {
	when := func(cond string) string { return `{"when": ` + cond + `}` }
	tests := []struct{ name, rule, want string }{
		{"text for a whole number", when(`{"gpu.sm": {"<": "8.9"}}`), `4:82: gpu.sm is of type int, it is compared with "8.9"`},
		{"a fraction for a whole number", when(`{"gpu.sm": {"<": 8.9}}`), `4:82: gpu.sm is of type int, it is compared with 8.9`},
		{"a number for text", when(`{"os": 10}`), `4:68: os is of type text, it is compared with 10`},
		{"text for a switch", when(`{"compile.fullgraph": "true"}`), `4:83: compile.fullgraph is of type bool, it is compared with "true"`},
		{"within any", when(`{"any": [{"os": "linux"}, {"swap.blocks": true}]}`), `4:100: swap.blocks is of type int, it is compared with true`},
		{"within not and a list", when(`{"os": {"not": ["linux", 1]}}`), `4:84: os is of type text, it is compared with 1`},
		{"a fact nobody knows", when(`{"gpu.arch": "ampere"}`), `4:63: there is no fact "gpu.arch"; there are gpu.fp16, gpu.free_share, gpu.memory, gpu.name, gpu.sm, gpu.sms, gpu.unified, gpu.vendor`},
		{"a field nobody knows", when(`{"vram.blocks": 1}`), `4:63: there is no fact "vram.blocks"; the nearest are plan.blocks, swap.blocks`},
		{"nothing near", when(`{"weather": "rain"}`), `4:63: there is no fact "weather"`},
		{"a fact of a widget, on a stack", when(`{"widget.refused": true}`), `4:63: widget.refused is asked of a workflow, and the rule is on a stack`},
		{"a fact of a stack, on a workflow", `{"on": "workflow", "when": {"loader.file": "a"}}`, `4:66: loader.file is asked of a stack, and the rule is on a workflow`},
		{"a fact of a stack in a fix on a workflow", `{"on": "workflow", "when": {"widget.refused": true}, "fix": [{"say": "{compile.linked}", "safety": "advice"}]}`, `4:34: compile.linked is asked of a stack, and the rule is on a workflow`},
		{"another thing than the value", `{"on": "workflow", "when": {"widget.refused": true}, "fix": [{"say": "x", "safety": "rescue", "do": [{"set": {"widget.name": 1}}]}]}`, `4:24: a rule on a workflow sets widget.value and nothing else, this is "widget.name"`},
		{"a node's setting, on a workflow", `{"on": "workflow", "when": {"widget.refused": true}, "fix": [{"say": "x", "safety": "rescue", "do": [{"unplug": "compile"}]}]}`, `4:26: a rule on a workflow sets widget.value and nothing else, this is unplug "compile"`},
		{"a value, on a stack", fixes("rescue", `{"set": {"widget.value": 1}}`), `4:24: no node has the field "widget.value"`},
		{"a setting that stacks do not take", when(`{"cache.threshold": 81}`), `4:63: there is no fact "cache.threshold"`},
		{"compared with a fact nobody knows", when(`{"gpu.sm": "{gpu.smm}"}`), `4:72: there is no fact "gpu.smm"; the nearest are gpu.sm, gpu.sms`},
		{"an exception", `{"unless": {"os": 1}, "unsure": "info"}`, `4:70: os is of type text, it is compared with 1`},
		{"a fact in the message", `{"message": "not on {gpu.nam}"}`, `4:12: there is no fact "gpu.nam"; the nearest is gpu.name`},
		{"a message that never ends", `{"message": "not on {gpu.name"}`, `4:12: a { is never closed in "not on {gpu.name"`},
		{"a need", `{"fix": [{"say": "x", "safety": "advice", "needs": {"os": 1}}]}`, `4:24: os is of type text, it is compared with 1`},
		{"a fact in what is said", `{"fix": [{"say": "{x}", "safety": "advice"}]}`, `4:34: there is no fact "x"`},
		{"to unplug what nobody takes", fixes("lossless", `{"unplug": "power"}`), `4:26: no node takes "power"`},
		{"to unplug what no stack has", fixes("lossless", `{"unplug": "controlnet"}`), `4:26: no node takes "controlnet"`},
		{"to set what nobody has", fixes("lossless", `{"set": {"vram.blocks": 1}}`), `4:24: no node has the field "vram.blocks"; the nearest is swap.blocks`},
		{"a value that is not offered", fixes("lossless", `{"set": {"loader.quantization": "fp8"}}`), `4:46: "fp8" is no value that loader.quantization takes`},
		{"a value beyond the limits", fixes("lossless", `{"set": {"swap.blocks": 49}}`), `4:38: 49 is no value that swap.blocks takes`},
		{"a value of another kind", fixes("lossless", `{"set": {"lora.merge": "false"}}`), `4:37: "false" is no value that lora.merge takes`},
		{"no value", fixes("lossless", `{"set": {"loader.file": null}}`), `4:38: null is no value that loader.file takes`},
		{"the value of a fact nobody knows", fixes("lossless", `{"set": {"loader.file": "{twin}"}}`), `4:38: there is no fact "twin"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := pages(map[string]string{"test/a": ruleJSON(t, test.rule)}).Check()
			if err == nil {
				t.Fatal("no error")
			}
			if want := "test/a.md:" + test.want; err.Error() != want {
				t.Errorf("%q\nwant %q", err, want)
			}
		})
	}
}
