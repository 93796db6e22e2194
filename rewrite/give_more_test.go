package rewrite

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/workflows"
)

// graph04 writes a workflow of schema 0.4 from the texts of nodes and rows.
func graph04(nodes, rows string) string {
	return `{"last_node_id":20,"last_link_id":20,"nodes":[` + nodes + `],"links":[` + rows + `],"extra":{},"version":0.4}`
}

// node writes a node with what it needs; inputs and outputs are texts of slots.
func node(id int, class, inputs, outputs, values string) string {
	return fmt.Sprintf(`{"id":%d,"type":%q,"pos":[%d,0],"size":[200,100],"mode":0,"inputs":[%s],"outputs":[%s],"widgets_values":[%s]}`, id, class, 300*id, inputs, outputs, values)
}

func slot(name, kind, link string) string {
	return fmt.Sprintf(`{"name":%q,"type":%q,"link":%s}`, name, kind, link)
}

func widgetSlot(name, kind, link string) string {
	return fmt.Sprintf(`{"name":%q,"type":%q,"widget":{"name":%q},"link":%s}`, name, kind, name, link)
}

func output(kind, links string) string {
	return fmt.Sprintf(`{"name":%q,"type":%q,"links":%s}`, kind, kind, links)
}

func loaderWith(id int, inputs string) string {
	return node(id, "WanVideoModelLoader", inputs, output("WANVIDEOMODEL", "[]"), `"a.safetensors","fp16","disabled","offload_device"`)
}

func swapSlot(link string) string { return slot("block_swap_args", "BLOCKSWAPARGS", link) }

// TestGiveAround gives where something stands between, beside or behind the node that
// supplies.
func TestGiveAround(t *testing.T) {
	swapNode := func(inputs, links, values string) string {
		return node(1, "WanVideoBlockSwap", inputs, output("BLOCKSWAPARGS", links), values)
	}
	row := func(id, from, slot, to, at int) string {
		return fmt.Sprintf(`[%d,%d,%d,%d,%d,"BLOCKSWAPARGS"]`, id, from, slot, to, at)
	}
	constant := func(class, links, values string) string {
		return node(6, class, "", output("INT", links), values)
	}
	muted := strings.Replace(swapNode("", "[1]", "20,false,false"), `"mode":0`, `"mode":2`, 1)
	loras := node(11, "WanVideoLoraSelect", slot("prev_lora", "WANVIDLORA", "13")+","+slot("blocks", "SELECTEDBLOCKS", "14"), output("WANVIDLORA", "[11,12]"), `"one",1,false,true`) + "," +
		node(12, "WanVideoLoraSelect", slot("prev_lora", "WANVIDLORA", "null"), output("WANVIDLORA", "[13]"), `"two",1,false,true`) + "," +
		node(13, "WanVideoLoraBlockEdit", "", output("SELECTEDBLOCKS", "[14]"), `"x"`) + "," +
		loaderWith(2, slot("lora", "WANVIDLORA", "11")) + "," + loaderWith(3, slot("lora", "WANVIDLORA", "12"))
	loraRows := `[11,11,0,2,0,"WANVIDLORA"],[12,11,0,3,0,"WANVIDLORA"],[13,12,0,11,0,"WANVIDLORA"],[14,13,0,11,1,"SELECTEDBLOCKS"]`
	wantsMerge := func(run string) workflows.Change {
		return give(run, "lora", "WanVideoLoraSelect", `{"merge_loras":false}`)
	}
	tests := []struct {
		name, text string
		changes    []workflows.Change
		want       []string // in the result
	}{
		{"through a reroute, to one", graph04(swapNode("", "[1]", "20,false,false")+","+node(5, "Reroute", slot("", "*", "1"), output("", "[2]"), "")+","+loaderWith(2, swapSlot("2")), row(1, 1, 0, 5, 0)+","+row(2, 5, 0, 2, 0)),
			[]workflows.Change{swap("2", `{"blocks_to_swap":30}`)}, []string{`[30,false,false]`, `"last_node_id":20`}},
		{"through a reroute, to one of two", graph04(swapNode("", "[1]", "20,false,false")+","+node(5, "Reroute", slot("", "*", "1"), output("", "[2,3]"), "")+","+loaderWith(2, swapSlot("2"))+","+loaderWith(3, swapSlot("3")), row(1, 1, 0, 5, 0)+","+row(2, 5, 0, 2, 0)+","+row(3, 5, 0, 3, 0)),
			[]workflows.Change{swap("3", `{"blocks_to_swap":30}`)}, []string{`[20,false,false]`, `[30,false,false]`, `"links":[2]`, `[21,21,0,3,0,"BLOCKSWAPARGS"]`}},
		{"set and get", graph04(swapNode("", "[1]", "20,false,false")+","+node(5, "SetNode", slot("BLOCKSWAPARGS", "BLOCKSWAPARGS", "1"), output("*", "[]"), `"s"`)+","+node(7, "GetNode", "", output("BLOCKSWAPARGS", "[2]"), `"s"`)+","+node(8, "GetNode", "", output("BLOCKSWAPARGS", "[3]"), `"s"`)+","+loaderWith(2, swapSlot("2"))+","+loaderWith(3, swapSlot("3")), row(1, 1, 0, 5, 0)+","+row(2, 7, 0, 2, 0)+","+row(3, 8, 0, 3, 0)),
			[]workflows.Change{swap("3", `{"blocks_to_swap":30}`)}, []string{`[20,false,false]`, `[30,false,false]`, `[21,21,0,3,0,"BLOCKSWAPARGS"]`}},
		{"a muted node", graph04(muted+","+loaderWith(2, swapSlot("1")), row(1, 1, 0, 2, 0)),
			[]workflows.Change{swap("2", `{"blocks_to_swap":30}`)}, []string{`"mode":2,"inputs":[],"outputs":[{"name":"BLOCKSWAPARGS","type":"BLOCKSWAPARGS","links":[]}]`, `[30,false,false,false,0,0,false]`}},
		{"a muted loader beside", graph04(swapNode("", "[1,2]", "20,false,false")+","+loaderWith(2, swapSlot("1"))+","+strings.Replace(loaderWith(3, swapSlot("2")), `"mode":0`, `"mode":2`, 1), row(1, 1, 0, 2, 0)+","+row(2, 1, 0, 3, 0)),
			[]workflows.Change{swap("2", `{"blocks_to_swap":30}`)}, []string{`[30,false,false]`, `"last_node_id":20`}},
		{"a constant of its own", graph04(constant("INTConstant", "[2]", "20")+","+swapNode(widgetSlot("blocks_to_swap", "INT", "2"), "[1]", "5,false,false")+","+loaderWith(2, swapSlot("1")), row(1, 1, 0, 2, 0)+`,[2,6,0,1,0,"INT"]`),
			[]workflows.Change{swap("2", `{"blocks_to_swap":30}`)}, []string{`"widgets_values":[30]`, `[5,false,false]`}},
		{"a primitive of its own", graph04(constant("PrimitiveNode", "[2]", `20,"fixed"`)+","+swapNode(widgetSlot("blocks_to_swap", "INT", "2"), "[1]", "5,false,false")+","+loaderWith(2, swapSlot("1")), row(1, 1, 0, 2, 0)+`,[2,6,0,1,0,"INT"]`),
			[]workflows.Change{swap("2", `{"blocks_to_swap":30}`)}, []string{`"widgets_values":[30,"fixed"]`}},
		{"a constant that drives more", graph04(constant("INTConstant", "[2,3]", "20")+","+node(9, "Somebodys", slot("x", "INT", "3"), "", "")+","+swapNode(widgetSlot("blocks_to_swap", "INT", "2"), "[1]", "5,false,false")+","+loaderWith(2, swapSlot("1")), row(1, 1, 0, 2, 0)+`,[2,6,0,1,0,"INT"],[3,6,0,9,0,"INT"]`),
			[]workflows.Change{swap("2", `{"blocks_to_swap":30}`)}, []string{`"widgets_values":[20]`, `[30,false,false]`, `"links":[3]`}},
		{"a clone that a constant drives", graph04(constant("INTConstant", "[2]", "20")+","+swapNode(widgetSlot("blocks_to_swap", "INT", "2"), "[1,3]", "5,false,false")+","+loaderWith(2, swapSlot("1"))+","+loaderWith(3, swapSlot("3")), row(1, 1, 0, 2, 0)+`,[2,6,0,1,0,"INT"],`+row(3, 1, 0, 3, 0)),
			[]workflows.Change{swap("2", `{"offload_img_emb":true}`)}, []string{`[5,true,false]`, `"links":[2,22]`, `[22,6,0,21,0,"INT"]`}},
		{"a list that two share", graph04(loras, loraRows), []workflows.Change{wantsMerge("3")},
			[]string{`"one",1,false,false`, `"two",1,false,false`, `"one",1,false,true`, `"two",1,false,true`, `[22,22,0,21,0,"WANVIDLORA"]`, `[23,13,0,21,1,"SELECTEDBLOCKS"]`, `"links":[14,23]`}},
		{"a list for both", graph04(loras, loraRows), []workflows.Change{wantsMerge("2"), wantsMerge("3")},
			[]string{`"one",1,false,false`, `"two",1,false,false`, `"last_node_id":20`}},
		{"a node without inputs", graph04(strings.Replace(loaderWith(2, ""), `"inputs":[],`, "", 1), ""),
			[]workflows.Change{swap("2", `{"blocks_to_swap":30}`), give("2", "vram_management_args", "WanVideoVRAMManagement", `{"offload_percent":0.5}`)},
			[]string{`"inputs":[{"name":"block_swap_args","type":"BLOCKSWAPARGS","link":21,"shape":7},{"name":"vram_management_args","type":"VRAM_MANAGEMENTARGS","link":22,"shape":7}]}`, `"links":[[21,21,0,2,0,"BLOCKSWAPARGS"],[22,22,0,2,1,"VRAM_MANAGEMENTARGS"]]`}},
		{"no table of links", strings.Replace(graph04(loaderWith(2, ""), ""), `,"links":[]`, ``, 1), []workflows.Change{swap("2", `{"blocks_to_swap":30}`)}, []string{`,"links":[[21,21,0,2,0,"BLOCKSWAPARGS"]]`}},
		{"null for a table of links", strings.Replace(graph04(loaderWith(2, ""), ""), `"links":[]`, `"links":null`, 1), []workflows.Change{swap("2", `{"blocks_to_swap":30}`)}, []string{`"links":[[21,21,0,2,0,"BLOCKSWAPARGS"]]`}},
		{"a slot without a link", graph04(loaderWith(2, `{"label":"swap","name":"block_swap_args","shape":7,"type":"BLOCKSWAPARGS"}`), ""),
			[]workflows.Change{swap("2", `{"blocks_to_swap":30}`)}, []string{`"type":"BLOCKSWAPARGS","link":21}`}},
		{"ids in a subgraph and in native reroutes", strings.NewReplacer(`"extra":{}`, `"extra":{"reroutes":[{"id":1,"linkIds":[50]}],"linkExtensions":[{"id":60,"parentId":1}]},"definitions":{"subgraphs":[{"id":"d","state":{"lastNodeId":70},"nodes":[{"id":80,"type":"Note"}],"links":[]}]}`).Replace(graph04(loaderWith(2, ""), "")),
			[]workflows.Change{swap("2", `{"blocks_to_swap":30}`)}, []string{`"last_node_id":81,"last_link_id":61`, `"id":81`, `[61,81,0,2,0`}},
		{"ids of text", strings.NewReplacer(`"id":2`, `"id":"2"`, `"last_node_id":20`, `"last_node_id":"20"`).Replace(graph04(loaderWith(2, ""), "")),
			[]workflows.Change{swap("2", `{"blocks_to_swap":30}`)}, []string{`"last_node_id":"21"`, `[21,21,0,"2",0,"BLOCKSWAPARGS"]`}},
		{"an output that lists null", graph04(constant("INTConstant", "null", "20")+","+swapNode(widgetSlot("blocks_to_swap", "INT", "2"), "[1,3]", "5,false,false")+","+loaderWith(2, swapSlot("1"))+","+loaderWith(3, swapSlot("3")), row(1, 1, 0, 2, 0)+`,[2,6,0,1,0,"INT"],`+row(3, 1, 0, 3, 0)),
			[]workflows.Change{swap("2", `{"offload_img_emb":true}`), swap("3", `{"offload_txt_emb":true}`)}, []string{`"links":[22]`}},
		{"what another change sets is in the clone too", graph04(swapNode("", "[1,2]", "20,false,false")+","+loaderWith(2, swapSlot("1"))+","+loaderWith(3, swapSlot("2")), row(1, 1, 0, 2, 0)+","+row(2, 1, 0, 3, 0)),
			[]workflows.Change{set("1", "offload_img_emb", "true"), swap("3", `{"blocks_to_swap":30}`)}, []string{`[20,true,false]`, `[30,true,false]`}},
		{"copies by name", graph04(strings.Replace(swapNode("", "[1,2]", "20,false,false"), `"widgets_values"`, `"widgets_values_named":{"blocks_to_swap":20,"offload_img_emb":false,"offload_txt_emb":false},"widgets_values"`, 1)+","+loaderWith(2, swapSlot("1"))+","+loaderWith(3, swapSlot("2")), row(1, 1, 0, 2, 0)+","+row(2, 1, 0, 3, 0)),
			[]workflows.Change{swap("3", `{"blocks_to_swap":30}`), give("2", "vram_management_args", "WanVideoVRAMManagement", `{"offload_percent":0.5}`)},
			[]string{`"widgets_values_named":{"blocks_to_swap":30,`, `"widgets_values_named":{"offload_percent":0.5}`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := given(t, test.text, test.changes...)
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("%s is not in\n%s", want, got)
				}
			}
		})
	}
}

// TestGiveBlocked asks for what no edit can do for just the ones it is wanted for.
func TestGiveBlocked(t *testing.T) {
	wanted := []workflows.Change{swap("2", `{"blocks_to_swap":30}`)}
	supplied := func(by string) string {
		return graph04(by+","+loaderWith(2, swapSlot("1")), `[1,1,0,2,0,"BLOCKSWAPARGS"]`)
	}
	tests := []struct {
		name, text string
		changes    []workflows.Change
		why        string
	}{
		{"no such node", graph04(loaderWith(3, ""), ""), wanted, "there is no node #2"},
		{"two nodes of an id", graph04(loaderWith(2, "")+","+loaderWith(2, ""), ""), wanted, "two nodes have the id 2"},
		{"supplied by anything", supplied(node(1, "Somebodys", "", output("BLOCKSWAPARGS", "[1]"), "")), wanted, "#1 Somebodys supplies it, and wanfix does not know what that gives"},
		{"a placeholder", supplied(node(1, "WanVideoBlockSwap", "", output("BLOCKSWAPARGS", "[1]"), `"{{N}}",false,false`)), wanted, "a placeholder stands there"},
		{"values nobody understands", supplied(node(1, "WanVideoBlockSwap", "", output("BLOCKSWAPARGS", "[1]"), `{},[1]`)), wanted, "its place is not known"},
		{"unplugged as well", supplied(node(1, "WanVideoBlockSwap", "", output("BLOCKSWAPARGS", "[1]"), `20,false,false`)), append(wanted, unplug("2", "block_swap_args")), "two changes want it supplied and unplugged"},
		{"set otherwise as well", supplied(node(1, "WanVideoBlockSwap", "", output("BLOCKSWAPARGS", "[1]"), `20,false,false`)), append(wanted, set("1", "blocks_to_swap", "3")), "blocks_to_swap of #1 WanVideoBlockSwap: two changes want different values of it"},
		{"no default for a file", graph04(loaderWith(2, ""), ""), []workflows.Change{give("2", "lora", "WanVideoLoraSelect", `{"merge_loras":false}`)}, "its lora has no default"},
		{"a table of links that is none", `{"nodes":[` + loaderWith(2, "") + `],"links":{}}`, wanted, "the links of the workflow are no list"},
		{"ids beyond counting", strings.Replace(graph04(loaderWith(2, ""), ""), `"last_link_id":20`, `"last_link_id":9007199254740991`, 1), wanted, "too high"},
		{"a list that goes on in the dark", graph04(node(1, "WanVideoLoraSelect", slot("prev_lora", "WANVIDLORA", "2"), output("WANVIDLORA", "[1]"), `"a",1,false,true`)+","+node(4, "Somebodys", "", output("WANVIDLORA", "[2]"), "")+","+loaderWith(2, slot("lora", "WANVIDLORA", "1")), `[1,1,0,2,0,"WANVIDLORA"],[2,4,0,1,0,"WANVIDLORA"]`),
			[]workflows.Change{give("2", "lora", "WanVideoLoraSelect", `{"merge_loras":false}`)}, "the list cannot be followed: it goes on at #4 Somebodys"},
		{"a link that two inputs claim", graph04(node(1, "WanVideoBlockSwap", "", output("BLOCKSWAPARGS", "[1,2]"), `20,false,false`)+","+loaderWith(2, swapSlot("1"))+","+loaderWith(3, swapSlot("1")), `[1,1,0,2,0,"BLOCKSWAPARGS"]`), wanted, "link 1 also ends at root#3"},
		{"given without a link", strings.Replace(graph04(loaderWith(2, ""), ""), `"extra":{}`, `"extra":{"ue_links":[{"downstream":2,"downstream_slot":1,"upstream":"7","upstream_slot":0,"controller":9,"type":"BLOCKSWAPARGS"}]}`, 1), wanted, "node 7 gives it without a link"},
		{"a class nobody knows", graph04(loaderWith(2, ""), ""), []workflows.Change{give("2", "block_swap_args", "Nothing", `{}`)}, "the class Nothing is not known"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			part := parse(t, test.text).Parts[0]
			if why := can(part, nil)(test.changes); !strings.Contains(why, test.why) {
				t.Errorf("%q, want %q", why, test.why)
			}
		})
	}
}
