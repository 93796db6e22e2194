package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// path writes a stack as the ids on its way: "1 > 2 > 3", "1 > -" without a sampler.
func path(s *rules.Stack) string {
	ids := []string{s.Loader.ID}
	for _, patch := range s.Patches {
		ids = append(ids, patch.ID)
	}
	if s.Sampler == nil {
		return strings.Join(append(ids, "-"), " > ")
	}
	return strings.Join(append(ids, s.Sampler.ID), " > ")
}

func TestLook(t *testing.T) {
	const loader = "1 WanVideoModelLoader model=a.safetensors"
	tests := []struct {
		name   string
		graph  prompt
		modes  map[int]workflows.Mode // given, the workflow is read in UI form
		stacks []string
		others map[string]int
		unread map[string]string
	}{
		{
			name: "a loader, two patches, a sampler",
			graph: graph(loader, "2 WanVideoSetBlockSwap model=#1", "3 WanVideoSetLoRAs model=#2",
				"4 WanVideoSampler model=#3"),
			stacks: []string{"1 > 2 > 3 > 4"},
		},
		{
			name:   "a loader without a sampler",
			graph:  graph(loader),
			stacks: []string{"1 > -"},
		},
		{
			name: "two samplers on one loader, one of them patched",
			graph: graph(loader, "2 WanVideoSampler model=#1", "3 WanVideoSetBlockSwap model=#1",
				"4 WanVideoSampler model=#3"),
			stacks: []string{"1 > 2", "1 > 3 > 4"},
		},
		{
			name:   "an old sampler of another class",
			graph:  graph(loader, "2 WanVideoDiffusionForcingSampler model=#1"),
			stacks: []string{"1 > 2"},
		},
		{
			name: "the patch is bypassed",
			graph: graph(loader, "2 WanVideoSetBlockSwap model=#1", "3 WanVideoSetLoRAs model=#2",
				"4 WanVideoSampler model=#3"),
			modes:  map[int]workflows.Mode{2: workflows.Bypass},
			stacks: []string{"1 > 3 > 4"},
		},
		{
			name:   "the patch is muted",
			graph:  graph(loader, "2 WanVideoSetBlockSwap model=#1", "3 WanVideoSampler model=#2"),
			modes:  map[int]workflows.Mode{2: workflows.Muted},
			stacks: []string{"1 > -"},
			unread: map[string]string{"3": "#2 WanVideoSetBlockSwap is muted"},
		},
		{
			name:  "the loader is muted",
			graph: graph(loader, "2 WanVideoModelLoader model=b.safetensors", "3 WanVideoSampler model=#2"),
			modes: map[int]workflows.Mode{1: workflows.Muted}, stacks: []string{"2 > 3"},
		},
		{
			name:  "the sampler is muted",
			graph: graph(loader, "2 WanVideoSampler model=#1"),
			modes: map[int]workflows.Mode{2: workflows.Muted}, stacks: []string{"1 > -"},
		},
		{
			name:   "an unknown class on the way",
			graph:  graph(loader, "2 SomebodysPatch model=#1", "3 WanVideoSampler model=#2"),
			stacks: []string{"1 > -"},
			unread: map[string]string{"3": "its model comes from #2 SomebodysPatch"},
		},
		{
			name:   "nothing is linked to the sampler, or to the patch on its way",
			graph:  graph("1 WanVideoSampler steps=4", "2 WanVideoSetBlockSwap", "3 WanVideoSampler model=#2"),
			unread: map[string]string{"1": "no model is linked to it", "3": "no model is linked to #2 WanVideoSetBlockSwap"},
		},
		{
			name:   "patches in a circle",
			graph:  graph("1 WanVideoSetBlockSwap model=#2", "2 WanVideoSetLoRAs model=#1", "3 WanVideoSampler model=#2"),
			unread: map[string]string{"3": "its model path runs in a circle"},
		},
		{
			name:   "loaders of other kinds are counted, not judged",
			graph:  graph(loader, "2 UNETLoader", "3 UNETLoader", "4 WanVideoModelLoaderMultiGPU"),
			stacks: []string{"1 > -"},
			others: map[string]int{"UNETLoader": 2, "WanVideoModelLoaderMultiGPU": 1},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			part := parseAPI(t, test.graph)
			if test.modes != nil {
				part = parseUI(t, test.graph, test.modes)
			}
			survey := rules.Look(part)
			var stacks []string
			for _, stack := range survey.Stacks {
				stacks = append(stacks, path(stack))
			}
			unread := map[string]string{}
			for run, why := range survey.Unread {
				unread[run.ID] = why
			}
			for _, pair := range []struct {
				what      string
				want, got any
			}{
				{"stacks", test.stacks, stacks},
				{"others", orEmpty(test.others), survey.Others},
				{"unread", orEmpty(test.unread), unread},
			} {
				if diff := cmp.Diff(pair.want, pair.got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", pair.what, diff)
				}
			}
		})
	}
}

func orEmpty[V any](m map[string]V) map[string]V {
	if m == nil {
		m = map[string]V{}
	}
	return m
}

// TestRoles asks which nodes fill a role, and at which input.
func TestRoles(t *testing.T) {
	const loader = "1 WanVideoModelLoader model=a.safetensors block_swap_args=#7 lora=#4 compile_args=#9"
	chain := []string{"4 WanVideoLoraSelect lora=a prev_lora=#5", "5 WanVideoLoraSelectMulti prev_lora=#6", "6 WanVideoLoraSelect lora=c"}
	tests := []struct {
		name, role string
		graph      []string
		at         string // run.input, "" where nothing fills the role
		runs, open string
	}{
		{"the loader's own", "swap", []string{loader, "7 WanVideoBlockSwap"}, "1.block_swap_args", "7", ""},
		{"a patch overrules it", "swap",
			[]string{loader, "7 WanVideoBlockSwap", "2 WanVideoSetBlockSwap model=#1 block_swap_args=#8", "8 WanVideoBlockSwap", "3 WanVideoSampler model=#2"},
			"2.block_swap_args", "8", ""},
		{"a patch with nothing linked does not", "swap",
			[]string{loader, "7 WanVideoBlockSwap", "2 WanVideoSetBlockSwap model=#1", "3 WanVideoSampler model=#2"},
			"1.block_swap_args", "7", ""},
		{"the last of two patches", "swap",
			[]string{loader, "2 WanVideoSetBlockSwap model=#1 block_swap_args=#8", "3 WanVideoSetBlockSwap model=#2 block_swap_args=#9",
				"7 WanVideoBlockSwap", "8 WanVideoBlockSwap", "9 WanVideoBlockSwap", "10 WanVideoSampler model=#3"},
			"3.block_swap_args", "9", ""},
		{"a patch that adds does not overrule", "lora",
			[]string{loader, "4 WanVideoLoraSelect lora=a", "2 WanVideoSetLoRAs model=#1 lora=#6", "6 WanVideoLoraSelect lora=c", "3 WanVideoSampler model=#2"},
			"1.lora", "4", ""},
		{"a list of three", "lora", append([]string{loader}, chain...), "1.lora", "4 5 6", ""},
		{"a list that goes on unseen", "lora",
			[]string{loader, "4 WanVideoLoraSelect lora=a prev_lora=#5", "5 SomebodysLora"}, "1.lora", "4 5", "it goes on at #5 SomebodysLora"},
		{"a node nobody knows", "compile", []string{loader, "9 SomebodysCompile"}, "1.compile_args", "9", ""},
		{"no such node", "compile", []string{loader}, "1.compile_args", "", ""},
		{"no such role", "bread", []string{loader}, "", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			supply, ok := rules.Look(parseAPI(t, graph(test.graph...))).Stacks[0].Role(test.role)
			at, runs := "", []string{}
			if ok {
				at = supply.At.ID + "." + supply.Input
			}
			for _, run := range supply.Runs {
				runs = append(runs, run.ID)
			}
			if at != test.at || strings.Join(runs, " ") != test.runs || supply.Open != test.open {
				t.Errorf("at %q, runs %q, open %q; want %q, %q, %q", at, runs, supply.Open, test.at, test.runs, test.open)
			}
		})
	}
}

func TestListInACircle(t *testing.T) {
	p := graph("1 WanVideoModelLoader model=a.gguf lora=#2", "2 WanVideoLoraSelect lora=a prev_lora=#3", "3 WanVideoLoraSelect lora=b prev_lora=#2")
	supply, _ := rules.Look(parseAPI(t, p)).Stacks[0].Role("lora")
	if supply.Open != "it runs in a circle" {
		t.Errorf("open: %q", supply.Open)
	}
}

// TestMembers looks for every node that serves a stack, those included that another
// one overrules: whoever changes them changes the stack.
func TestMembers(t *testing.T) {
	p := graph(
		"1 WanVideoModelLoader model=a block_swap_args=#2", "2 WanVideoBlockSwap",
		"3 WanVideoSetBlockSwap model=#1 block_swap_args=#4", "4 WanVideoBlockSwap",
		"5 WanVideoSetLoRAs model=#3 lora=#6", "6 WanVideoLoraSelect lora=a prev_lora=#7", "7 WanVideoLoraSelect lora=b",
		"8 WanVideoSampler model=#5", "9 WanVideoBlockSwap")
	var ids []string
	for _, run := range rules.Look(parseAPI(t, p)).Stacks[0].Members() {
		ids = append(ids, run.ID)
	}
	slices.Sort(ids)
	if diff := cmp.Diff(strings.Fields("1 2 3 4 5 6 7 8"), ids); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
}

// TestInsideSubgraph judges a loader that stands in a subgraph: twice, as ComfyUI
// executes it twice, by the ids that ComfyUI gives.
func TestInsideSubgraph(t *testing.T) {
	part := parse(t, []byte(`{"nodes": [{"id": 12, "type": "abc", "outputs": [{"links": []}]}, {"id": 13, "type": "abc"}], "links": [], "version": 0.4,
		"definitions": {"subgraphs": [{"id": "abc", "name": "load", "nodes": [
			{"id": 5, "type": "WanVideoModelLoader", "inputs": [], "widgets_values": ["a.gguf", "fp16", "fp8_e4m3fn", "offload_device", "sdpa", "default"]}
		], "links": []}]}}`))
	v, err := rules.Builtin().Judge(part, noMachine, rules.Options{Select: []string{"gguf-needs-quantization-disabled"}})
	if err != nil {
		t.Fatal(err)
	}
	var at []string
	for _, f := range v.Findings {
		at = append(at, f.At.ID)
	}
	if diff := cmp.Diff([]string{"12:5", "13:5"}, at); diff != "" {
		t.Errorf("findings at (-want +got):\n%s", diff)
	}
}
