package rules_test

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// TestSharedLoras lets a GGUF loader want its LoRAs unmerged: a rescue, which must
// not reach any model that can merge. Where it would, the loader gets a chain of its own.
func TestSharedLoras(t *testing.T) {
	const (
		gguf  = "1 WanVideoModelLoader model=high.gguf quantization=disabled lora=#3"
		fp8   = "2 WanVideoModelLoader model=low_fp8_e4m3fn.safetensors lora=#3"
		head  = "3 WanVideoLoraSelect lora=a merge_loras=true prev_lora=#4"
		tail  = "4 WanVideoLoraSelect lora=b merge_loras=true"
		other = "blocked: #3 WanVideoLoraSelect also serves #2 WanVideoModelLoader, which would change with it"
	)
	tests := []struct {
		name  string
		graph prompt
		want  []string
	}{
		{"nobody else", graph(gguf, head, tail), []string{"applied", "offered"}},
		{"a loader that can merge", graph(gguf, fp8, head, tail), []string{other, "applied"}},
		{"a loader that cannot either", graph(gguf, "2 WanVideoModelLoader model=low.gguf lora=#3", head, tail), []string{"applied", "offered"}},
		{"only the tail is shared", graph(gguf, "2 WanVideoModelLoader model=low.safetensors lora=#4", head, tail),
			[]string{"blocked: #4 WanVideoLoraSelect also serves #2 WanVideoModelLoader, which would change with it", "applied"}},
		{"the shared part is unmerged already", graph(gguf, "2 WanVideoModelLoader model=low.safetensors lora=#4", head, "4 WanVideoLoraSelect lora=b merge_loras=false"),
			[]string{"applied", "offered"}},
		{"a patch on another loader", graph(gguf, "2 WanVideoModelLoader model=low.safetensors", "5 WanVideoSetLoRAs model=#2 lora=#3", "6 WanVideoSampler model=#5", head, tail),
			[]string{other, "applied"}},
		{"a loader that is not judged", graph(gguf, "2 WanVideoModelLoaderMultiGPU lora=#3", head, tail),
			[]string{"blocked: #3 WanVideoLoraSelect also serves #2 WanVideoModelLoaderMultiGPU, which would change with it", "applied"}},
		{"a node nobody knows", graph(gguf, "2 SomebodysLoader loras=#4", head, tail),
			[]string{"blocked: #4 WanVideoLoraSelect also serves #2 SomebodysLoader, which would change with it", "applied"}},
		{"a node nobody knows, through a reroute", graph(gguf, "2 SomebodysLoader loras=#5", "5 Reroute any=#3", head, tail),
			[]string{"blocked: #3 WanVideoLoraSelect also serves #2 SomebodysLoader, which would change with it", "applied"}},
		{"a reroute that leads nowhere", graph(gguf, "5 Reroute any=#3", head, tail), []string{"applied", "offered"}},
		{"a list that leads nowhere", graph(gguf, "5 WanVideoLoraSelect lora=c prev_lora=#3", head, tail), []string{"applied", "offered"}},
		{"what is behind the loader", graph(gguf, "2 SomebodysSampler model=#1", head, tail), []string{"applied", "offered"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := judge(t, rules.Builtin(), test.graph, rules.Options{Select: []string{"gguf-cannot-merge-loras"}})
			if diff := cmp.Diff(test.want, states(v)["gguf-cannot-merge-loras"]); diff != "" {
				t.Errorf("fixes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMutedNeighbour takes away the harm by muting the loader that could be harmed.
func TestMutedNeighbour(t *testing.T) {
	p := graph("1 WanVideoModelLoader model=high.gguf quantization=disabled lora=#3", "2 WanVideoModelLoader model=low.safetensors lora=#3",
		"3 WanVideoLoraSelect lora=a merge_loras=true")
	for _, test := range []struct {
		name string
		mode workflows.Mode
		want []string
	}{
		{"awake", workflows.Always, []string{"blocked: #3 WanVideoLoraSelect also serves #2 WanVideoModelLoader, which would change with it", "applied"}},
		{"muted", workflows.Muted, []string{"applied", "offered"}},
		{"bypassed", workflows.Bypass, []string{"applied", "offered"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			part := parseUI(t, p, map[int]workflows.Mode{2: test.mode})
			v, err := rules.Builtin().Judge(part, noMachine, rules.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, states(v)["gguf-cannot-merge-loras"]); diff != "" {
				t.Errorf("fixes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLorasIntoSubgraph has the LoRAs outside and the loader inside a subgraph, whose
// instance only passes them on.
func TestLorasIntoSubgraph(t *testing.T) {
	part := parse(t, []byte(`{"nodes": [
			{"id": 3, "type": "WanVideoLoraSelect", "outputs": [{"type": "WANVIDLORA", "links": [1]}], "widgets_values": ["a", 1, false, true]},
			{"id": 12, "type": "abc", "inputs": [{"name": "loras", "type": "WANVIDLORA", "link": 1}]}],
		"links": [[1, 3, 0, 12, 0, "WANVIDLORA"]], "version": 0.4,
		"definitions": {"subgraphs": [{"id": "abc", "name": "load", "inputNode": {"id": -10}, "outputNode": {"id": -20},
			"inputs": [{"name": "loras", "type": "WANVIDLORA", "linkIds": [7]}],
			"nodes": [{"id": 5, "type": "WanVideoModelLoader", "inputs": [{"name": "lora", "type": "WANVIDLORA", "link": 7}],
				"widgets_values": ["a.gguf", "fp16", "disabled", "offload_device", "sdpa", "default"]}],
			"links": [{"id": 7, "origin_id": -10, "origin_slot": 0, "target_id": 5, "target_slot": 0, "type": "WANVIDLORA"}]}]}}`))
	v, err := rules.Builtin().Judge(part, noMachine, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"applied", "offered"}, states(v)["gguf-cannot-merge-loras"]); diff != "" {
		t.Errorf("fixes (-want +got):\n%s", diff)
	}
}

// TestBehindTheLoader changes the loader itself: who uses its model cannot do without.
func TestBehindTheLoader(t *testing.T) {
	set := pages(map[string]string{"test/a": ruleJSON(t, fixes("rescue", plain))})
	p := maps.Clone(oneLoader)
	p["9"] = graph("9 SomebodysSampler model=#1")["9"]
	if diff := cmp.Diff([]string{"applied"}, states(judge(t, set, p, rules.Options{}))["a"]); diff != "" {
		t.Errorf("fixes (-want +got):\n%s", diff)
	}
}

// TestSharedSettings lets one of two loaders want other compile settings: lossless,
// so that the other may get them too.
func TestSharedSettings(t *testing.T) {
	p := graph("1 WanVideoModelLoader model=a compile_args=#3", "2 WanVideoModelLoader model=b compile_args=#3 vram_management_args=#4",
		"3 WanVideoTorchCompileSettings backend=inductor fullgraph=true compile_transformer_blocks_only=false", "4 WanVideoVRAMManagement")
	v := judge(t, rules.Builtin(), p, rules.Options{Select: []string{"whole-model-needs-graph-breaks"}})
	if len(v.Findings) != 1 || len(v.Findings[0].Stacks) != 1 {
		t.Fatalf("%d findings, want one, of the first loader alone", len(v.Findings))
	}
	want := []workflows.Change{{Op: workflows.OpSet, Run: "3", Name: "compile_transformer_blocks_only", Value: "true"}}
	if diff := cmp.Diff(want, v.Findings[0].Wanted()); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

// TestListThatGoesOnUnseen wants nothing done by halves.
func TestListThatGoesOnUnseen(t *testing.T) {
	p := graph("1 WanVideoModelLoader model=a.gguf lora=#2", "2 WanVideoLoraSelect lora=a merge_loras=true prev_lora=#3", "3 SomebodysLora")
	v := judge(t, rules.Builtin(), p, rules.Options{Select: []string{"gguf-cannot-merge-loras"}})
	if len(v.Findings) != 1 || len(v.Findings[0].Fixes) != 0 {
		t.Errorf("%d findings with %v, want one without a fix", len(v.Findings), states(v))
	}
}
