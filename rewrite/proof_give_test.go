package rewrite

import (
	"strings"
	"testing"

	"github.com/wanfix/wanfix/workflows"
)

// TestProveGives spoils results of gives, and looks whether the proof notices.
func TestProveGives(t *testing.T) {
	clone := []workflows.Change{swap("3", `{"blocks_to_swap":30}`)}
	both := []workflows.Change{swap("2", `{"blocks_to_swap":30}`), swap("3", `{"blocks_to_swap":30}`)}
	insert := []workflows.Change{give("2", "vram_management_args", "WanVideoVRAMManagement", `{"offload_percent":0.5}`)}
	tests := []struct {
		name     string
		changes  []workflows.Change
		old, new string
		reason   string // "" for a proof that holds
	}{
		{"a clone as it is", clone, "", "", ""},
		{"set as it is", both, "", "", ""},
		{"inserted as it is", insert, "", "", ""},
		{"the original was set too", clone, `[20,false,false]`, `[30,false,false]`, "blocks_to_swap of #1 WanVideoBlockSwap was changed, which also serves #2"},
		{"another value of the clone", clone, `[30,false,false]`, `[30,true,false]`, "offload_img_emb of #10 WanVideoBlockSwap is true, not false"},
		{"not the value", clone, `[30,false,false]`, `[31,false,false]`, "blocks_to_swap of #10 WanVideoBlockSwap is 31, not 30"},
		{"no default", insert, `[0.5]`, `[0.6]`, "offload_percent of #10 WanVideoVRAMManagement is 0.6, not 0.5"},
		{"not linked", clone, `"link":8`, `"link":null`, "nothing supplies block_swap_args of #3"},
		{"the neighbour cut", clone, `"link":1}`, `"link":null}`, "root#2 was changed, and nothing asked for it"},
		{"another value of the node that is set", both, `[30,false,false]`, `[30,true,false]`, "offload_img_emb of #1 WanVideoBlockSwap is true, not false"},
		{"an origin that does not list the link", clone, `"links":[8]`, `"links":[]`, "link 8 does not start at root#10"},
		{"a slot that is not where the table says", insert, `[8,10,0,2,2,`, `[8,10,0,2,1,`, "link 8 does not end at root#2"},
		{"a node too many", clone, `"links":[[`, `"links":[[9,10,0,2,0,"X"],[`, "link 9 does not start at root#10"},
		{"a stranger", clone, `{"id":10,`, `{"id":11,"type":"Note"},{"id":10,`, "root#11 is new, and nothing asked for it"},
		{"an old link left", clone, `"links":[[1,`, `"links":[[2,1,0,3,1,"X"],[1,`, "root#1 was changed"},
		{"the title of the taker", clone, `"low.safetensors"`, `"lower.safetensors"`, "root#3 was changed, and nothing asked for it"},
		{"a link between old nodes", clone, `"links":[[1,`, `"links":[[9,2,0,3,0,"X"],[1,`, "link 9 is new"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			good := lowered(t, shared, test.changes...)
			spoiled := strings.Replace(good, test.old, test.new, 1)
			if spoiled == good && test.old != "" {
				t.Fatalf("%q is not in\n%s", test.old, good)
			}
			err := prove(parse(t, shared), parse(t, spoiled), [][]workflows.Change{test.changes})
			switch {
			case test.reason == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.reason != "" && (err == nil || !strings.Contains(err.Error(), test.reason)):
				t.Errorf("%v, want %q", err, test.reason)
			}
		})
	}
}

// TestProveStray sets the last of several values that a display left, beside a give: those
// before it are read as the widgets' own from then on.
func TestProveStray(t *testing.T) {
	const ui = `{"nodes":[{"id":1,"type":"WanVideoSampler","inputs":[],"outputs":[],"widgets_values":[4,1,5,42,"fixed",true,"dpm++_sde",0,1,"","comfy",""]},
{"id":2,"type":"WanVideoModelLoader","inputs":[],"outputs":[],"widgets_values":["a.safetensors","fp16","disabled","offload_device"]}],"links":[],"version":0.4}`
	changes := []workflows.Change{set("1", "start_step", "0"), swap("2", `{"blocks_to_swap":30}`)}
	good := lowered(t, ui, changes...)
	if err := prove(parse(t, ui), parse(t, good), [][]workflows.Change{changes}); err != nil {
		t.Errorf("refused: %v", err)
	}
	spoiled := replaced(t, good, `1,"","comfy",0]`, `1,true,"comfy",0]`)
	if err := prove(parse(t, ui), parse(t, spoiled), [][]workflows.Change{changes}); err == nil {
		t.Error("another value before it is accepted")
	}
}
