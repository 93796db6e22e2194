package rules_test

import (
	"encoding/json"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
)

// giving is a page with a give, which takes the number of blocks from a fact.
const giving = "# giving\n\n```json\n" + `{
  "severity": "warning", "on": "stack",
  "when": {"loader.quantization": "fp8_e4m3fn", "any": [{"swap.linked": false}, {"swap.blocks": {"<": 40}}]},
  "message": "it does not fit on {gpu.name}",
  "fix": [{"say": "swap blocks", "safety": "lossless", "do": [{"give": {"swap": {"blocks": "{software.triton_post}", "prefetch": 1}}}]}]
}
` + "```\n\n```json example\n" + `{
  "given": {"gpu": "RTX 3090", "software.triton_post": 40},
  "1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a.safetensors", "base_precision": "bf16", "quantization": "fp8_e4m3fn", "load_device": "offload_device"}},
  "2": {"class_type": "WanVideoModelLoader", "inputs": {"model": "b.safetensors", "base_precision": "bf16", "quantization": "disabled", "load_device": "offload_device"}}
}
` + "```\n```json after warning\n" + `{
  "1": {"inputs": {"block_swap_args": ["3", 0]}},
  "3": {"class_type": "WanVideoBlockSwap", "inputs": {"blocks_to_swap": 40, "offload_img_emb": false, "offload_txt_emb": false, "use_non_blocking": false,
        "vace_blocks_to_swap": 0, "prefetch_blocks": 1, "block_swap_debug": false}}
}
` + "```\n\n| in the same workflow | verdict |\n| --- | --- |\n| `1.quantization = disabled` | silent |\n\n```json example\n" + `{
  "given": {"gpu": "RTX 3090", "software.triton_post": 40},
  "1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a.safetensors", "base_precision": "bf16", "quantization": "fp8_e4m3fn", "load_device": "offload_device", "block_swap_args": ["3", 0]}},
  "2": {"class_type": "WanVideoModelLoader", "inputs": {"model": "b.safetensors", "base_precision": "bf16", "quantization": "disabled", "load_device": "offload_device", "block_swap_args": ["3", 0]}},
  "3": {"class_type": "WanVideoBlockSwap", "inputs": {"blocks_to_swap": 20, "offload_img_emb": true, "offload_txt_emb": false, "prefetch_blocks": 0}}
}
` + "```\n```json after warning\n" + `{
  "1": {"inputs": {"block_swap_args": ["4", 0]}},
  "4": {"class_type": "WanVideoBlockSwap", "inputs": {"blocks_to_swap": 40, "offload_img_emb": true, "offload_txt_emb": false, "prefetch_blocks": 1}}
}
` + "```\n\n```json example\n" + `{
  "given": {"gpu": "RTX 3090", "software.triton_post": 40},
  "1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a.safetensors", "base_precision": "bf16", "quantization": "fp8_e4m3fn", "load_device": "offload_device", "block_swap_args": ["3", 0]}},
  "3": {"class_type": "WanVideoBlockSwap", "inputs": {"blocks_to_swap": 20, "offload_img_emb": true, "offload_txt_emb": false, "prefetch_blocks": 0}}
}
` + "```\n```json after warning\n" + `{"3": {"inputs": {"blocks_to_swap": 40, "prefetch_blocks": 1}}}` + "\n```\n"

// TestGiving runs the examples of a page with a give, in both forms.
func TestGiving(t *testing.T) {
	set := rules.Load(fstest.MapFS{"test/giving.md": &fstest.MapFile{Data: []byte(giving)}})
	if err := set.Check(); err != nil {
		t.Fatal(err)
	}
	all, err := set.Rules()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range examplesOf(t, set, all[0]) {
		runExample(t, set, all[0], e)
	}
}

// TestGiveIsChecked loads wishes that no node could fulfil.
func TestGiveIsChecked(t *testing.T) {
	tests := []struct{ give, want string }{
		{`{"swap": {"blocks": 20}}`, ``},
		{`{"compile": {"mode": "max-autotune", "dynamic": true}}`, ``},
		{`{"swap": {"blocks": "{gpu.sm}"}}`, ``},
		{`{"swap": 20}`, `test/a.md:4:32: an object is wanted, this is 20`},
		{`{"swop": {"blocks": 20}}`, `test/a.md:4:25: no node takes "swop"; the nearest is swap`},
		{`{"swap": {"blogs": 20}}`, `test/a.md:4:33: no node has the field "swap.blogs"; the nearest is swap.blocks`},
		{`{"swap": {"blocks": "many"}}`, `test/a.md:4:42: "many" is no value that swap.blocks takes`},
		{`{"swap": {"blocks": 4000}}`, `test/a.md:4:42: 4000 is no value that swap.blocks takes`},
		{`{"swap": {"blocks": "{plan.blogs}"}}`, `test/a.md:4:42: there is no fact "plan.blogs"; the nearest is plan.blocks`},
	}
	for _, test := range tests {
		err := pages(map[string]string{"test/a": ruleJSON(t, fixes("lossless", `{"give": `+test.give+`}`))}).Check()
		if test.want == "" && err != nil || test.want != "" && (err == nil || err.Error() != test.want) {
			t.Errorf("%s: %v, want %q", test.give, err, test.want)
		}
	}
}

// TestChooseGives lets rules want things of one input, and of one node.
func TestChooseGives(t *testing.T) {
	const (
		twenty = `{"give": {"compile": {"mode": "reduce-overhead"}}}`
		thirty = `{"give": {"compile": {"mode": "max-autotune"}}}`
		same   = `{"set": {"compile.mode": "max-autotune"}}`
	)
	const conflict = "blocked: two rules want different values for compile_args of #1"
	tests := []struct {
		name, a, b string
		want       map[string][]string
	}{
		{"the same", twenty, twenty, map[string][]string{"a": {"applied"}, "b": {"applied"}}},
		{"different values", twenty, thirty, map[string][]string{"a": {conflict}, "b": {conflict}}},
		{"a give and an unplug", twenty, unplug, map[string][]string{"a": {conflict}, "b": {conflict}}},
		{"a give and a set of the node", twenty, same, map[string][]string{"a": {"applied"}, "b": {"blocked: mode of #2 WanVideoTorchCompileSettings: two changes want different values of it"}}},
		{"what is so already", `{"give": {"compile": {"mode": "default"}}}`, `{"give": {"compile": {"mode": "default", "backend": "inductor"}}}`, map[string][]string{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set := pages(map[string]string{"test/a": ruleJSON(t, fixes("lossless", test.a)), "test/b": ruleJSON(t, fixes("lossless", test.b))})
			text, err := json.Marshal(oneLoader)
			if err != nil {
				t.Fatal(err)
			}
			r, err := rewrite.Tune(text, noMachine, set, rules.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := states(&rules.Verdict{Findings: r.Parts[0].Findings})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("fixes (-want +got):\n%s", diff)
			}
		})
	}
}
