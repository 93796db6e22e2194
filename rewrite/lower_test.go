package rewrite

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/workflows"
)

const loaderValues = `"widgets_values":["a.gguf","fp16","fp8_e4m3fn","offload_device","sdpa"]`

// TestLower makes changes and looks at what of the text is new: pairs of what was
// and what is, everything else the same.
func TestLower(t *testing.T) {
	swap := func(values string) string {
		return `{"nodes":[{"id":5,"type":"WanVideoBlockSwap","widgets_values":[` + values + `]}],"links":[]}`
	}
	prompt := func(inputs string) string {
		return `{"7": {"class_type": "WanVideoLoraSelect", "inputs": {` + inputs + `}}}`
	}
	tests := []struct {
		name, text string
		changes    []workflows.Change
		edits      []string // old, new, old, new …
	}{
		{"a value in the list", loader(loaderValues), []workflows.Change{set("5", "quantization", `"disabled"`)},
			[]string{`"fp8_e4m3fn"`, `"disabled"`}},
		{"two values of one node", loader(loaderValues),
			[]workflows.Change{set("5", "attention_mode", `"comfy"`), set("5", "quantization", `"disabled"`)},
			[]string{`"fp8_e4m3fn"`, `"disabled"`, `"sdpa"`, `"comfy"`}},
		{"both copies", loader(loaderValues, `"widgets_values_named":{"model":"a.gguf","base_precision":"fp16","quantization":"fp8_e4m3fn","load_device":"offload_device","attention_mode":"sdpa"}`),
			[]workflows.Change{set("5", "quantization", `"disabled"`)},
			[]string{`"fp8_e4m3fn"`, `"disabled"`}},
		{"longer than what is stored", swap(`20, false, false`), []workflows.Change{set("5", "prefetch_blocks", `1`)},
			[]string{`20, false, false`, `20, false, false, false, 0, 1`}},
		{"longer, with a copy by name", `{"nodes":[{"id":5,"type":"WanVideoBlockSwap","widgets_values":[20, true],"widgets_values_named":{"blocks_to_swap": 20, "offload_img_emb": true}}]}`,
			[]workflows.Change{set("5", "use_non_blocking", `true`), set("5", "offload_txt_emb", `true`)},
			[]string{`[20, true]`, `[20, true, true, true]`, `"offload_img_emb": true`, `"offload_img_emb": true, "offload_txt_emb": true, "use_non_blocking": true`}},
		{"three copies", `{"nodes":[{"id":5,"type":"WanVideoBlockSwap","widgets_values":[20,true],"widgets_values_named":{"blocks_to_swap":20,"offload_img_emb":true},"widgets_values_ordered":[{"name":"blocks_to_swap","occurrence":0,"value":20},{"name":"offload_img_emb","occurrence":0,"value":true}]}]}`,
			[]workflows.Change{set("5", "blocks_to_swap", `30`)}, []string{`20`, `30`}},
		{"a copy by name that says otherwise", `{"nodes":[{"id":5,"type":"WanVideoBlockSwap","widgets_values":[20,true],"widgets_values_named":{"blocks_to_swap":10,"offload_img_emb":true}}]}`,
			[]workflows.Change{set("5", "blocks_to_swap", `30`)}, []string{`20`, `30`, `10`, `30`}},
		{"values as an object", `{"nodes":[{"id":5,"type":"WanVideoBlockSwap","widgets_values":{"offload_img_emb":true,"blocks_to_swap":20,"videopreview":{"params":{}}}}]}`,
			[]workflows.Change{set("5", "blocks_to_swap", `30`)}, []string{`20`, `30`}},
		{"text that a display widget left", `{"nodes":[{"id":5,"type":"WanVideoBlockSwap","widgets_values":[20,true,false,"<details>…</details>"]}]}`,
			[]workflows.Change{set("5", "blocks_to_swap", `30`)}, []string{`20`, `30`}},
		{"longer, on lines of their own", swap("\n  20,\n  false,\n  false\n"), []workflows.Change{set("5", "use_non_blocking", `true`)},
			[]string{"false\n]", "false,\n  true\n]"}},
		{"a value of a prompt", prompt(`"lora": "a", "strength": 1.0, "merge_loras": true`), []workflows.Change{set("7", "merge_loras", `false`)},
			[]string{`true`, `false`}},
		{"a value that a prompt leaves out", prompt(`"lora": "a", "strength": 1.0`), []workflows.Change{set("7", "merge_loras", `false`)},
			[]string{`1.0`, `1.0, "merge_loras": false`}},
		{"the same, minified", prompt(`"lora":"a","strength":1.0`), []workflows.Change{set("7", "merge_loras", `false`)},
			[]string{`1.0`, `1.0,"merge_loras":false`}},
		{"the same, on lines", prompt("\n    \"lora\": \"a\"\n  "), []workflows.Change{set("7", "merge_loras", `false`)},
			[]string{`"a"`, "\"a\",\n    \"merge_loras\": false"}},
		{"the same, alone", prompt(``), []workflows.Change{set("7", "merge_loras", `false`)},
			[]string{`{}`, `{"merge_loras": false}`}},
		{"a constant that drives this alone", strings.Replace(prompt(`"lora": "a", "merge_loras": ["8", 0]`), `}}}`, `}}, "8": {"class_type": "PrimitiveBoolean", "inputs": {"value": true}}}`, 1), []workflows.Change{set("7", "merge_loras", `false`)},
			[]string{`true`, `false`}},
		{"unplug a prompt", prompt(`"lora": "a", "prev_lora": ["3", 0], "strength": 1.0`), []workflows.Change{unplug("7", "prev_lora")},
			[]string{`, "prev_lora": ["3", 0]`, ``}},
		{"unplug one of two", pairWith("", ""), []workflows.Change{unplug("3", "compile_args")},
			[]string{`[1, 2]`, `[1]`, `"link": 2`, `"link": null`, ",\n    [2, 1, 0, 3, 0, \"WANCOMPILEARGS\"]", ``}},
		{"unplug both", pairWith("", ""), []workflows.Change{unplug("3", "compile_args"), unplug("2", "compile_args")},
			[]string{`[1, 2]`, `[]`, `"link": 1`, `"link": null`, `"link": 2`, `"link": null`,
				"\n    [1, 1, 0, 2, 0, \"WANCOMPILEARGS\"],\n    [2, 1, 0, 3, 0, \"WANCOMPILEARGS\"]\n  ", ``}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := strings.NewReplacer(test.edits...).Replace(test.text)
			if diff := cmp.Diff(want, lowered(t, test.text, test.changes...)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestBlocked asks for what cannot be done.
func TestBlocked(t *testing.T) {
	driven := func(class, values string) string {
		return `{"nodes":[{"id":5,"type":"WanVideoModelLoader","inputs":[{"name":"quantization","type":"COMBO","widget":{"name":"quantization"},"link":1}],` + loaderValues + `},
			{"id":6,"type":"` + class + `","outputs":[{"name":"out","type":"COMBO","links":[1,2]}],"widgets_values":[` + values + `]},
			{"id":7,"type":"SomebodysNode","inputs":[{"name":"text","type":"STRING","widget":{"name":"text"},"link":2}]}],"links":[[1,6,0,5,0,"COMBO"],[2,6,0,7,0,"STRING"]],"version":0.4}`
	}
	tests := []struct {
		name, text string
		change     workflows.Change
		why        string
	}{
		{"driven by a primitive", driven("PrimitiveNode", `"fp8_e4m3fn","fixed"`), set("5", "quantization", `"disabled"`), "#6 PrimitiveNode drives it, and text of #7 SomebodysNode too: change it there"},
		{"driven by a constant", driven("StringConstant", `"fp8_e4m3fn"`), set("5", "quantization", `"disabled"`), "#6 StringConstant drives it, and text of #7 SomebodysNode too: change it there"},
		{"driven by anything", driven("SomebodysNode", ``), set("5", "quantization", `"disabled"`), "#6 SomebodysNode drives it, which computes it: change it there"},
		{"a placeholder", loader(`"widgets_values":["a.gguf","fp16","{{QUANT}}","offload_device"]`), set("5", "quantization", `"disabled"`), "a placeholder stands there"},
		{"two widgets of a name", loader(loaderValues, `"widgets_values_ordered":[{"name":"quantization","occurrence":0,"value":"disabled"},{"name":"quantization","occurrence":1,"value":"fp8_e4m3fn"}]`), set("5", "quantization", `"disabled"`), "the node has two widgets of that name"},
		{"values nobody understands", loader(`"widgets_values":[true,[1],{}]`), set("5", "quantization", `"disabled"`), "its place is not known"},
		{"no such node", loader(loaderValues), set("6", "quantization", `"disabled"`), "there is no node #6"},
		{"nothing linked", loader(loaderValues, `"inputs":[{"name":"compile_args","type":"WANCOMPILEARGS","link":null}]`), unplug("5", "compile_args"), "nothing is linked there"},
		{"no list to make longer", loader(`"widgets_values":[]`), set("5", "quantization", `"disabled"`), "cannot be made longer"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			part := parse(t, test.text).Parts[0]
			if why := can(part, nil)([]workflows.Change{test.change}); !strings.Contains(why, test.why) {
				t.Errorf("%q, want %q", why, test.why)
			}
			if _, err := lower(part, []workflows.Change{test.change}); err == nil {
				t.Error("it is done all the same")
			}
		})
	}
}

// TestReroutes unplugs a link that runs through native reroutes.
func TestReroutes(t *testing.T) {
	extra := func(reroutes, extensions string) string {
		return "\n  \"extra\": {\"ds\": {\"scale\": 1.0}, \"reroutes\": [" + reroutes + "], \"linkExtensions\": [" + extensions + "]},"
	}
	tests := []struct{ name, before, after string }{
		{"a chain of its own", extra(`{"id":1,"pos":[0,0],"linkIds":[2]},{"id":2,"parentId":1,"pos":[0,0],"linkIds":[2]}`, `{"id":2,"parentId":2}`), extra(``, ``)},
		{"shared with another link", extra(`{"id":1,"pos":[0,0],"linkIds":[1,2]},{"id":2,"parentId":1,"pos":[0,0],"linkIds":[2]}`, `{"id":1,"parentId":1},{"id":2,"parentId":2}`),
			extra(`{"id":1,"pos":[0,0],"linkIds":[1]}`, `{"id":1,"parentId":1}`)},
		{"an open end hangs on it", extra(`{"id":1,"pos":[0,0],"linkIds":[2],"floating":{"slotType":"output"}}`, `{"id":2,"parentId":1}`),
			extra(`{"id":1,"pos":[0,0],"linkIds":[],"floating":{"slotType":"output"}}`, ``)},
		{"of schema 1", "\n  \"reroutes\": [{\"id\": 1, \"linkIds\": [2]}, {\"id\": 2, \"linkIds\": [1]}],", "\n  \"reroutes\": [{\"id\": 2, \"linkIds\": [1]}],"},
		{"null", "\n  \"extra\": null,", "\n  \"extra\": null,"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cut := unplug("3", "compile_args")
			want := lowered(t, pairWith("", ""), cut)
			want = strings.Replace(want, "\n  \"version\"", test.after+"\n  \"version\"", 1)
			if diff := cmp.Diff(want, lowered(t, pairWith("", test.before), cut)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestObjectLinks unplugs where links are objects, as in schema 1.
func TestObjectLinks(t *testing.T) {
	objects := strings.NewReplacer(
		`[1, 1, 0, 2, 0, "WANCOMPILEARGS"]`, `{"id": 1, "origin_id": 1, "origin_slot": 0, "target_id": 2, "target_slot": 0, "type": "WANCOMPILEARGS"}`,
		`[2, 1, 0, 3, 0, "WANCOMPILEARGS"]`, `{"id": 2, "origin_id": 1, "origin_slot": 0, "target_id": 3, "target_slot": 0, "type": "WANCOMPILEARGS"}`,
		`"version": 0.4`, `"version": 1`)
	got := lowered(t, objects.Replace(pairWith("", "")), unplug("2", "compile_args"))
	want := objects.Replace(lowered(t, pairWith("", ""), unplug("2", "compile_args")))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
