package rewrite

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// shared is a pair of loaders that one node supplies, minified; it holds something of
// everything that is written in a style of its own.
const shared = `{"last_node_id":9,"last_link_id":7,"nodes":[` +
	`{"id":1,"type":"WanVideoBlockSwap","pos":[0,0],"size":[315,200],"flags":{},"order":0,"mode":0,"inputs":[],"outputs":[{"name":"block_swap_args","type":"BLOCKSWAPARGS","links":[1,2]}],"properties":{"Node name for S&R":"WanVideoBlockSwap"},"widgets_values":[20,false,false]},` +
	`{"id":2,"type":"WanVideoModelLoader","pos":[400,0],"size":[480,300],"flags":{},"order":1,"mode":0,"inputs":[{"name":"compile_args","type":"WANCOMPILEARGS","shape":7,"link":null},{"name":"block_swap_args","type":"BLOCKSWAPARGS","shape":7,"link":1}],"outputs":[{"name":"model","type":"WANVIDEOMODEL","links":null}],"properties":{"cnr_id":"wrapper","ver":"1.2.3","Node name for S&R":"WanVideoModelLoader"},"widgets_values":["high.safetensors","fp16","disabled","offload_device"]},` +
	`{"id":3,"type":"WanVideoModelLoader","pos":[400,400],"size":[480,300],"flags":{},"order":2,"mode":0,"inputs":[{"name":"compile_args","type":"WANCOMPILEARGS","shape":7,"link":null},{"name":"block_swap_args","type":"BLOCKSWAPARGS","shape":7,"link":2}],"outputs":[{"name":"model","type":"WANVIDEOMODEL","links":null}],"properties":{"Node name for S&R":"WanVideoModelLoader"},"widgets_values":["low.safetensors","fp16","disabled","offload_device"]}],` +
	`"links":[[1,1,0,2,1,"BLOCKSWAPARGS"],[2,1,0,3,1,"BLOCKSWAPARGS"]],"groups":[],"config":{},"extra":{"ds":{"scale":1,"offset":[0,0]}},"version":0.4}`

// schema1 writes a minified workflow of schema 0.4 as one of schema 1.
func schema1(text string) string {
	return strings.NewReplacer(
		`[1,1,0,2,1,"BLOCKSWAPARGS"]`, `{"id":1,"origin_id":1,"origin_slot":0,"target_id":2,"target_slot":1,"type":"BLOCKSWAPARGS"}`,
		`[2,1,0,3,1,"BLOCKSWAPARGS"]`, `{"id":2,"origin_id":1,"origin_slot":0,"target_id":3,"target_slot":1,"type":"BLOCKSWAPARGS"}`,
		`[8,10,0,3,1,"BLOCKSWAPARGS"]`, `{"id":8,"origin_id":10,"origin_slot":0,"target_id":3,"target_slot":1,"type":"BLOCKSWAPARGS"}`,
		`[8,10,0,2,0,"WANCOMPILEARGS"]`, `{"id":8,"origin_id":10,"origin_slot":0,"target_id":2,"target_slot":0,"type":"WANCOMPILEARGS"}`,
		`[8,10,0,2,2,"VRAM_MANAGEMENTARGS"]`, `{"id":8,"origin_id":10,"origin_slot":0,"target_id":2,"target_slot":2,"type":"VRAM_MANAGEMENTARGS"}`,
		`"last_node_id":9,"last_link_id":7,`, `"version":1,"state":{"lastGroupId":0,"lastNodeId":9,"lastLinkId":7,"lastRerouteId":0},`,
		`"last_node_id":10,"last_link_id":8,`, `"version":1,"state":{"lastGroupId":0,"lastNodeId":10,"lastLinkId":8,"lastRerouteId":0},`,
		`,"version":0.4`, ``).Replace(text)
}

// dresses are the ways in which one minified text may be written.
var dresses = map[string]func(t *testing.T, text string) string{
	"minified":   func(_ *testing.T, text string) string { return text },
	"two spaces": func(t *testing.T, text string) string { return indented(t, text, "  ") },
	"tabs":       func(t *testing.T, text string) string { return indented(t, text, "\t") },
	"CRLF": func(t *testing.T, text string) string {
		return strings.ReplaceAll(indented(t, text, "    "), "\n", "\r\n")
	},
	"a final newline": func(t *testing.T, text string) string { return indented(t, text, "  ") + "\n" },
	"Python": func(_ *testing.T, text string) string {
		return strings.NewReplacer(`,`, `, `, `:`, `: `).Replace(text)
	},
}

func indented(t *testing.T, text, indent string) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(text), "", indent); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

const (
	swapFor3 = `,{"id":10,"type":"WanVideoBlockSwap","pos":[45,400],"size":[315,200],"flags":{},"order":0,"mode":0,"inputs":[],"outputs":[{"name":"block_swap_args","type":"BLOCKSWAPARGS","links":[8]}],"properties":{"Node name for S&R":"WanVideoBlockSwap"},"widgets_values":[30,false,false]}`
	compile  = `,{"id":10,"type":"WanVideoTorchCompileSettings","pos":[45,240],"size":[315,250],"flags":{},"order":1,"mode":0,"inputs":[],"outputs":[{"name":"torch_compile_args","type":"WANCOMPILEARGS","links":[8]}],"properties":{"cnr_id":"wrapper","ver":"1.2.3","Node name for S&R":"WanVideoTorchCompileSettings"},"widgets_values":["inductor",false,"max-autotune",false,64,true,128,false,false]}`
	vram     = `,{"id":10,"type":"WanVideoVRAMManagement","pos":[45,-120],"size":[315,58],"flags":{},"order":1,"mode":0,"inputs":[],"outputs":[{"name":"vram_management_args","type":"VRAM_MANAGEMENTARGS","links":[8]}],"properties":{"cnr_id":"wrapper","ver":"1.2.3","Node name for S&R":"WanVideoVRAMManagement"},"widgets_values":[0.5]}`
	nodesEnd = `"offload_device"]}],"links"`
)

// swap gives block swap to a loader.
func swap(run, values string) workflows.Change {
	return give(run, "block_swap_args", "WanVideoBlockSwap", values)
}

// grown are the edits that every new node comes with.
func grown(node string, more ...string) []string {
	return append(more, `"last_node_id":9,"last_link_id":7`, `"last_node_id":10,"last_link_id":8`, nodesEnd, strings.Replace(nodesEnd, "}]", "}"+node+"]", 1))
}

// TestGive gives in every dress: what is new stands there as the file writes its own.
func TestGive(t *testing.T) {
	tests := []struct {
		name    string
		changes []workflows.Change
		edits   []string // of the minified text: old, new
	}{
		{"all that it supplies want the same: set", []workflows.Change{swap("2", `{"blocks_to_swap":30}`), swap("3", `{"blocks_to_swap":30}`)},
			[]string{`[20,false,false]`, `[30,false,false]`}},
		{"beyond the stored values", []workflows.Change{swap("2", `{"blocks_to_swap":20,"prefetch_blocks":1}`), swap("3", `{"blocks_to_swap":20,"prefetch_blocks":1}`)},
			[]string{`[20,false,false]`, `[20,false,false,false,0,1]`}},
		{"one of two: a clone", []workflows.Change{swap("3", `{"blocks_to_swap":30}`)},
			grown(swapFor3, `[1,2]`, `[1]`, `"link":2`, `"link":8`, `,[2,1,0,3,1,"BLOCKSWAPARGS"]`, `,[8,10,0,3,1,"BLOCKSWAPARGS"]`)},
		{"both, otherwise: set and a clone", []workflows.Change{swap("2", `{"blocks_to_swap":10}`), swap("3", `{"blocks_to_swap":30}`)},
			grown(swapFor3, `[1,2]`, `[1]`, `[20,false,false]`, `[10,false,false]`, `"link":2`, `"link":8`, `,[2,1,0,3,1,"BLOCKSWAPARGS"]`, `,[8,10,0,3,1,"BLOCKSWAPARGS"]`)},
		{"one, while the other is unplugged: set", []workflows.Change{swap("3", `{"blocks_to_swap":30}`), unplug("2", "block_swap_args")},
			[]string{`[1,2]`, `[2]`, `[20,false,false]`, `[30,false,false]`, `"link":1`, `"link":null`, `[1,1,0,2,1,"BLOCKSWAPARGS"],`, ``}},
		{"nothing there: a new node", []workflows.Change{give("2", "compile_args", "WanVideoTorchCompileSettings", `{"mode":"max-autotune"}`)},
			grown(compile, `"link":null},{"name":"block_swap_args","type":"BLOCKSWAPARGS","shape":7,"link":1}`, `"link":8},{"name":"block_swap_args","type":"BLOCKSWAPARGS","shape":7,"link":1}`,
				`,[2,1,0,3,1,"BLOCKSWAPARGS"]`, `,[2,1,0,3,1,"BLOCKSWAPARGS"],[8,10,0,2,0,"WANCOMPILEARGS"]`)},
		{"a slot that is not written", []workflows.Change{give("2", "vram_management_args", "WanVideoVRAMManagement", `{"offload_percent":0.5}`)},
			grown(vram, `"link":1}]`, `"link":1},{"name":"vram_management_args","type":"VRAM_MANAGEMENTARGS","shape":7,"link":8}]`,
				`,[2,1,0,3,1,"BLOCKSWAPARGS"]`, `,[2,1,0,3,1,"BLOCKSWAPARGS"],[8,10,0,2,2,"VRAM_MANAGEMENTARGS"]`)},
	}
	for _, test := range tests {
		golden := strings.NewReplacer(test.edits...).Replace(shared)
		for dress, wear := range dresses {
			t.Run(test.name+"/"+dress, func(t *testing.T) {
				if diff := cmp.Diff(wear(t, golden), given(t, wear(t, shared), test.changes...)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(wear(t, schema1(golden)), given(t, wear(t, schema1(shared)), test.changes...)); diff != "" {
					t.Errorf("schema 1 (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// given makes changes, proves them, and looks for faults.
func given(t *testing.T, text string, changes ...workflows.Change) string {
	t.Helper()
	out := lowered(t, text, changes...)
	if err := prove(parse(t, text), parse(t, out), [][]workflows.Change{changes}); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	was, is := decoded(t, text), decoded(t, out)
	before := faults(was)
	for fault := range faults(is) {
		if !before[fault] {
			t.Errorf("new fault: %s", fault)
		}
	}
	if member(was, "nodes") != nil {
		if _, wrong := additions(was, is, numbersIn(was, "id", "last_node_id", "lastNodeId")); len(wrong) > 0 {
			t.Error(wrong)
		}
	}
	return out
}

// TestGiveTune lets a rule give in files with a byte order mark.
func TestGiveTune(t *testing.T) {
	set := givingRules([]string{`{"loader.file": "low.safetensors"}`}, []string{`{"swap": {"blocks": 30}}`})
	for name, text := range map[string]string{"workflow": shared, "prompt": prompt} {
		t.Run(name, func(t *testing.T) {
			text = "\xef\xbb\xbf" + dresses["CRLF"](t, text) + "\r\n"
			r, err := Tune([]byte(text), machine(t, "3090"), set, rules.Options{})
			if err != nil {
				t.Fatal(err)
			}
			checkGiven(t, name, []byte(text), r)
			out := string(r.Out)
			if !strings.HasPrefix(out, "\xef\xbb\xbf{\r\n    ") || !strings.HasSuffix(out, "}\r\n") || strings.Count(out, "\n") != strings.Count(out, "\r\n") {
				t.Errorf("another dress:\n%q", out)
			}
			if got := strings.TrimSpace(Diff("a.json", []byte(strings.ReplaceAll(text, "\r\n", "")), r)); !strings.HasSuffix(got, "blocks_to_swap 30") {
				t.Errorf("the diff of one line:\n%s", got)
			}
			again, err := Tune(r.Out, machine(t, "3090"), set, rules.Options{})
			if err != nil || again.Changed {
				t.Errorf("a second run: %v", err)
			}
		})
	}
}

const prompt = `{"2":{"inputs":{"model":"high.safetensors","block_swap_args":["5",0]},"class_type":"WanVideoModelLoader","_meta":{"title":"HIGH"}},` +
	`"3":{"inputs":{"model":"low.safetensors","block_swap_args":["5",0]},"class_type":"WanVideoModelLoader","_meta":{"title":"LOW"}},` +
	`"5":{"inputs":{"blocks_to_swap":20,"offload_img_emb":false},"class_type":"WanVideoBlockSwap","_meta":{"title":"swap"}}}`

func TestGivePrompt(t *testing.T) {
	add := func(node string) []string { return []string{`{"title":"swap"}}}`, `{"title":"swap"}},` + node + `}`} }
	tests := []struct {
		name    string
		changes []workflows.Change
		edits   []string
	}{
		{"set", []workflows.Change{swap("2", `{"blocks_to_swap":30,"prefetch_blocks":1}`), swap("3", `{"blocks_to_swap":30,"prefetch_blocks":1}`)},
			[]string{`"blocks_to_swap":20,"offload_img_emb":false`, `"blocks_to_swap":30,"offload_img_emb":false,"prefetch_blocks":1`}},
		{"clone", []workflows.Change{swap("3", `{"blocks_to_swap":30}`)},
			append(add(`"6":{"inputs":{"blocks_to_swap":30,"offload_img_emb":false},"class_type":"WanVideoBlockSwap","_meta":{"title":"swap"}}`),
				`"low.safetensors","block_swap_args":["5",0]`, `"low.safetensors","block_swap_args":["6",0]`)},
		{"insert", []workflows.Change{give("3", "vram_management_args", "WanVideoVRAMManagement", `{"offload_percent":0.5}`)},
			append(add(`"6":{"inputs":{"offload_percent":0.5},"class_type":"WanVideoVRAMManagement","_meta":{"title":"WanVideoVRAMManagement"}}`),
				`"low.safetensors","block_swap_args":["5",0]`, `"low.safetensors","block_swap_args":["5",0],"vram_management_args":["6",0]`)},
	}
	for _, test := range tests {
		golden := strings.NewReplacer(test.edits...).Replace(prompt)
		for dress, wear := range dresses {
			t.Run(test.name+"/"+dress, func(t *testing.T) {
				if diff := cmp.Diff(wear(t, golden), given(t, wear(t, prompt), test.changes...)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}
