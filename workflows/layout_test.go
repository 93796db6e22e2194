package workflows_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

const (
	wanLoader  = "WanVideoModelLoader"
	wanCompile = "WanVideoTorchCompileSettings"
	wanSwap    = "WanVideoBlockSwap"
	wanSetSwap = "WanVideoSetBlockSwap"
	wanLora    = "WanVideoLoraSelect"
)

// written returns what is written for every widget of a home's class, and for
// the names that are asked for besides.
func written(h *workflows.Home, also map[string]string) map[string]string {
	got := map[string]string{}
	note := func(name string) {
		if v := h.Written(name); v.Exists() {
			got[name] = v.Raw
		}
	}
	if h.Signature != nil {
		for i := range h.Signature.Inputs() {
			if in := &h.Signature.Inputs()[i]; in.Widget() {
				note(in.Name)
			}
		}
	}
	for name := range also {
		note(name)
	}
	return got
}

func TestLayoutOfLists(t *testing.T) {
	type places = map[string]string
	tests := []struct {
		name, class, values string
		inputs              string // input slots, "" for none
		want                places
	}{
		{"newest", wanSwap, `20,true,false,true,1,2,false`, "", places{
			"blocks_to_swap": "20", "offload_img_emb": "true", "offload_txt_emb": "false", "use_non_blocking": "true",
			"vace_blocks_to_swap": "1", "prefetch_blocks": "2", "block_swap_debug": "false"}},
		{"prefix", wanSwap, `20,true,false`, "", places{
			"blocks_to_swap": "20", "offload_img_emb": "true", "offload_txt_emb": "false"}},
		{"no value", wanSwap, ``, "", places{}},
		{"older order", wanCompile, `"inductor",true,"default",false,64,true,true,false,false,false`, "", places{
			"backend": `"inductor"`, "fullgraph": "true", "mode": `"default"`, "dynamic": "false",
			"dynamo_cache_size_limit": "64", "compile_double_blocks": "true", "compile_txt_in": "false"}},
		{"older order with a name of its day", "WanVideoImageToVideoEncode", `832,480,81,0.03,0.9,true`, "", places{
			"width": "832", "height": "480", "num_frames": "81", "noise_aug_strength": "0.03",
			"start_latent_strength": "0.9", "force_offload": "true"}},
		{"older order that is no prefix", "WanVideoTeaCache", `0.25,6,"offload_device"`, "", places{
			"rel_l1_thresh": "0.25", "start_step": "6", "cache_device": `"offload_device"`}},
		{"dummy place of a forced input", "WanVideoPromptExtenderSelect", `"m",512,"mine","",7,"fixed"`, "", places{
			"model": `"m"`, "max_new_tokens": "512", "system_prompt": `"mine"`, "seed": "7", "control_after_generate": `"fixed"`}},
		{"forced input without a dummy place", "WanVideoPromptExtenderSelect", `"m",512,"mine",7,"fixed"`, "", places{
			"model": `"m"`, "max_new_tokens": "512", "system_prompt": `"mine"`, "seed": "7", "control_after_generate": `"fixed"`}},
		{"control after generate", "WanVideoSampler", `30,6,5,18446744073709551615,"increment",true,"unipc",0`, "", places{
			"steps": "30", "cfg": "6", "shift": "5", "seed": "18446744073709551615", "control_after_generate": `"increment"`,
			"force_offload": "true", "scheduler": `"unipc"`, "riflex_freq_index": "0"}},

		{"text of a display widget at the end", "WanVideoVAELoader", `"vae.pt","bf16",false,false,""`, "", places{
			"model_name": `"vae.pt"`, "precision": `"bf16"`, "use_cpu_cache": "false", "verbose": "false"}},
		{"null at the end", wanSwap, `20,true,false,true,1,2,false,null`, "", places{
			"blocks_to_swap": "20", "offload_img_emb": "true", "offload_txt_emb": "false", "use_non_blocking": "true",
			"vace_blocks_to_swap": "1", "prefetch_blocks": "2", "block_swap_debug": "false"}},
		{"HTML after too few values", wanLora, `"a.safetensors",1.2,false,"<details><summary>a</summary></details>"`, "", places{
			"lora": `"a.safetensors"`, "strength": "1.2", "low_mem_load": "false"}},
		{"several things at the end", wanLora, `"a.safetensors",1.2,false,true,null,""`, "", places{
			"lora": `"a.safetensors"`, "strength": "1.2", "low_mem_load": "false", "merge_loras": "true"}},
		{"text that is a value stays", "WanVideoTextEncode", `"a cat",""`, "", places{
			"positive_prompt": `"a cat"`, "negative_prompt": `""`}},
		{"null for a file", wanLora, `null,1,false,true`, "", places{
			"lora": "null", "strength": "1", "low_mem_load": "false", "merge_loras": "true"}},
		{"empty text where a boolean belongs", wanLora, `"a.safetensors",1,"",true`, "", places{
			"lora": `"a.safetensors"`, "strength": "1", "low_mem_load": `""`, "merge_loras": "true"}},
		{"number where a boolean belongs", wanSwap, `20,1,0`, "", places{
			"blocks_to_swap": "20", "offload_img_emb": "1", "offload_txt_emb": "0"}},
		{"boolean where a number belongs", wanSwap, `true,true,false`, "", places{
			"blocks_to_swap": "true", "offload_img_emb": "true", "offload_txt_emb": "false"}},
		{"a value no version offers", wanCompile, `"tensorrt",false,"default",false,64,true`, "", places{
			"backend": `"tensorrt"`, "fullgraph": "false", "mode": `"default"`, "dynamic": "false",
			"dynamo_cache_size_limit": "64", "compile_transformer_blocks_only": "true"}},
		{"placeholders", wanSwap, `"{{BLOCKS}}","{{IMG}}",false`, "", places{
			"blocks_to_swap": `"{{BLOCKS}}"`, "offload_img_emb": `"{{IMG}}"`, "offload_txt_emb": "false"}},
		{"dead value of a linked widget", wanSwap, `"twenty",true,false`, in("blocks_to_swap INT 7 widget"), places{
			"blocks_to_swap": `"twenty"`, "offload_img_emb": "true", "offload_txt_emb": "false"}},

		{"text where a number belongs", wanSwap, `"twenty",true,false`, "", nil},
		{"an object where a boolean belongs", wanSwap, `20,{},false`, "", nil},
		{"more numbers than places", wanSwap, `20,true,false,true,1,2,false,9`, "", nil},
		{"more text than places, then a number", "WanVideoVAELoader", `"vae.pt","bf16",false,false,"",1`, "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			members := []string{values(tt.values)}
			if tt.inputs != "" {
				members = append(members, tt.inputs)
			}
			part := parse(t, ui(nodes(node(1, tt.class, members...)), links(link(7, "9:0", "1:0", "INT"))))
			r := run(t, part, "1")
			if tt.want != nil {
				got := written(r.Home, tt.want)
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("places (-want +got):\n%s", diff)
				}
				return
			}
			for name := range written(r.Home, nil) {
				t.Errorf("%s is read", name)
			}
			for i := range r.Home.Signature.Inputs() {
				in := &r.Home.Signature.Inputs()[i]
				if !in.Widget() {
					continue
				}
				v := r.Value(in.Name)
				if v.Source != workflows.Unknown || v.Exists() || len(v.Sites) > 0 || !strings.Contains(v.Why, "no known version of "+tt.class) {
					t.Errorf("%s: %+v, want it unknown", in.Name, v)
				}
			}
		})
	}
}

func TestLayoutOtherShapes(t *testing.T) {
	type places = map[string]string
	named := func(members string) string { return `"widgets_values_named":{` + members + `}` }
	tests := []struct {
		name, class string
		members     []string
		want        places
	}{
		{"an object", wanSwap, []string{`"widgets_values":{"use_non_blocking":true,"blocks_to_swap":20}`},
			places{"blocks_to_swap": "20", "use_non_blocking": "true"}},
		{"an object with a name of its day", "WanVideoImageToVideoEncode", []string{`"widgets_values":{"latent_strength":0.5}`},
			places{"start_latent_strength": "0.5"}},
		{"an object of an unknown class", "VHS_VideoCombine", []string{`"widgets_values":{"frame_rate":16,"videopreview":{"hidden":false}}`},
			places{"frame_rate": "16", "videopreview": `{"hidden":false}`}},
		{"null", wanSwap, []string{`"widgets_values":null`}, places{}},
		{"absent", wanSwap, nil, places{}},
		{"a list of an unknown class", "Unheard", []string{values(`20,true`)}, places{}},

		{"names tell the places of an unknown class", "Unheard", []string{values(`20,true`), named(`"blocks":20,"fast":true`)},
			places{"blocks": "20", "fast": "true"}},
		{"names tell an unheard-of order", wanSwap, []string{values(`true,20`), named(`"offload_img_emb":true,"blocks_to_swap":20`)},
			places{"blocks_to_swap": "20", "offload_img_emb": "true"}},
		{"fewer names than values", "Unheard", []string{values(`20,true,""`), named(`"blocks":20,"fast":true`)},
			places{"blocks": "20", "fast": "true"}},
		// the editor restores the list, so the list counts
		{"names disagree", wanSwap, []string{values(`20,true,false`), named(`"blocks_to_swap":30,"offload_img_emb":true,"offload_txt_emb":false`)},
			places{"blocks_to_swap": "20", "offload_img_emb": "true", "offload_txt_emb": "false"}},
		{"names disagree, unknown class", "Unheard", []string{values(`20,true`), named(`"blocks":30,"fast":true`)}, places{}},
		{"more names than values", "Unheard", []string{values(`20`), named(`"blocks":20,"fast":true`)}, places{}},
		{"names with no list", wanSwap, []string{named(`"blocks_to_swap":30`)}, places{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			part := parse(t, ui(nodes(node(1, tt.class, tt.members...))))
			also := places{"blocks": "", "fast": "", "frame_rate": "", "videopreview": "", "": ""}
			got := written(part.Root.Home("1"), also)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("places (-want +got):\n%s", diff)
			}
		})
	}
}

// Where the JSON kinds allow two orders alike, options decide; before that, the
// order whose kinds fit better.
func TestLayoutBreaksTies(t *testing.T) {
	signatures := classes{}
	for name, text := range map[string]string{
		"texts": `{
			"inputs": [
				{"name": "device", "kind": "combo", "options": ["cpu", "gpu"]},
				{"name": "mode", "kind": "combo", "options": ["fast", "slow"]}
			],
			"layouts": [{"names": ["mode", "device"]}]}`,
		"numbers": `{
			"inputs": [{"name": "fast", "kind": "boolean"}, {"name": "device", "kind": "int"}],
			"layouts": [{"names": ["device", "fast"]}]}`,
	} {
		class, err := workflows.ReadClass(name, text)
		if err != nil {
			t.Fatal(err)
		}
		signatures[name] = class
	}
	tests := []struct{ class, values, device string }{
		{"texts", `"cpu","fast"`, `"cpu"`},
		{"texts", `"fast","cpu"`, `"cpu"`},
		{"texts", `"new","slow"`, `"new"`},
		{"texts", `"slow","new"`, `"new"`},
		{"texts", `"newer","newest"`, `"newer"`}, // no hint: today's order
		{"numbers", `true,1`, `1`},
		{"numbers", `1,true`, `1`},
		{"numbers", `0,7`, `7`}, // both bend one value: today's order
	}
	for _, tt := range tests {
		t.Run(tt.class+" "+tt.values, func(t *testing.T) {
			part := parseWith(t, ui(nodes(node(1, tt.class, values(tt.values)))), signatures)
			if got := part.Root.Home("1").Written("device").Raw; got != tt.device {
				t.Errorf("device is %s, want %s", got, tt.device)
			}
		})
	}
}

func TestLegal(t *testing.T) {
	tests := []struct {
		class, widget, value string
		legal                bool
	}{
		{wanLoader, "quantization", `"fp8_e4m3fn"`, true},
		{wanLoader, "quantization", `"fp8_scaled"`, false},
		{wanLoader, "quantization", `null`, false},
		{wanLoader, "model", `"any file at all.safetensors"`, true},
		{wanLoader, "model", `7`, false},
		{wanSwap, "blocks_to_swap", `48`, true},
		{wanSwap, "blocks_to_swap", `49`, false},
		{wanSwap, "blocks_to_swap", `-1`, false},
		{wanSwap, "blocks_to_swap", `"20"`, false},
		{wanSwap, "use_non_blocking", `true`, true},
		{wanSwap, "use_non_blocking", `1`, false},
	}
	for _, tt := range tests {
		t.Run(tt.widget+" "+tt.value, func(t *testing.T) {
			part := parse(t, `{"1":{"class_type":"`+tt.class+`","inputs":{"`+tt.widget+`":`+tt.value+`}}}`)
			input := rules.BuiltinNodes().Class(tt.class).Input(tt.widget)
			if got := input.Legal(part.Root.Home("1").Written(tt.widget)); got != tt.legal {
				t.Errorf("legal %v, want %v", got, tt.legal)
			}
		})
	}
}
