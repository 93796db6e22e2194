package rewrite

import (
	"strings"
	"testing"

	"github.com/wanfix/wanfix/workflows"
)

// TestProve spoils a good result in ways that an editing mistake could, and looks
// whether the proof notices.
func TestProve(t *testing.T) {
	named := strings.NewReplacer(`"widgets_values": ["low_`, `"widgets_values_named": {"model": "low_fp8_e4m3fn.safetensors", "base_precision": "fp16", "quantization": "disabled", "load_device": "offload_device", "attention_mode": "sdpa"}, "widgets_values": ["low_`)
	text := named.Replace(pairWith("", "\n  \"definitions\": {\"subgraphs\": [{\"id\": \"d\", \"name\": \"In\", \"nodes\": [{\"id\": 4, \"type\": \"Note\", \"widgets_values\": [\"x\"]}], \"links\": [{\"id\": 1}]}]},"))
	text = replaced(t, text, `"link": 2}]`, `"link": 2}, {"name": "lora", "type": "WANVIDLORA", "link": null}]`)
	changes := []workflows.Change{unplug("3", "compile_args"), set("3", "base_precision", `"bf16"`)}
	good := lowered(t, text, changes...)
	tests := []struct {
		name     string
		old, new string
		reason   string // "" for a proof that holds
	}{
		{"as it is", ``, ``, ""},
		{"a value where the cut link starts", `"inductor"`, `"cudagraphs"`, "root#1 was changed, and nothing asked for it"},
		{"a value beside the one that was set", `"offload_device", "sdpa"]}
  ]`, `"main_device", "sdpa"]}
  ]`, "load_device of #3 WanVideoModelLoader was changed"},
		{"the title of a changed node", `"LOW"`, `"LOWER"`, "root#3 was changed"},
		{"a node nobody touched", `["high_`, `["higher_`, "root#2 was changed, and nothing asked for it"},
		{"a node inside a subgraph", `["x"]`, `["y"]`, "In#4 was changed"},
		{"a node less", `{"id": 4, "type": "Note", "widgets_values": ["x"]}`, ``, "1 nodes became 0"},
		{"another id", `"id": 2, "type"`, `"id": 20, "type"`, "root#2 became root#20"},
		{"another class", `"Note"`, `"Notes"`, "In#4 became In#4"},
		{"still linked", `"link": null`, `"link": 1`, "compile_args of #3 WanVideoModelLoader is still linked"},
		{"another link cut", `[1, 1, 0, 2, 0, "WANCOMPILEARGS"]`, ``, "link 1 is lost"},
		{"a link inside a subgraph", `[{"id": 1}]`, `[]`, `the links of subgraph "In" were changed`},
		{"a link into the input beside", `"WANVIDLORA", "link": null`, `"WANVIDLORA", "link": 1`, "the link into lora of #3 WanVideoModelLoader was changed"},
		{"a link that leads elsewhere", `[1, 1, 0, 2, 0,`, `[1, 1, 0, 3, 0,`, "link 1 leads elsewhere"},
		{"a row left", `[1, 1, 0, 2, 0, "WANCOMPILEARGS"]`, `[1, 1, 0, 2, 0, "WANCOMPILEARGS"], [2, 1, 0, 3, 0, "WANCOMPILEARGS"]`, "link 2 is still in the link table"},
		{"a row too many", `[1, 1, 0, 2, 0, "WANCOMPILEARGS"]`, `[1, 1, 0, 2, 0, "WANCOMPILEARGS"], [7, 1, 0, 3, 0, "WANCOMPILEARGS"]`, "link 7 is new"},
		{"half cut", `"links": [1]`, `"links": [1, 2]`, "link 2 still starts at root#1"},
		{"a value that was not written", `"low_fp8_e4m3fn.safetensors", "bf16"`, `"low_fp8_e4m3fn.safetensors", "fp16"`, `base_precision of #3 WanVideoModelLoader is "fp16", not "bf16"`},
		{"a copy forgotten", `"base_precision": "bf16"`, `"base_precision": "fp16"`, `base_precision`},
		{"a subgraph less", `"subgraphs": [{`, `"subgraph": [{`, "1 subgraphs became 0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			spoiled := strings.Replace(good, test.old, test.new, 1)
			if spoiled == good && test.old != "" {
				t.Fatalf("%q is not in\n%s", test.old, good)
			}
			err := prove(parse(t, text), parse(t, spoiled), [][]workflows.Change{changes})
			switch {
			case test.reason == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.reason != "" && (err == nil || !strings.Contains(err.Error(), test.reason)):
				t.Errorf("%v, want %q", err, test.reason)
			}
		})
	}
}
