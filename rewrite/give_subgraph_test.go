package rewrite

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// instances is a workflow whose nodes are instances of one subgraph and others, by
// their texts, and what the subgraph holds.
func instances(outside, rows, inputs, inside, links string) string {
	definition := `{"id":"d","name":"In","version":1,"state":{"lastNodeId":40,"lastLinkId":40},"inputNode":{"id":-10,"bounding":[-100,0,100,100]},"outputNode":{"id":-20,"bounding":[5000,0,100,100]},"inputs":[` +
		inputs + `],"outputs":[],"nodes":[` + inside + `],"links":[` + links + `]}`
	return strings.Replace(graph04(outside, rows), `"extra"`, `"definitions":{"subgraphs":[`+definition+`]},"extra"`, 1)
}

func objectRow(id, from, slot, to, at int, kind string) string {
	return fmt.Sprintf(`{"id":%d,"origin_id":%d,"origin_slot":%d,"target_id":%d,"target_slot":%d,"type":%q}`, id, from, slot, to, at, kind)
}

func TestGiveInSubgraph(t *testing.T) {
	one, two := node(8, "d", "", "", ""), node(9, "d", "", "", "")
	swapNode := func(inputs, links string) string {
		return node(1, "WanVideoBlockSwap", inputs, output("BLOCKSWAPARGS", links), "20,false,false")
	}
	border := func(name, kind, links string) string {
		return fmt.Sprintf(`{"id":"b","name":%q,"type":%q,"linkIds":%s}`, name, kind, links)
	}
	pair := swapNode("", "[1,2]") + "," + loaderWith(2, swapSlot("1")) + "," + loaderWith(3, swapSlot("2"))
	pairRows := objectRow(1, 1, 0, 2, 0, "BLOCKSWAPARGS") + "," + objectRow(2, 1, 0, 3, 0, "BLOCKSWAPARGS")
	single := swapNode(widgetSlot("blocks_to_swap", "INT", "2"), "[1]") + "," + loaderWith(2, swapSlot("1"))
	singleRows := objectRow(1, 1, 0, 2, 0, "BLOCKSWAPARGS") + "," + objectRow(2, -10, 0, 1, 0, "INT")
	shows := func(id int, link, values string) string {
		return node(id, "d", widgetSlot("blocks", "INT", link), "", values)
	}
	blocks := border("blocks", "INT", "[2]")
	outer := func(more, rows string) string { // block swap stands outside
		return instances(node(7, "WanVideoBlockSwap", "", output("BLOCKSWAPARGS", "[1,2]"), "20,false,false")+","+node(8, "d", slot("swap", "BLOCKSWAPARGS", "1"), "", "")+more,
			`[1,7,0,8,0,"BLOCKSWAPARGS"]`+rows, border("swap", "BLOCKSWAPARGS", "[1]"), loaderWith(2, swapSlot("1")), objectRow(1, -10, 0, 2, 0, "BLOCKSWAPARGS"))
	}
	thirty := `{"blocks_to_swap":30}`
	tests := []struct {
		name, text string
		changes    []workflows.Change
		want       []string // in the result
		blocked    string
	}{
		{"a new node", instances(one, "", "", loaderWith(2, ""), ""), []workflows.Change{swap("8:2", thirty)},
			[]string{`"state":{"lastNodeId":41,"lastLinkId":41}`, `"last_node_id":41,"last_link_id":41`, `"links":[{"id":41,"origin_id":41,"origin_slot":0,"target_id":2,"target_slot":0,"type":"BLOCKSWAPARGS"}]`}, ""},
		{"a new node for two instances", instances(one+","+two, "", "", loaderWith(2, ""), ""), []workflows.Change{swap("8:2", thirty), swap("9:2", thirty)},
			[]string{`"state":{"lastNodeId":41,"lastLinkId":41}`}, ""},
		{"for one of two instances", instances(one+","+two, "", "", loaderWith(2, ""), ""), []workflows.Change{swap("8:2", thirty)},
			nil, "#9:2, of the same subgraph, would change with it"},
		{"two instances want different things", instances(one+","+two, "", "", loaderWith(2, ""), ""), []workflows.Change{swap("8:2", thirty), swap("9:2", `{"blocks_to_swap":3}`)},
			nil, "#9:2, of the same subgraph, wants something else"},
		{"beside a muted instance", instances(one+","+strings.Replace(two, `"mode":0`, `"mode":2`, 1), "", "", loaderWith(2, ""), ""), []workflows.Change{swap("8:2", thirty)},
			[]string{`"last_node_id":41`}, ""},
		{"set", instances(one, "", "", pair, pairRows), []workflows.Change{swap("8:2", thirty), swap("8:3", thirty)}, []string{`[30,false,false]`, `"last_node_id":20`}, ""},
		{"a clone", instances(one, "", "", pair, pairRows), []workflows.Change{swap("8:3", thirty)}, []string{`[20,false,false]`, `[30,false,false]`, objectRow(41, 41, 0, 3, 0, "BLOCKSWAPARGS")}, ""},
		{"shown outside, where nothing is stored", instances(shows(8, "null", ""), "", blocks, single, singleRows), []workflows.Change{swap("8:2", thirty)},
			[]string{`"widgets_values":[30,false,false]`, `"widgets_values":[]`}, ""},
		{"shown outside", instances(shows(8, "null", "20"), "", blocks, single, singleRows), []workflows.Change{swap("8:2", thirty)},
			[]string{`"widgets_values":[30,false,false]`, `"widgets_values":[30]`}, ""},
		{"shown by two", instances(shows(8, "null", "20")+","+shows(9, "null", "25"), "", blocks, single, singleRows), []workflows.Change{swap("8:2", thirty), swap("9:2", thirty)},
			[]string{`"widgets_values":[30,false,false]`, `"widgets_values":[30]`}, ""},
		{"shown in nobody knows which place", instances(shows(8, "null", "20,7"), "", blocks, single, singleRows), []workflows.Change{swap("8:2", thirty)},
			nil, "blocks_to_swap of #8:1 WanVideoBlockSwap: the copy of blocks_to_swap on #8 d cannot be found"},
		{"shown without a link", strings.Replace(instances(one, "", "", pair, pairRows), `"type":"d",`, `"type":"d","properties":{"proxyWidgets":[["1","blocks_to_swap"]]},`, 1), []workflows.Change{swap("8:2", thirty), swap("8:3", thirty)},
			[]string{`[30,false,false]`, `"widgets_values":[]`}, ""},
		{"driven by a constant that is shown outside", strings.Replace(instances(one, "", "", single+","+node(6, "INTConstant", "", output("INT", "[2]"), "20"), objectRow(1, 1, 0, 2, 0, "BLOCKSWAPARGS")+","+objectRow(2, 6, 0, 1, 0, "INT")),
			`"type":"d",`, `"type":"d","properties":{"proxyWidgets":[["6","value"]]},`, 1), []workflows.Change{swap("8:2", thirty)}, []string{`"widgets_values":[20,false,false]`, `"widgets_values":[30]`}, ""},
		{"driven from outside", instances(shows(8, "5", "20")+","+node(7, "INTConstant", "", output("INT", "[5]"), "20"), `[5,7,0,8,0,"INT"]`, blocks, single, singleRows), []workflows.Change{swap("8:2", thirty)},
			[]string{`"widgets_values":[30]`, `[20,false,false]`}, ""},
		{"driven from outside with others", instances(shows(8, "5", "20")+","+node(7, "INTConstant", "", output("INT", "[5,6]"), "20")+","+node(6, "Somebodys", slot("x", "INT", "6"), "", ""), `[5,7,0,8,0,"INT"],[6,7,0,6,0,"INT"]`, blocks, single, singleRows), []workflows.Change{swap("8:2", thirty)},
			nil, "it is driven from outside the subgraph: change it there"},
		{"a clone that is driven from outside", instances(shows(8, "null", "20"), "", blocks, strings.Replace(single, `"links":[1]`, `"links":[1,3]`, 1)+","+loaderWith(3, swapSlot("3")), singleRows+","+objectRow(3, 1, 0, 3, 0, "BLOCKSWAPARGS")), []workflows.Change{swap("8:3", `{"offload_img_emb":true}`)},
			[]string{`"linkIds":[2,42]`, objectRow(42, -10, 0, 41, 0, "INT"), `[20,true,false]`}, ""},
		{"supplied from outside", strings.Replace(outer("", ""), "[1,2]", "[1]", 1), []workflows.Change{swap("8:2", thirty)}, []string{`[30,false,false]`, `"last_node_id":20`}, ""},
		{"supplied from outside, where others are too", outer(","+loaderWith(3, swapSlot("2")), `,[2,7,0,3,0,"BLOCKSWAPARGS"]`), []workflows.Change{swap("8:2", thirty)},
			nil, "#7 WanVideoBlockSwap supplies others too, and stands on the other side of a subgraph's border"},
		{"the other one then", outer(","+loaderWith(3, swapSlot("2")), `,[2,7,0,3,0,"BLOCKSWAPARGS"]`), []workflows.Change{swap("3", thirty)},
			[]string{`[20,false,false]`, `[30,false,false]`, `[41,41,0,3,0,"BLOCKSWAPARGS"]`}, ""},
		{"nothing arrives from outside", instances(node(8, "d", slot("swap", "BLOCKSWAPARGS", "null"), "", ""), "", border("swap", "BLOCKSWAPARGS", "[1]"), loaderWith(2, swapSlot("1")), objectRow(1, -10, 0, 2, 0, "BLOCKSWAPARGS")), []workflows.Change{swap("8:2", thirty)},
			[]string{`"linkIds":[]`, objectRow(41, 41, 0, 2, 0, "BLOCKSWAPARGS")}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if why := can(parse(t, test.text).Parts[0], nil)(test.changes); !strings.Contains(why, test.blocked) || why != "" && test.blocked == "" {
				t.Fatalf("blocked by %q, want %q", why, test.blocked)
			}
			if test.blocked != "" {
				return
			}
			got := given(t, test.text, test.changes...)
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("%s is not in\n%s", want, got)
				}
			}
			was, is := graphsIn("", decoded(t, test.text)), graphsIn("", decoded(t, got))
			for path, graph := range was {
				before := faults(withBorders(graph))
				for fault := range faults(withBorders(is[path])) {
					if !before[fault] {
						t.Errorf("new fault at %s: %s", path, fault)
					}
				}
				if _, wrong := additions(graph, is[path], 40); len(wrong) > 0 {
					t.Error(wrong)
				}
			}
		})
	}
}

// TestGiveInstances lets rules give to every run of a loader inside a subgraph, or to
// some: a fix is made for all of them together, or not at all.
func TestGiveInstances(t *testing.T) {
	file := widgetSlot("file", "COMBO", "null")
	instance := func(id int, model string) string { return node(id, "d", file, "", `"`+model+`"`) }
	inside := strings.Replace(loaderWith(2, widgetSlot("model", "COMBO", "1")), `"a.safetensors"`, `"one.safetensors"`, 1)
	text := func(first, second string) string {
		return instances(instance(8, first)+","+instance(9, second), "", `{"id":"b","name":"file","type":"COMBO","linkIds":[1]}`, inside, objectRow(1, -10, 0, 2, 0, "COMBO"))
	}
	tests := []struct {
		name, text    string
		when          string
		done, blocked int
	}{
		{"both", text("one.safetensors", "one.safetensors"), `{"loader.file": "one.safetensors"}`, 2, 0},
		{"one of them", text("one.safetensors", "two.safetensors"), `{"loader.file": "one.safetensors"}`, 0, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := Tune([]byte(test.text), machine(t, "3090"), givingRules([]string{test.when}, []string{`{"swap": {"blocks": 30}}`}), rules.Options{})
			if err != nil {
				t.Fatal(err)
			}
			done, blocked := told(r)
			if len(done) != test.done || len(blocked) != test.blocked {
				t.Errorf("done %q, blocked %q\n%s", done, blocked, r.Out)
			}
		})
	}
}
