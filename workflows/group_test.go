package workflows_test

import (
	"strings"
	"testing"

	"github.com/wanfix/wanfix/workflows"
)

// grouped is a workflow in which group nodes 7 and 8 are of one make: compile settings, a
// loader that takes them, and a constant that was made to drive nothing inside.
func grouped(replace ...string) string {
	text := ui(nodes(
		node(3, "INTConstant", out("INT 5"), values("9")),
		node(7, "workflow>Load", in("block_swap_args BLOCKSWAPARGS 4", "lora WANVIDLORA -", "strength FLOAT - widget"), out("WANVIDEOMODEL 6"),
			values(`"inductor",false,"default",false,64,true,"one.safetensors","fp16","disabled","main_device","a.safetensors",false,0.5`)),
		node(8, "workflow/Load", in("block_swap_args BLOCKSWAPARGS -", "lora WANVIDLORA -", "strength FLOAT 5 widget"), out("WANVIDEOMODEL -"),
			values(`"cudagraphs",false,"default",false,64,true,"two.safetensors","fp16","fp8_e4m3fn","main_device","b.safetensors",true,0.25`)),
		node(9, "WanVideoSampler", in("model WANVIDEOMODEL 6")),
		node(4, wanSwap, out("BLOCKSWAPARGS 4"), values("20,true,false"))),
		links(link(4, "4:0", "7:0", "BLOCKSWAPARGS"), link(5, "3:0", "8:2", "FLOAT"), link(6, "7:0", "9:0", "WANVIDEOMODEL")))
	group := `"extra":{"groupNodes":{"Load":{"nodes":[
		{"id":-1,"index":0,"type":"WanVideoTorchCompileSettings","mode":0,` + out("WANCOMPILEARGS -") + `,"widgets_values":["inductor",true,"default",true,64,true]},
		{"id":-1,"index":1,"type":"WanVideoModelLoader","mode":0,` + in("compile_args WANCOMPILEARGS -", "block_swap_args BLOCKSWAPARGS -") + `,` + out("WANVIDEOMODEL -") + `,"widgets_values":["x.safetensors","bf16","disabled","offload_device"]},
		{"id":-1,"index":2,"type":"WanVideoLoraSelect","mode":0,` + in("lora WANVIDLORA -", "strength FLOAT - widget") + `,` + out("WANVIDLORA -") + `,"widgets_values":["y.safetensors",1,false]}],
		"links":[[0,0,1,0,12,"WANCOMPILEARGS"],[null,3,1,1,4,"BLOCKSWAPARGS"]],"external":[],"config":{"2":{"output":{"0":{"visible":false}}}}}}}`
	return strings.NewReplacer(replace...).Replace(strings.Replace(text, `"extra":{}`, group, 1))
}

// TestGroupValues asks for values of nodes inside group nodes: what it is, or why it is
// not known.
func TestGroupValues(t *testing.T) {
	unknown := "the values of root#7 are not those of the nodes in it"
	tests := []struct{ name, text, ask, want string }{
		{"the first node", grouped(), "7:0.backend", `"inductor"`},
		{"not the one of the group", grouped(), "7:0.fullgraph", `false`},
		{"another use", grouped(), "8:0.backend", `"cudagraphs"`},
		{"after other nodes", grouped(), "8:1.quantization", `"fp8_e4m3fn"`},
		{"behind a widget that was made an input", grouped(), "7:2.low_mem_load", `false`},
		{"a widget that was made an input", grouped(), "7:2.strength", `0.5`},
		{"the same, linked", grouped(), "8:2.strength", `9`},
		{"one value more", grouped(`,0.5]`, `,0.5,1]`), "7:1.model", unknown},
		{"one value less", grouped(`,0.5]`, `]`), "7:1.model", unknown},
		{"of another kind", grouped(`"one.safetensors","fp16"`, `3,"fp16"`), "7:1.quantization", unknown},
		{"a node of an unknown class", grouped("WanVideoTorchCompileSettings", "Somebodys"), "7:1.quantization", `"disabled"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, widget := ask(t, parse(t, test.text), test.ask)
			v := r.Value(widget)
			if got := v.Raw; got != test.want && v.Why != test.want {
				t.Errorf("%s %s, want %s", got, v.Why, test.want)
			}
		})
	}
}

// TestGroupWires follows links into, inside and out of group nodes.
func TestGroupWires(t *testing.T) {
	testWires(t, []wireTest{
		{"out of a group node", grouped(), "9.model", "given 7:1:0", "9.model"},
		{"into it", grouped(), "7:1.block_swap_args", "given 4:0", "7:1.block_swap_args 7.block_swap_args"},
		{"nothing linked outside", grouped(), "8:1.block_swap_args", "nothing", ""},
		{"inside", grouped(), "8:1.compile_args", "given 8:0:0", "8:1.compile_args"},
		{"a muted group node", grouped(`"id":7,`, `"id":7,"mode":2,`), "9.model", "lost: #7 workflow>Load is muted", ""},
		{"a muted node inside", grouped(`"type":"WanVideoTorchCompileSettings","mode":0`, `"type":"WanVideoTorchCompileSettings","mode":2`), "7:1.compile_args", "lost: #7:0 WanVideoTorchCompileSettings is muted", ""},
		{"inputs that do not fit", grouped(`"type":"BLOCKSWAPARGS","link":4`, `"type":"OTHER","link":4`), "7:1.block_swap_args", "lost: the inputs of root#7 are not those of the nodes in it", ""},
		{"outputs that do not fit", grouped(`"config"`, `"configured"`), "9.model", "lost: the outputs of root#7 are not those of the nodes in it", ""},
		{"no such group", grouped(`"groupNodes"`, `"nothing"`), "9.model", "given 7:0", ""},
	})
}

// TestGroupEndless reads a group node that is made of itself.
func TestGroupEndless(t *testing.T) {
	text := strings.Replace(ui(nodes(node(1, "workflow>A"))), `"extra":{}`, `"extra":{"groupNodes":{"A":{"nodes":[{"type":"workflow>A"}],"links":[]}}}`, 1)
	if _, err := workflows.Parse([]byte(text), classes{}); err == nil || !strings.Contains(err.Error(), `"A": unfolds without end`) {
		t.Errorf("%v", err)
	}
}
