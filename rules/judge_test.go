package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/detect/software"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// TestUnjudged asks which facts kept rules silent, and why they are not known.
func TestUnjudged(t *testing.T) {
	const noCard = "no card is known: say --gpu"
	const (
		compiled = "e4m3fn-needs-sm89-to-compile"
		fast     = "fp8-matmul-needs-sm89"
		ggufOnly = "gguf-needs-quantization-disabled"
		merge    = "gguf-cannot-merge-loras"
		dropped  = "quantization-no-longer-offered"
	)
	tests := []struct {
		name  string
		rules []string
		graph prompt
		want  map[string]rules.Gap
	}{
		{"no card", []string{compiled, fast, merge},
			graph("1 WanVideoModelLoader model=a_e4m3fn.safetensors quantization=fp8_e4m3fn_fast compile_args=#2", "2 WanVideoTorchCompileSettings backend=inductor"),
			map[string]rules.Gap{"gpu.sm": {Rules: []string{compiled, fast}, Why: noCard}}},
		{"a card would not matter", []string{compiled, fast},
			graph("1 WanVideoModelLoader model=a_e4m3fn.safetensors quantization=disabled"), map[string]rules.Gap{}},
		{"a list that goes on unseen", []string{merge, ggufOnly},
			graph("1 WanVideoModelLoader model=a.gguf quantization=disabled lora=#2", "2 WanVideoLoraSelect lora=a merge_loras=false prev_lora=#3", "3 SomebodysLora"),
			map[string]rules.Gap{"lora.merge": {Rules: []string{merge}, Why: "the lora list is not wholly known: it goes on at #3 SomebodysLora"}}},
		{"a name that does not tell", []string{ggufOnly, merge},
			graph("1 WanVideoModelLoader model=wan.bin quantization=fp8_e4m3fn"),
			map[string]rules.Gap{"weights.container": {Rules: []string{ggufOnly}, Why: "the name does not tell what kind of file wan.bin is"}}},
		{"a value that another node computes", []string{dropped, ggufOnly},
			graph("1 WanVideoModelLoader model=a.gguf quantization=#2", "2 SomebodysChoice"),
			map[string]rules.Gap{
				"loader.quantization":        {Rules: []string{ggufOnly}, Why: "#1 WanVideoModelLoader · quantization: #2 SomebodysChoice computes it"},
				"loader.former_quantization": {Rules: []string{dropped}, Why: "#1 WanVideoModelLoader · quantization: #2 SomebodysChoice computes it"},
			}},
		{"two that only inform, and one that does more", []string{"first-run-of-a-size-takes-more-memory", "mixed-file-becomes-all-fp8", "block-swap-needs-cuda"},
			graph("1 WanVideoModelLoader model=a_e4m3fn.safetensors quantization=disabled compile_args=#2 block_swap_args=#3", "2 WanVideoTorchCompileSettings backend=inductor", "3 WanVideoBlockSwap blocks_to_swap=20"),
			map[string]rules.Gap{
				"os":                   {Rules: []string{"block-swap-needs-cuda"}, Infos: []string{"first-run-of-a-size-takes-more-memory"}, Why: "the installed os is not known: say --assume os=…"},
				"software.torch_build": {Rules: []string{"block-swap-needs-cuda"}, Why: "the installed torch_build is not known: say --assume torch_build=…"},
				"weights.mixed":        {Infos: []string{"mixed-file-becomes-all-fp8"}, Why: "the file has not been read, and its name does not tell what else is in it: say --comfy or --models"},
				"weights.scaled":       {Infos: []string{"mixed-file-becomes-all-fp8"}, Why: "the file has not been read, and its name does not tell whether it is scaled: say --comfy or --models"},
			}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := judge(t, rules.Builtin(), test.graph, rules.Options{Select: test.rules})
			if diff := cmp.Diff(test.want, v.Unjudged); diff != "" {
				t.Errorf("unjudged (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNothingToJudge finds neither loader nor sampler, and does not even read rules.
func TestNothingToJudge(t *testing.T) {
	broken := pages(map[string]string{"test/a": "{"})
	v, err := broken.Judge(parseAPI(t, graph("1 UNETLoader")), noMachine, rules.Options{})
	if err != nil || len(v.Findings) != 0 || v.Others["UNETLoader"] != 1 {
		t.Errorf("%+v, %v", v, err)
	}
	if _, err := broken.Judge(parseAPI(t, oneLoader), noMachine, rules.Options{}); err == nil {
		t.Error("no error for a rule that cannot be read")
	}
}

// TestOneFinding merges what two samplers on one loader say, and not what two loaders say.
func TestOneFinding(t *testing.T) {
	samplers := graph("1 WanVideoModelLoader model=a.gguf quantization=fp8_e5m2", "2 WanVideoSampler model=#1", "3 WanVideoSampler model=#1")
	loaders := graph("1 WanVideoModelLoader model=a.gguf quantization=fp8_e5m2", "2 WanVideoModelLoader model=a.gguf quantization=fp8_e5m2")
	for _, test := range []struct {
		name  string
		graph prompt
		want  []string
	}{
		{"two samplers", samplers, []string{"#1 for 2 stacks"}},
		{"two loaders", loaders, []string{"#1 for 1 stacks", "#2 for 1 stacks"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, f := range judge(t, rules.Builtin(), test.graph, rules.Options{}).Findings {
				got = append(got, fmt.Sprintf("#%s for %d stacks", f.At.ID, len(f.Stacks)))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDoubt tells what would have to be known to be certain, and nothing beside it.
func TestDoubt(t *testing.T) {
	p := graph("1 WanVideoModelLoader model=a_bf16.safetensors quantization=torchao_int8")
	v := judge(t, rules.Builtin(), p, rules.Options{})
	if len(v.Findings) != 1 {
		t.Fatalf("%d findings, want 1", len(v.Findings))
	}
	f := v.Findings[0]
	var doubt []string
	for _, trace := range f.Doubt {
		doubt = append(doubt, trace.Fact+" "+trace.Wanted)
	}
	want := []string{"software.wrapper < 2025-02-26", "software.wrapper < 2025-05-23"}
	if diff := cmp.Diff(want, doubt); diff != "" || f.Certain {
		t.Errorf("certain: %v, doubt (-want +got):\n%s", f.Certain, diff)
	}
}

// TestVRAMManagement keeps the wrapper from compiling, so that nothing of the compile
// settings can do harm.
func TestVRAMManagement(t *testing.T) {
	const loader = "1 WanVideoModelLoader model=a_e4m3fn.safetensors base_precision=fp16 quantization=disabled compile_args=#2"
	settings := "2 WanVideoTorchCompileSettings backend=inductor mode=reduce-overhead fullgraph=true compile_transformer_blocks_only=false"
	o := rules.Options{Select: []string{"e4m3fn-needs-sm89-to-compile", "cuda-graphs-do-not-fit-the-blocks", "whole-model-needs-graph-breaks"}}
	set := rules.Builtin().Assume(map[string]any{"gpu.vendor": "nvidia", "gpu.sm": 86.0}, "assumed")
	if v := judge(t, set, graph(loader, settings), o); len(v.Findings) != 3 {
		t.Errorf("%d findings without VRAM management, want 3", len(v.Findings))
	}
	if v := judge(t, set, graph(loader+" vram_management_args=#3", settings, "3 WanVideoVRAMManagement"), o); len(v.Findings) != 0 {
		t.Errorf("%d findings with VRAM management, want none", len(v.Findings))
	}
}

func TestMessages(t *testing.T) {
	card, err := gpu.Parse("3090")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ message, want string }{
		{"{loader.quantization} on {gpu.name}, sm_{gpu.sm}", "fp8_e4m3fn on NVIDIA GeForce RTX 3090, sm_86"},
		{"{gpu.memory} of memory", "24 GiB of memory"},
		{"{swap.blocks} blocks", "unknown blocks"},
		{"{compile.fullgraph}", "false"},
		{"the wrapper of {software.wrapper}", "the wrapper of some day from 2025-10-19 to 2025-10-30"},
		{"nothing to fill in", "nothing to fill in"},
	}
	part := parseUI(t, oneLoader, map[int]workflows.Mode{})
	machine := &detect.Machine{GPU: &card, Software: software.Versions{"wrapper_version": {Value: "1.3.7", Source: "a test"}}}
	for _, test := range tests {
		t.Run(test.message, func(t *testing.T) {
			set := pages(map[string]string{"test/a": ruleJSON(t, fmt.Sprintf(`{"message": %q}`, test.message))})
			v, err := set.Judge(part, machine, rules.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := v.Findings[0].Message; got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestSort(t *testing.T) {
	finding := func(s rules.Severity, message string) *rules.Finding {
		return &rules.Finding{Severity: s, Message: message}
	}
	list := []*rules.Finding{finding(rules.Info, "a"), finding(rules.Error, "b"), finding(rules.Warning, "c"), finding(rules.Error, "d")}
	rules.Sort(list)
	got := ""
	for _, f := range list {
		got += f.Message
	}
	if got != "bdca" {
		t.Errorf("sorted as %s, want bdca", got)
	}
}

// TestPlannedLast asks rules about the planner's answer only once the others want nothing.
func TestPlannedLast(t *testing.T) {
	set := pages(map[string]string{
		"test/a": ruleJSON(t, `{"when": {"plan.action": {"known": true}}}`),
		"test/b": ruleJSON(t, fixes("lossless", `{"set": {"loader.quantization": "disabled"}}`)),
	}).Assume(map[string]any{"plan.action": "keep"}, "test")
	for _, tt := range []struct{ quantization, want string }{{"fp8_e4m3fn", "b"}, {"disabled", "a"}} {
		v, err := set.Judge(parseAPI(t, graph("1 WanVideoModelLoader model=m.safetensors quantization="+tt.quantization)), &detect.Machine{}, rules.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Findings) != 1 || v.Findings[0].Rule.ID != tt.want {
			t.Errorf("%s: %d findings, want that of %s alone", tt.quantization, len(v.Findings), tt.want)
		}
	}
}

// TestNobodyMisses judges a loader that no sampler uses: what a sampler or a VAE would say is
// not missed, other than what is installed.
func TestNobodyMisses(t *testing.T) {
	card, err := gpu.Parse("2080 Ti")
	if err != nil {
		t.Fatal(err)
	}
	part := parseAPI(t, graph("1 WanVideoModelLoader model=Wan2_1-T2V-14B_fp8_e4m3fn_scaled_KJ.safetensors quantization=disabled base_precision=bf16 compile_args=#2", "2 WanVideoTorchCompileSettings backend=inductor"))
	v, err := rules.Builtin().Judge(part, &detect.Machine{GPU: &card}, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for fact := range v.Unjudged {
		switch of, _, _ := strings.Cut(fact, "."); of {
		case "sampler", "vae", "decode", "embeds", "size", "text":
			t.Errorf("%s is missed: %s", fact, v.Unjudged[fact].Why)
		}
	}
	if _, missed := v.Unjudged["software.triton"]; !missed {
		t.Errorf("what is installed is not missed: %v", v.Unjudged)
	}
}
