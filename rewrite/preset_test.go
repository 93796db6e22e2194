package rewrite

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/rules"
)

// compiled is a loader with compile settings, in which %s stands for the file, the attention
// mode and the settings.
const compiled = `{
  "1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "%s", "base_precision": "fp16", "quantization": "disabled",
    "load_device": "offload_device", "attention_mode": "%s", "compile_args": ["2", 0]}},
  "2": {"class_type": "WanVideoTorchCompileSettings", "inputs": {%s}}
}`

// asTier are the settings that the first tier wants and no rule is against.
const asTier = `"backend": "inductor", "fullgraph": true, "mode": "max-autotune-no-cudagraphs", "dynamic": false,
    "dynamo_cache_size_limit": 128, "compile_transformer_blocks_only": true, "dynamo_recompile_limit": 8`

// outcomes tells what became of what a preset wants, by page: the state, who overruled it,
// and what is written.
func outcomes(r *Result) map[string]string {
	told := map[string]string{}
	for _, cell := range r.Parts[0].Preset {
		words := []string{string(cell.State)}
		if cell.By != nil {
			words = append(words, cell.By.Rule.ID)
		}
		for _, c := range cell.Changes {
			words = append(words, "#"+c.Run+"="+c.Value)
		}
		told[cell.Page.ID] = strings.Join(words, " ")
	}
	return told
}

func TestPreset(t *testing.T) {
	tests := []struct {
		name, text, card string
		want             map[string]string
		findings         string // rules that found something about the file itself
	}{
		{"what the rules leave", fmt.Sprintf(compiled, "a_bf16.safetensors", "sdpa", asTier), "4090", map[string]string{
			"backend": "stood", "blocks-only": "overruled whole-model-needs-graph-breaks", "cache-limit": "stood", "dynamic": "stood",
			"fullgraph": "stood", "mode": "overruled autotune-without-cuda-graphs", "recompile-limit": "stood"}, ""},
		{"a rule puts another value in the place", replaced(t, fmt.Sprintf(compiled, "a_bf16.safetensors", "sdpa", asTier), "max-autotune-no-cudagraphs", "default"), "4090", map[string]string{
			"backend": "stood", "blocks-only": "overruled whole-model-needs-graph-breaks", "cache-limit": "stood", "dynamic": "stood",
			"fullgraph": "stood", "mode": `overruled autotune-without-cuda-graphs #2="max-autotune-no-cudagraphs"`, "recompile-limit": "stood"}, ""},
		{"a fact of the file is against a value", replaced(t, fmt.Sprintf(compiled, "a_bf16.safetensors", "flash_attn_2", asTier), "true", "false"), "4090", map[string]string{
			"backend": "stood", "blocks-only": "overruled whole-model-needs-graph-breaks", "cache-limit": "stood", "dynamic": "stood",
			"fullgraph": "overruled fullgraph-meets-a-graph-break", "mode": "overruled autotune-without-cuda-graphs", "recompile-limit": "stood"}, ""},
		{"what the file has is bad by itself", fmt.Sprintf(compiled, "a_bf16.safetensors", "flash_attn_2", asTier), "4090", map[string]string{
			"backend": "stood", "blocks-only": "overruled whole-model-needs-graph-breaks", "cache-limit": "stood", "dynamic": "stood",
			"fullgraph": "overruled fullgraph-meets-a-graph-break", "mode": "overruled autotune-without-cuda-graphs", "recompile-limit": "stood"}, "fullgraph-meets-a-graph-break"},
		{"nothing is set where compile is unplugged", replaced(t, fmt.Sprintf(compiled, "a_fp8_e4m3fn.safetensors", "sdpa", asTier), "128", "64"), "3090", map[string]string{
			"backend": "overruled e4m3fn-needs-sm89-to-compile", "blocks-only": "overruled e4m3fn-needs-sm89-to-compile", "cache-limit": "overruled e4m3fn-needs-sm89-to-compile",
			"dynamic": "overruled e4m3fn-needs-sm89-to-compile", "fullgraph": "overruled e4m3fn-needs-sm89-to-compile", "mode": "overruled e4m3fn-needs-sm89-to-compile",
			"recompile-limit": "overruled e4m3fn-needs-sm89-to-compile"}, "e4m3fn-needs-sm89-to-compile"},
		{"compile is not unplugged for what the preset wants", replaced(t, fmt.Sprintf(compiled, "a_fp8_e4m3fn.safetensors", "sdpa", asTier), `"inductor", "fullgraph": true, "mode": "max-autotune-no-cudagraphs"`, `"cudagraphs", "fullgraph": true, "mode": "default"`), "3090", map[string]string{
			"backend": "overruled e4m3fn-needs-sm89-to-compile", "blocks-only": "overruled whole-model-needs-graph-breaks", "cache-limit": "stood",
			"dynamic": "stood", "fullgraph": "stood", "mode": "overruled cudagraphs-backend-takes-no-mode", "recompile-limit": "stood"}, ""},
		{"no compile settings", replaced(t, fmt.Sprintf(compiled, "a_bf16.safetensors", "sdpa", asTier), `, "compile_args": ["2", 0]`, ""), "4090", map[string]string{
			"compile": "overruled"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := rules.Options{Preset: "tiers"}
			r := tune(t, test.text, test.card, o)
			if diff := cmp.Diff(test.want, outcomes(r)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			var found []string
			for _, f := range r.Parts[0].Findings {
				if f.Severity != rules.Info && f.Rule.ID != "not-enough-blocks-swapped" {
					found = append(found, f.Rule.ID)
				}
			}
			if got := strings.Join(found, " "); got != test.findings {
				t.Errorf("findings: %s, want %s", got, test.findings)
			}
			if again := tune(t, string(r.Out), test.card, o); again.Changed {
				t.Errorf("a second run changed %v", again.Parts[0].Changes)
			}
		})
	}
}

// TestPresetGivesWay has rules of its own above the tiers, whatever the card.
func TestPresetGivesWay(t *testing.T) {
	page := func(when, fix string) string {
		return "# x\n\n```json\n{\"severity\": \"warning\", \"on\": \"stack\", \"message\": \"it is so\", \"when\": " + when + ", \"fix\": [" + fix + "]}\n```\n"
	}
	const advice = `{"say": "another", "safety": "advice"}`
	set := func(field, value string) string {
		return `{"say": "another", "safety": "lossless", "do": [{"set": {"` + field + `": ` + value + `}}]}`
	}
	file := fmt.Sprintf(compiled, "a_bf16.safetensors", "sdpa", `"backend": "inductor", "mode": "default", "dynamo_cache_size_limit": 64`)
	tests := []struct {
		name  string
		pages []string
		want  string // of the cache limit, which the tier wants to be 128
	}{
		{"no rule is against it", nil, "stood #2=128"},
		{"a rule that cannot mend it", []string{page(`{"compile.cache_limit": 128}`, advice)}, "overruled 0"},
		{"a rule that wants another value", []string{page(`{"compile.cache_limit": {">": 100}}`, set("compile.cache_limit", "96"))}, "overruled 0 #2=96"},
		{"a rule against what another rule wants", []string{
			page(`{"compile.cache_limit": {">": 100}}`, set("compile.cache_limit", "96")),
			page(`{"compile.cache_limit": 96}`, advice)}, "overruled 1"},
		{"a rule that mends something else for it", []string{
			page(`{"compile.cache_limit": 128, "loader.base_precision": "fp16"}`, set("loader.base_precision", `"bf16"`))}, "overruled 0"},
		{"a rule that finds the same without it", []string{
			page(`{"loader.base_precision": "fp16"}`, set("loader.base_precision", `"bf16"`))}, "stood #2=128"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder := fstest.MapFS{}
			for i, text := range test.pages {
				folder[fmt.Sprintf("test/%d.md", i)] = &fstest.MapFile{Data: []byte(text)}
			}
			all, o := rules.Load(folder), rules.Options{Preset: "tiers"}
			r, err := Tune([]byte(file), machine(t, "4090"), all, o)
			if err != nil {
				t.Fatal(err)
			}
			if got := outcomes(r)["cache-limit"]; got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
			if again, err := Tune(r.Out, machine(t, "4090"), all, o); err != nil || again.Changed {
				t.Errorf("a second run: %v", err)
			}
		})
	}
}

func TestPresetUnknown(t *testing.T) {
	if _, err := Tune([]byte(fmt.Sprintf(compiled, "a", "sdpa", "")), machine(t, "4090"), rules.Builtin(), rules.Options{Preset: "none"}); err == nil ||
		err.Error() != `there is no preset "none", there are stable, tiers` {
		t.Errorf("%v", err)
	}
}
