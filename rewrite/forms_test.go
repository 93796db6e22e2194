package rewrite

import (
	"strings"
	"testing"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// TestLostLinks cuts and gives where the editor does not read the links.
func TestLostLinks(t *testing.T) {
	for name, text := range map[string]string{
		"lists in version 0.3":     replaced(t, pairWith("", ""), `"version": 0.4`, `"version": 0.3`),
		"lists in version 1":       replaced(t, pairWith("", ""), `"version": 0.4`, `"version": 1`),
		"an object in version 0.4": replaced(t, pairWith("", ""), `[2, 1, 0, 3, 0, "WANCOMPILEARGS"]`, `{"id": 2, "origin_id": 1, "origin_slot": 0, "target_id": 3, "target_slot": 0, "type": "WANCOMPILEARGS"}`),
	} {
		t.Run(name, func(t *testing.T) {
			part := parse(t, text).Parts[0]
			for _, c := range []workflows.Change{unplug("3", "compile_args"), swap("3", `{"blocks_to_swap":30}`)} {
				if why := can(part, nil)([]workflows.Change{c}); !strings.Contains(why, "loses those that are written") {
					t.Errorf("%s: %q", c.Op, why)
				}
			}
			if r := tune(t, text, "3090", rules.Options{}); r.Changed && strings.Contains(string(r.Out), `"link": null`) {
				t.Errorf("a link that the editor does not see is cut:\n%s", r.Out)
			}
		})
	}
}

// TestFloatingLinks changes a workflow in which a link hangs on a reroute with an open end.
func TestFloatingLinks(t *testing.T) {
	floating := "\n  \"floatingLinks\": [{\"id\": 70, \"origin_id\": 1, \"origin_slot\": 0, \"target_id\": -1, \"target_slot\": -1, \"type\": \"WANCOMPILEARGS\", \"parentId\": 2}],"
	reroutes := func(first, second string) string {
		return "\n  \"extra\": {\"reroutes\": [{\"id\": 1, \"linkIds\": [" + first + "]}, {\"id\": 2, \"parentId\": 1, \"linkIds\": [" + second + "]}], \"linkExtensions\": [{\"id\": 2, \"parentId\": 2}]},"
	}
	text := pairWith("", floating+reroutes("2", "2"))
	t.Run("its reroutes stay", func(t *testing.T) {
		out := lowered(t, text, unplug("3", "compile_args"))
		for _, want := range []string{floating, `"reroutes": [{"id": 1, "linkIds": []}, {"id": 2, "parentId": 1, "linkIds": []}], "linkExtensions": []`} {
			if !strings.Contains(out, want) {
				t.Errorf("want %s in\n%s", want, out)
			}
		}
	})
	t.Run("it is no link", func(t *testing.T) {
		if links := parse(t, text).Parts[0].Root.Links(); len(links) != 2 {
			t.Errorf("%d links, want 2", len(links))
		}
	})
	t.Run("its id is not given again", func(t *testing.T) {
		out := lowered(t, text, swap("3", `{"blocks_to_swap":30}`))
		if !strings.Contains(out, `[71, 4, 0, 3, 1, "BLOCKSWAPARGS"]`) || !strings.Contains(out, floating) {
			t.Errorf("the new link is not 71:\n%s", out)
		}
	})
}

// TestPlaceholders changes workflows in which something will be filled in later.
func TestPlaceholders(t *testing.T) {
	swapNode := node(1, "WanVideoBlockSwap", widgetSlot("blocks_to_swap", "INT", "null"), output("BLOCKSWAPARGS", "[1,2]"), `"{{BLOCKS}}",false,false`)
	two := graph04(swapNode+","+loaderWith(2, swapSlot("1"))+","+loaderWith(3, swapSlot("2")), `[1,1,0,2,0,"BLOCKSWAPARGS"],[2,1,0,3,0,"BLOCKSWAPARGS"]`)
	tests := []struct {
		name, text string
		changes    []workflows.Change
		blocked    bool
	}{
		{"to be set", two, []workflows.Change{set("1", "blocks_to_swap", "30")}, true},
		{"in what is copied", two, []workflows.Change{swap("3", `{"blocks_to_swap":30}`)}, true},
		{"in what is copied of a prompt", strings.Replace(prompt, `"blocks_to_swap":20`, `"blocks_to_swap":"{{BLOCKS}}"`, 1), []workflows.Change{swap("3", `{"blocks_to_swap":30}`)}, true},
		{"beside what is set", two, []workflows.Change{set("1", "offload_img_emb", "true")}, false},
		{"beside what a copy differs in", two, []workflows.Change{swap("3", `{"offload_img_emb":true}`)}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			why := can(parse(t, test.text).Parts[0], nil)(test.changes)
			if strings.Contains(why, "a placeholder stands there") != test.blocked {
				t.Fatalf("%q", why)
			}
			if !test.blocked && !strings.Contains(given(t, test.text, test.changes...), `"{{BLOCKS}}"`) {
				t.Error("the placeholder is gone")
			}
		})
	}
}

// TestGroupNode changes what stands inside a group node, and what is linked to one.
func TestGroupNode(t *testing.T) {
	text := strings.Replace(graph04(
		node(7, "workflow>Load", "", output("WANVIDEOMODEL", "[1]")+","+output("FLOAT", "[2]"), `"one.gguf","fp16","fp8_e4m3fn","main_device",20`)+","+
			node(8, "WanVideoSampler", slot("model", "WANVIDEOMODEL", "1")+","+widgetSlot("cfg", "FLOAT", "2"), "", ``), `[1,7,0,8,0,"WANVIDEOMODEL"],[2,7,1,8,1,"FLOAT"]`),
		`"extra":{}`, `"extra":{"groupNodes":{"Load":{"nodes":[`+loaderWith(-1, swapSlot("null"))+","+node(-1, "INTConstant", "", output("INT", "[]"), "1")+`],"links":[]}}}`, 1)
	text = strings.Replace(text, `"inputs":[],"outputs":[{"name":"WANVIDEOMODEL"`, `"inputs":[`+swapSlot("null")+`],"outputs":[{"name":"WANVIDEOMODEL"`, 1)
	text = strings.Replace(text, `{"name":"INT","type":"INT","links":[]}`, `{"name":"FLOAT","type":"FLOAT","links":[]}`, 1)
	part := parse(t, text).Parts[0]
	t.Run("it is judged", func(t *testing.T) {
		r := tune(t, text, "3090", rules.Options{})
		found := false
		for _, f := range r.Parts[0].Findings {
			if f.Rule.ID == "gguf-needs-quantization-disabled" && f.At.ID == "7:0" {
				found = f.Fixes[0].State == rules.Blocked && strings.Contains(f.Fixes[0].BlockedBy, "inside a group node")
			}
		}
		if !found || r.Changed {
			t.Errorf("changed %v, findings %v", r.Changed, r.Parts[0].Findings)
		}
	})
	for name, c := range map[string]workflows.Change{
		"set inside":                 set("7:0", "quantization", `"disabled"`),
		"set by a constant inside":   set("8", "cfg", "3"),
		"give inside":                swap("7:0", `{"blocks_to_swap":30}`),
		"unplug what is not written": unplug("7:0", "block_swap_args"),
	} {
		t.Run(name, func(t *testing.T) {
			if why := can(part, nil)([]workflows.Change{c}); !strings.Contains(why, "inside a group node") {
				t.Errorf("%q", why)
			}
		})
	}
	t.Run("unplugged from it", func(t *testing.T) {
		out := given(t, text, unplug("8", "model"))
		if !strings.Contains(out, `"type":"WANVIDEOMODEL","links":[]`) {
			t.Error(out)
		}
	})
}
