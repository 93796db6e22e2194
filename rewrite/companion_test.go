package rewrite

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// swapped is a prompt of two loaders that take block swap from one node.
const swapped = `{
  "1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a.safetensors", "base_precision": "fp16", "quantization": "disabled", "load_device": "offload_device", "block_swap_args": ["3", 0]}},
  "2": {"class_type": "WanVideoModelLoader", "inputs": {"model": "b.safetensors", "base_precision": "fp16", "quantization": "disabled", "load_device": "offload_device", "block_swap_args": ["3", 0]}},
  "3": {"class_type": "WanVideoBlockSwap", "inputs": {"blocks_to_swap": 20, "offload_img_emb": false, "offload_txt_emb": false}}
}`

// swappedUI is the same as the editor saves it, the nodes the other way round.
const swappedUI = `{"last_node_id": 30, "last_link_id": 2, "nodes": [
  {"id": 3, "type": "WanVideoBlockSwap", "pos": [0, 0], "size": [200, 100], "mode": 0, "inputs": [],
    "outputs": [{"name": "block_swap_args", "type": "BLOCKSWAPARGS", "links": [1, 2]}], "widgets_values": [20, false, false]},
  {"id": 2, "type": "WanVideoModelLoader", "pos": [300, 400], "size": [200, 100], "mode": 0, "inputs": [{"name": "block_swap_args", "type": "BLOCKSWAPARGS", "link": 2}],
    "outputs": [{"name": "model", "type": "WANVIDEOMODEL", "links": null}], "widgets_values": ["b.safetensors", "fp16", "disabled", "offload_device", "sdpa"]},
  {"id": 1, "type": "WanVideoModelLoader", "pos": [300, 0], "size": [200, 100], "mode": 0, "inputs": [{"name": "block_swap_args", "type": "BLOCKSWAPARGS", "link": 1}],
    "outputs": [{"name": "model", "type": "WANVIDEOMODEL", "links": null}], "widgets_values": ["a.safetensors", "fp16", "disabled", "offload_device", "sdpa"]}
 ], "links": [[1, 3, 0, 1, 0, "BLOCKSWAPARGS"], [2, 3, 0, 2, 0, "BLOCKSWAPARGS"]], "version": 0.4}`

func giveSwap(run, values string) workflows.Change {
	return give(run, "block_swap_args", "WanVideoBlockSwap", values)
}

func TestCompanion(t *testing.T) {
	ui := swappedUI
	noSwap := replaced(t, replaced(t, ui, `"link": 1}`, `"link": null}`), `[1, 3, 0, 1, 0, "BLOCKSWAPARGS"], `, "")
	third := replaced(t, ui, `{"id": 2,`, `{"id": 4, "type": "WanVideoModelLoader", "mode": 0, "inputs": [{"name": "block_swap_args", "type": "BLOCKSWAPARGS", "link": 5}], "outputs": [], "widgets_values": ["c.safetensors", "fp16", "disabled", "offload_device", "sdpa"]}, {"id": 2,`)
	third = replaced(t, replaced(t, third, `"links": [1, 2]`, `"links": [1, 2, 5]`), `"links": [[1,`, `"links": [[5, 3, 0, 4, 0, "BLOCKSWAPARGS"], [1,`)
	primitive := replaced(t, ui, `"inputs": [{"name": "block_swap_args", "type": "BLOCKSWAPARGS", "link": 1}]`,
		`"inputs": [{"name": "block_swap_args", "type": "BLOCKSWAPARGS", "link": 1}, {"name": "quantization", "type": "COMBO", "widget": {"name": "quantization"}, "link": 7}]`)
	primitive = replaced(t, replaced(t, primitive, `{"id": 2,`, `{"id": 8, "type": "PrimitiveNode", "mode": 0, "outputs": [{"name": "COMBO", "type": "COMBO", "links": [7]}], "widgets_values": ["disabled"]}, {"id": 2,`),
		`"links": [[1,`, `"links": [[7, 8, 0, 1, 1, "COMBO"], [1,`)
	const swap7, swap9 = `{"blocks_to_swap":7}`, `{"blocks_to_swap":9}`
	tests := []struct {
		name, ui string
		changes  []workflows.Change
		want     []string // texts of the result: of the prompt, then of the workflow
		why      string
	}{
		{"a value", ui, []workflows.Change{set("3", "blocks_to_swap", "7")}, []string{`"blocks_to_swap": 7,`, `[7, false, false]`}, ""},
		{"a value that differed", replaced(t, ui, "[20, false", "[25, false"), []workflows.Change{set("3", "blocks_to_swap", "7")}, []string{`"blocks_to_swap": 7,`, `[7, false, false]`}, ""},
		{"a value that stood there already", replaced(t, ui, "[20, false", "[7, false"), []workflows.Change{set("3", "blocks_to_swap", "7")}, []string{`"blocks_to_swap": 7,`, `[7, false, false]`}, ""},
		{"a value that only one writes", replaced(t, ui, "[20, false, false]", "[20]"), []workflows.Change{set("3", "offload_img_emb", "true")}, []string{`"offload_img_emb": true`, `[20, true]`}, ""},
		{"a link", ui, []workflows.Change{unplug("1", "block_swap_args")}, []string{`"load_device": "offload_device"}}`, `"links": [[2, 3, 0, 2, 0, "BLOCKSWAPARGS"]]`}, ""},
		{"what all take is set", ui, []workflows.Change{giveSwap("1", swap7), giveSwap("2", swap7)}, []string{`"blocks_to_swap": 7,`, `[7, false, false]`}, ""},
		{"who keeps the node is as in the prompt", ui, []workflows.Change{giveSwap("1", swap7), giveSwap("2", swap9)},
			[]string{`"31": {"class_type": "WanVideoBlockSwap", "inputs": {"blocks_to_swap": 9,`, `"block_swap_args": ["31", 0]`, `[7, false, false]`, `[9, false, false]`, `31, 0, 2, 0, "BLOCKSWAPARGS"]`}, ""},
		{"one of two gets a copy", ui, []workflows.Change{giveSwap("2", swap9)}, []string{`"31": {"class_type": "WanVideoBlockSwap"`, `{"id": 31, "type": "WanVideoBlockSwap"`, `"last_node_id": 31`}, ""},
		{"the prompt has the highest id", replaced(t, ui, `"last_node_id": 30`, `"last_node_id": 2`), []workflows.Change{giveSwap("2", swap9)}, []string{`"4": {"class_type": "WanVideoBlockSwap"`, `{"id": 4, "type": "WanVideoBlockSwap"`}, ""},

		{"no such node", replaced(t, ui, `{"id": 1,`, `{"id": 11,`), []workflows.Change{set("1", "quantization", `"fp8_e5m2"`)}, nil, "in w: there is no node #1"},
		{"another class", replaced(t, ui, `3, "type": "WanVideoBlockSwap"`, `3, "type": "WanVideoVRAMManagement"`), []workflows.Change{set("3", "blocks_to_swap", "7")}, nil, "in w: #3 is WanVideoVRAMManagement"},
		{"two nodes of that id", replaced(t, ui, `{"id": 1,`, `{"id": 2,`), []workflows.Change{set("2", "quantization", `"fp8_e5m2"`)}, nil, "in w: two nodes have the id 2"},
		{"a value that a primitive drives", primitive, []workflows.Change{set("1", "quantization", `"fp8_e5m2"`)}, []string{`"quantization": "fp8_e5m2"`, `"widgets_values": ["fp8_e5m2"]`}, ""},
		{"a link that is not there", noSwap, []workflows.Change{unplug("1", "block_swap_args")}, nil, "in w: nothing is linked there"},
		{"supplied by nothing there", noSwap, []workflows.Change{giveSwap("1", swap7)}, nil, "in w: nothing supplies it, and in the prompt #3 WanVideoBlockSwap"},
		{"a taker that the prompt has not", third, []workflows.Change{giveSwap("1", swap7), giveSwap("2", swap7)}, nil, "in w: #3 WanVideoBlockSwap also serves #4, which would change with it"},
		{"a taker that keeps what it has", third, []workflows.Change{giveSwap("1", swap7)}, []string{`["31", 0]`, `{"id": 31,`}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := `{"p": ` + swapped + `, "w": ` + test.ui + `}`
			file := parse(t, text)
			part := file.Parts[0]
			if why := can(part, nil)(test.changes); why != test.why {
				t.Errorf("the reason is %q, want %q", why, test.why)
			}
			if test.why != "" {
				return
			}
			out := lowered(t, text, test.changes...)
			after := parse(t, out)
			if err := prove(file, after, [][]workflows.Change{test.changes}); err != nil {
				t.Error(err)
			}
			for _, want := range test.want {
				if !strings.Contains(out, want) {
					t.Errorf("%s is not in\n%s", want, out)
				}
			}
			r := &Result{Out: []byte(out), Changed: true, Parts: []PartResult{{Part: part, After: after.Parts[0]}}}
			for _, c := range test.changes {
				r.Parts[0].Changes = append(r.Parts[0].Changes, Made{Change: c})
			}
			checkResult(t, "", []byte(text), r)
		})
	}
}

// TestCompanionInSubgraph changes a prompt whose nodes the editor has in a subgraph that
// is used twice: once written there, they are two nodes in the prompt.
func TestCompanionInSubgraph(t *testing.T) {
	const ui = `{"last_node_id": 13, "last_link_id": 0, "nodes": [{"id": 12, "type": "S", "mode": 0, "inputs": [], "outputs": []}, {"id": 13, "type": "S", "mode": 0, "inputs": [], "outputs": []}],
 "links": [], "version": 0.4, "definitions": {"subgraphs": [{"id": "S", "name": "two", "state": {"lastNodeId": 13, "lastLinkId": 0}, "inputNode": {"id": -10}, "outputNode": {"id": -20}, "inputs": [], "outputs": [],
  "nodes": [{"id": 5, "type": "WanVideoModelLoader", "pos": [300, 0], "size": [200, 100], "mode": 0, "inputs": [{"name": "block_swap_args", "type": "BLOCKSWAPARGS", "link": null}],
    "outputs": [{"name": "model", "type": "WANVIDEOMODEL", "links": null}], "widgets_values": ["a.safetensors", "fp16", "disabled", "offload_device", "sdpa"]}], "links": []}]}}`
	prompt := promptOf(parse(t, ui).Parts[0])
	text := `{"p": ` + prompt + `, "w": ` + ui + `}`
	const swap7, swap9 = `{"blocks_to_swap":7}`, `{"blocks_to_swap":9}`
	tests := []struct {
		name    string
		changes []workflows.Change
		why     string
	}{
		{"both", []workflows.Change{giveSwap("12:5", swap7), giveSwap("13:5", swap7)}, ""},
		{"one", []workflows.Change{giveSwap("12:5", swap7)}, "in w: #13:5, of the same subgraph, would change with it"},
		{"both, not the same", []workflows.Change{giveSwap("12:5", swap7), giveSwap("13:5", swap9)}, "in w: #13:5, of the same subgraph, wants something else"},
		{"a value of one", []workflows.Change{set("12:5", "quantization", `"fp8_e5m2"`)}, "in w: #13:5, of the same subgraph, would change with it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if why := can(parse(t, text).Parts[0], nil)(test.changes); why != test.why {
				t.Fatalf("the reason is %q, want %q", why, test.why)
			}
			if test.why != "" {
				return
			}
			file := parse(t, text)
			after := parse(t, lowered(t, text, test.changes...))
			if err := prove(file, after, [][]workflows.Change{test.changes}); err != nil {
				t.Error(err)
			}
			for _, part := range []*workflows.Part{after.Parts[0], after.Parts[0].Companion} {
				for _, taker := range []string{"12", "13"} {
					if from := part.Run(taker + ":5").Wire("block_swap_args").From; from == nil || from.ID != taker+":14" {
						t.Errorf("%s: #%s:5 is supplied by %v, want #%s:14", part.Name(), taker, from, taker)
					}
				}
			}
		})
	}

	t.Run("rules that want it of both", func(t *testing.T) {
		rule := givingRules([]string{`{"loader.quantization": {"known": true}}`}, []string{`{"swap": {"blocks": 17}}`})
		r, err := Tune([]byte(text), machine(t, "3090"), rule, rules.Options{})
		if err != nil {
			t.Fatal(err)
		}
		done, blocked := told(r)
		if diff := cmp.Diff([]string{"#12:5 block_swap_args", "#13:5 block_swap_args"}, done); diff != "" || len(blocked) > 0 {
			t.Errorf("blocked: %v, done (-want +got):\n%s", blocked, diff)
		}
		checkAlike(t, "", r)
	})
}

// TestCompanionCutsAtInstance unplugs one of two nodes of a prompt that the editor has once,
// in a subgraph: there the link into one instance goes.
func TestCompanionCutsAtInstance(t *testing.T) {
	ui, err := os.ReadFile("../testdata/workflows/two-instances.json")
	if err != nil {
		t.Fatal(err)
	}
	r := tune(t, posted(promptOf(parse(t, string(ui)).Parts[0]), string(ui)), "3090", rules.Options{})
	done, blocked := told(r)
	if diff := cmp.Diff([]string{"#2:19 compile_args"}, done); diff != "" || len(blocked) > 0 {
		t.Errorf("blocked: %v, done (-want +got):\n%s", blocked, diff)
	}
	checkAlike(t, "", r)
}

// TestCompanionDiffers tells of what stood in the workflow and not in the prompt.
func TestCompanionDiffers(t *testing.T) {
	tests := []struct{ name, ui, want string }{
		{"the same", swappedUI, ""},
		{"the same number, written otherwise", strings.Replace(swappedUI, "[20,", "[20.0,", 1), ""},
		{"another number", strings.Replace(swappedUI, "[20,", "[25,", 1), " (25 in w)"},
		{"no such node", strings.Replace(swappedUI, `{"id": 3,`, `{"id": 33,`, 1), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			part := parse(t, `{"p": `+swapped+`, "w": `+test.ui+`}`).Parts[0]
			result := PartResult{Part: part, After: part}
			if got := result.Elsewhere(set("3", "blocks_to_swap", "7")); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// TestProveCompanion makes sure that the proof sees what is done in one of the two, or
// around them.
func TestProveCompanion(t *testing.T) {
	text := `{"p": ` + swapped + `, "w": ` + swappedUI + `, "client_id": "x"}`
	changes := []workflows.Change{set("3", "blocks_to_swap", "7")}
	right := lowered(t, text, changes...)
	gift := []workflows.Change{giveSwap("2", `{"blocks_to_swap":9}`)}
	given := lowered(t, text, gift...)
	tests := []struct {
		name, out string
		changes   []workflows.Change
		want      string
	}{
		{"right", right, changes, ""},
		{"not in the workflow", replaced(t, right, `[7, false`, `[20, false`), changes, "in w: blocks_to_swap of #3 WanVideoBlockSwap is 20, not 7"},
		{"not in the prompt", replaced(t, right, `"blocks_to_swap": 7`, `"blocks_to_swap": 20`), changes, "blocks_to_swap of #3 WanVideoBlockSwap is 20, not 7"},
		{"something else in the workflow", replaced(t, right, `"b.safetensors", "fp16", "disabled", "offload_device", "sdpa"`, `"b.safetensors", "fp16", "disabled", "main_device", "sdpa"`), changes, "in w: root#2 was changed, and nothing asked for it"},
		{"something around", replaced(t, right, `"x"`, `"y"`), changes, "something around the workflow was changed"},
		{"the workflow is gone", replaced(t, right, `"nodes": [`, `"knots": [`), changes, "in w: the workflow beside the prompt is gone"},
		{"given right", given, gift, ""},
		{"another id", strings.ReplaceAll(given, `"31"`, `"32"`), gift, "in w: block_swap_args of #2 is supplied by #31 WanVideoBlockSwap, and in the prompt by #32 WanVideoBlockSwap"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := prove(parse(t, text), parse(t, test.out), [][]workflows.Change{test.changes})
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// TestHistoryAlone tunes the entries of a history as they would be tuned alone.
func TestHistoryAlone(t *testing.T) {
	one := `{"p": ` + swapped + `, "w": ` + swappedUI + `}`
	other := `{"p": ` + swapped + `, "w": ` + strings.Replace(swappedUI, `"last_node_id": 30`, `"last_node_id": 99`, 1) + `}`
	rule := givingRules([]string{`{"loader.file": "b.safetensors"}`}, []string{`{"swap": {"blocks": 17}}`})
	m := machine(t, "3090")
	var want []string
	for _, text := range []string{one, other} {
		r, err := Tune([]byte(text), m, rule, rules.Options{})
		if err != nil || !r.Changed {
			t.Fatal(err)
		}
		want = append(want, string(r.Out))
	}
	r, err := Tune([]byte(`[`+one+`, `+other+`]`), m, rule, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`[`+strings.Join(want, `, `)+`]`, string(r.Out)); diff != "" {
		t.Errorf("(-alone +together):\n%s", diff)
	}
	if paths := []string{r.Parts[0].Part.Path, r.Parts[1].Part.Path}; !slices.Equal(paths, []string{"0.p", "1.p"}) {
		t.Errorf("the parts are %v", paths)
	}
}
