package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// installed are definitions of node classes, by name.
type installed map[string]string

func (n installed) Definition(class string) (string, bool) { text, ok := n[class]; return text, ok }
func (n installed) Source() string                         { return "the object_info of test.json" }
func (n installed) Trouble() string                        { return "" }

// oldWrapper is a ComfyUI of spring 2025.
var oldWrapper = installed{
	"WanVideoModelLoader": `{"input": {"required": {"model": [["a.safetensors"]], "base_precision": [["fp32", "bf16", "fp16"], {"default": "bf16"}],
		"quantization": [["disabled", "fp8_e4m3fn", "torchao_fp8dq"], {"default": "disabled"}], "load_device": [["main_device", "offload_device"], {"default": "main_device"}]},
		"optional": {"attention_mode": [["sdpa", "spargeattn"], {"default": "sdpa"}], "compile_args": ["WANCOMPILEARGS"], "block_swap_args": ["BLOCKSWAPARGS"]}}, "output": ["WANVIDEOMODEL"], "output_name": ["model"]}`,
	"WanVideoBlockSwap": `{"input": {"required": {"blocks_to_swap": ["INT", {"default": 10, "min": 0, "max": 30}], "offload_img_emb": ["BOOLEAN", {"default": false}],
		"offload_txt_emb": ["BOOLEAN", {"default": false}]}}, "output": ["BLOCKSWAPARGS"], "output_name": ["block_swap_args"]}`,
	"Somebody's": `{"input": {"required": {"count": ["INT", {"default": 3, "min": 1, "max": 9}], "mode": [["a", "b"]]}}, "output": [], "output_node": true}`,
}

func on(t testing.TB, card string, nodes detect.Nodes) *detect.Machine {
	t.Helper()
	m := &detect.Machine{Nodes: nodes}
	if card != "" {
		g, err := gpu.Parse(card)
		if err != nil {
			t.Fatal(err)
		}
		m.GPU, m.Source = &g, "--gpu "+card
	}
	return m
}

// told writes findings as "severity message; first fix, state".
func told(findings []*rules.Finding) (all []string) {
	for _, f := range findings {
		text := string(f.Severity) + " " + f.Message
		if len(f.Fixes) > 0 {
			text += "; " + string(f.Fixes[0].Safety) + " " + string(f.Fixes[0].State)
		}
		all = append(all, text)
	}
	return all
}

func tune(t testing.TB, machine *detect.Machine, text string, rule ...string) *rewrite.Result {
	t.Helper()
	result, err := rewrite.Tune([]byte(text), machine, rules.Builtin(), rules.Options{Select: rule})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// What the installed loader offers counts before what is known of wrappers.
func TestOffered(t *testing.T) {
	loader := func(quantization, attention string) string {
		return `{"1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a_bf16.safetensors", "base_precision": "bf16", "quantization": "` + quantization + `", "load_device": "offload_device", "attention_mode": "` + attention + `"}}}`
	}
	newer := installed{"WanVideoModelLoader": strings.NewReplacer(`"torchao_fp8dq"`, `"fp8_e4m3fn_scaled"`, `"spargeattn"`, `"sageattn"`).Replace(oldWrapper["WanVideoModelLoader"])}
	tests := []struct {
		name, text, rule string
		nodes            detect.Nodes
		want             []string
		why              string
	}{
		{"nobody knows", loader("torchao_fp8dq", "sdpa"), "quantization-no-longer-offered", nil,
			[]string{"warning quantization torchao_fp8dq is not in the list of the loader: ComfyUI refuses the workflow; rescue offered"}, "loader.former_quantization is true"},
		{"offered", loader("torchao_fp8dq", "sdpa"), "quantization-no-longer-offered", oldWrapper, nil, ""},
		{"no longer", loader("torchao_fp8dq", "sdpa"), "quantization-no-longer-offered", newer,
			[]string{"error quantization torchao_fp8dq is not in the list of the loader: ComfyUI refuses the workflow; rescue applied"}, "loader.offers_quantization is false (the object_info of test.json)"},
		{"not yet", loader("fp8_e4m3fn_scaled", "sdpa"), "quantization-no-longer-offered", oldWrapper,
			[]string{"error quantization fp8_e4m3fn_scaled is not in the list of the loader: ComfyUI refuses the workflow; advice offered"}, "loader.offers_quantization is false (the object_info of test.json)"},
		{"attention offered", loader("disabled", "spargeattn"), "attention-no-longer-offered", oldWrapper, nil, ""},
		{"attention not yet", loader("disabled", "sageattn"), "attention-no-longer-offered", oldWrapper,
			[]string{"error attention_mode sageattn is not in the list of the loader: ComfyUI refuses the workflow; rescue applied"}, "loader.offers_attention is false (the object_info of test.json)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			findings := tune(t, on(t, "", tt.nodes), tt.text, tt.rule).Parts[0].Findings
			if diff := cmp.Diff(tt.want, told(findings)); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			var why []string
			for _, f := range findings {
				for _, trace := range f.Why {
					why = append(why, trace.Fact+" is "+trace.Found.String()+" ("+trace.Found.Source+")")
				}
			}
			if got := strings.Join(why, ", "); !strings.HasPrefix(got, tt.why) {
				t.Errorf("why %q, want %q", got, tt.why)
			}
		})
	}
}

// A fix writes only what the installed node takes: no more blocks than it allows, and no
// widget that it does not have.
func TestInstalledLimits(t *testing.T) {
	const text = `{"1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "Wan2_1-T2V-14B_fp8_e4m3fn_scaled_KJ.safetensors", "base_precision": "bf16", "quantization": "disabled", "load_device": "offload_device", "block_swap_args": ["2", 0]}},
		"2": {"class_type": "WanVideoBlockSwap", "inputs": {"blocks_to_swap": 0, "offload_img_emb": false, "offload_txt_emb": false}},
		"3": {"class_type": "WanVideoEmptyEmbeds", "inputs": {"width": 832, "height": 480, "num_frames": 81}},
		"4": {"class_type": "WanVideoSampler", "inputs": {"model": ["1", 0], "image_embeds": ["3", 0], "steps": 30, "cfg": 6.0, "shift": 5.0, "seed": 1, "force_offload": true, "scheduler": "unipc", "riflex_freq_index": 0}}}`
	blocks := func(nodes detect.Nodes) (blocks string, others []string) {
		result := tune(t, on(t, "sm_89:12GiB", nodes), text, "not-enough-blocks-swapped")
		file, err := workflows.Parse(result.Out, rules.BuiltinNodes())
		if err != nil {
			t.Fatal(err)
		}
		home := file.Parts[0].Root.Home("2")
		for _, in := range home.Inputs() {
			others = append(others, in.Name)
		}
		return home.Written("blocks_to_swap").Raw, others
	}
	free, _ := blocks(nil)
	limited, widgets := blocks(oldWrapper)
	if free == "" || free <= "30" || limited != "30" {
		t.Errorf("%s blocks, and %s where 30 are allowed", free, limited)
	}
	if !slices.Equal(widgets, []string{"blocks_to_swap", "offload_img_emb", "offload_txt_emb"}) {
		t.Errorf("it was given %v", widgets)
	}
}

// TestMisfits judges the values of whatever class is known.
func TestMisfits(t *testing.T) {
	sampler := func(last string) string {
		return `{"nodes": [{"id": 1, "type": "WanVideoSampler", "outputs": [{"name": "samples", "type": "LATENT", "links": [7]}], "properties": {},
			"widgets_values": [30, 6, 5, 1, "fixed", true, "unipc", 0, 1, false, "comfy"` + last + `]},
			{"id": 2, "type": "WanVideoDecode", "inputs": [{"name": "samples", "type": "LATENT", "link": 7}]}], "links": [[7, 1, 0, 2, 0, "LATENT"]], "version": 0.4}`
	}
	const twice = `{"nodes": [{"id": 3, "type": "d"}, {"id": 4, "type": "d"}], "links": [], "version": 0.4, "definitions": {"subgraphs": [{"id": "d", "outputs": [{"linkIds": [7]}],
		"nodes": [{"id": 1, "type": "WanVideoSampler", "outputs": [{"links": [7]}], "widgets_values": [30, 6, 5, 1, "fixed", true, "unipc", 0, 1, false, "comfy", "", -1]}],
		"links": [{"id": 7, "origin_id": 1, "origin_slot": 0, "target_id": -20, "target_slot": 0}]}]}}`
	now := installed{"WanVideoSampler": `{"input": {"required": {"model": ["WANVIDEOMODEL"], "image_embeds": ["WANVIDIMAGE_EMBEDS"], "steps": ["INT", {"default": 30}], "cfg": ["FLOAT"], "shift": ["FLOAT"], "seed": ["INT"],
		"force_offload": ["BOOLEAN"], "scheduler": [["unipc"]], "riflex_freq_index": ["INT"]}, "optional": {"denoise_strength": ["FLOAT"], "batched_cfg": ["BOOLEAN", {"default": false}],
		"rope_function": [["comfy"]], "start_step": ["INT", {"default": 5, "min": 0, "max": 10}]}}, "output": ["LATENT"]}`}
	somebodys := func(inputs string) string {
		return `{"1": {"class_type": "Somebody's", "inputs": {` + inputs + `}}}`
	}
	const refuses = ": ComfyUI refuses the workflow; "
	tests := []struct {
		name, text string
		nodes      detect.Nodes
		want       []string
		out        string // a piece of what is written
	}{
		{"nothing where the file ends", sampler(``), nil, nil, ""},
		{"blank text at the end, some wrapper", sampler(`, ""`), nil,
			[]string{`warning start_step of WanVideoSampler gets "", a whole number from 0 to 10000 is wanted` + refuses + "rescue offered"}, ""},
		{"blank text at the end, this wrapper", sampler(`, ""`), now,
			[]string{`error start_step of WanVideoSampler gets "", a whole number from 0 to 10 is wanted` + refuses + "rescue applied"}, `"comfy", 5]`},
		{"blank text in the middle", sampler(`, "", -1, false`), nil,
			[]string{`error start_step of WanVideoSampler gets "", a whole number from 0 to 10000 is wanted` + refuses + "rescue applied"}, `"comfy", 0, -1, false]`},
		{"in a subgraph that is used twice", twice, nil,
			slices.Repeat([]string{`error start_step of WanVideoSampler gets "", a whole number from 0 to 10000 is wanted` + refuses + "rescue applied"}, 2), `"comfy", 0, -1]`},
		{"a display at the end", sampler(`, "<img src='x'>"`), now,
			[]string{`error start_step of WanVideoSampler gets "<img src='x'>", a whole number from 0 to 10 is wanted` + refuses + "rescue applied"}, `"comfy", 5]`},
		{"another text", sampler(`, "offload_device"`), now,
			[]string{`error start_step of WanVideoSampler gets "offload_device", a whole number from 0 to 10 is wanted` + refuses + "advice offered"}, ""},
		{"in no order", sampler(`, "offload_device", true, 7`), nil,
			[]string{`warning start_step of WanVideoSampler gets "offload_device", a whole number from 0 to 10000 is wanted` + refuses + "advice offered",
				`warning end_step of WanVideoSampler gets true, which ComfyUI takes for 1, where a whole number from -1 to 10000 is wanted; advice offered`,
				`warning add_noise_to_samples of WanVideoSampler gets 7, which ComfyUI takes for true, where true or false is wanted; advice offered`}, ""},
		{"beyond this wrapper's limit", sampler(`, 11`), now,
			[]string{`error start_step of WanVideoSampler gets 11, a whole number from 0 to 10 is wanted` + refuses + "advice offered"}, ""},
		{"within it", sampler(`, 10`), now, nil, ""},
		{"text that is a number", sampler(`, "7"`), now, nil, ""},
		{"text that is a number too large", sampler(`, " 1_1 "`), now,
			[]string{`error start_step of WanVideoSampler gets " 1_1 ", a whole number from 0 to 10 is wanted` + refuses + "advice offered"}, ""},

		{"a class that no pack has", somebodys(`"count": "", "mode": "a"`), oldWrapper,
			[]string{`error count of Somebody's gets "", a whole number from 1 to 9 is wanted` + refuses + "rescue applied"}, `"count": 3, "mode": "a"`},
		{"nobody told of it", somebodys(`"count": ""`), nil, nil, ""},
		{"a limit that it may look at itself", somebodys(`"count": 12, "mode": "c"`), oldWrapper,
			[]string{`warning count of Somebody's gets 12, a whole number from 1 to 9 is wanted` + refuses + "advice offered"}, ""},
		{"null for one of some texts", somebodys(`"count": 1, "mode": null`), oldWrapper,
			[]string{`error mode of Somebody's gets null, one of 2 texts is wanted` + refuses + "rescue applied"}, `"mode": "a"`},
		{"what the server unwraps", somebodys(`"count": {"__value__": 3}`), oldWrapper, nil, ""},
		{"a list", somebodys(`"count": [ 1, 2, 3 ]`), oldWrapper, []string{`error count of Somebody's gets [1,2,3], a whole number from 1 to 9 is wanted` + refuses + "advice offered"}, ""},
		{"an input that it does not have", somebodys(`"gone": ""`), oldWrapper, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			machine := on(t, "", tt.nodes)
			result := tune(t, machine, tt.text)
			if diff := cmp.Diff(tt.want, told(result.Parts[0].Findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if (tt.out != "") != result.Changed || !strings.Contains(string(result.Out), tt.out) {
				t.Errorf("want %q in\n%s", tt.out, result.Out)
			}
			if again := tune(t, machine, string(result.Out)); again.Changed {
				t.Errorf("a second run changes %v", again.Parts[0].Changes)
			}
		})
	}
}
