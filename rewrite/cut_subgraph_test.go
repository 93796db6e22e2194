package rewrite

import (
	"strings"
	"testing"

	"github.com/wanfix/wanfix/workflows"
)

func TestUnplugInSubgraph(t *testing.T) {
	compile := func(id int, links string) string {
		return node(id, "WanVideoTorchCompileSettings", "", output("WANCOMPILEARGS", links), `"inductor",false,"default",false,64,true`)
	}
	one, two := node(8, "d", "", "", ""), node(9, "d", "", "", "")
	slot := func(link string) string { return slot("compile_args", "WANCOMPILEARGS", link) }
	cut := func(runs ...string) (changes []workflows.Change) {
		for _, run := range runs {
			changes = append(changes, unplug(run, "compile_args"))
		}
		return changes
	}
	row := objectRow(1, 1, 0, 2, 0, "WANCOMPILEARGS")
	inside := func(outside string) string {
		return instances(outside, "", "", compile(1, "[1]")+","+loaderWith(2, slot("1")), row)
	}
	insideCut := []string{`"links":[1]`, `"links":[]`, `"link":1}`, `"link":null}`, row, ``}

	// from outside: an input of the subgraph gives it
	border := `{"id":"b","name":"compile_args","type":"WANCOMPILEARGS","linkIds":[1]}`
	borderRow := objectRow(1, -10, 0, 2, 0, "WANCOMPILEARGS")
	taking := func(id int, link string) string { return node(id, "d", slot(link), "", "") }
	outside := func(nodes, rows string) string {
		return instances(nodes, rows, border, loaderWith(2, slot("1")), borderRow)
	}
	borderCut := []string{`"linkIds":[1]`, `"linkIds":[]`, `"link":1}`, `"link":null}`, borderRow, ``}
	first, second := `[5,7,0,8,0,"WANCOMPILEARGS"]`, `[6,7,0,9,0,"WANCOMPILEARGS"]`
	shared := outside(compile(7, "[5,6]")+","+taking(8, "5")+","+taking(9, "6"), first+","+second)
	pair := instances(compile(7, "[5]")+","+taking(8, "5"), first, strings.Replace(border, "[1]", "[1,2]", 1), loaderWith(2, slot("1"))+","+loaderWith(3, slot("2")), borderRow+","+objectRow(2, -10, 0, 3, 0, "WANCOMPILEARGS"))

	// nested: two instances of e hold one of d each
	nested := func(nodes, rows string) string {
		text := instances(nodes, rows, border, loaderWith(2, slot("1")), borderRow)
		e := `{"id":"e","name":"Out","version":1,"state":{"lastNodeId":40,"lastLinkId":40},"inputNode":{"id":-10,"bounding":[-100,0,100,100]},"outputNode":{"id":-20,"bounding":[5000,0,100,100]},"inputs":[` +
			border + `],"outputs":[],"nodes":[` + taking(8, "1") + `],"links":[` + objectRow(1, -10, 0, 8, 0, "WANCOMPILEARGS") + `]}`
		return strings.Replace(text, `"subgraphs":[`, `"subgraphs":[`+e+`,`, 1)
	}
	outer := func(id int, link string) string { return node(id, "e", slot(link), "", "") }
	deep := nested(compile(7, "[5,6]")+","+outer(20, "5")+","+outer(21, "6"), `[5,7,0,20,0,"WANCOMPILEARGS"],[6,7,0,21,0,"WANCOMPILEARGS"]`)
	mixed := nested(compile(7, "[5,6]")+","+outer(20, "5")+","+taking(9, "6"), `[5,7,0,20,0,"WANCOMPILEARGS"],[6,7,0,9,0,"WANCOMPILEARGS"]`)

	from := func(text, start string, edits []string) []string { // where the same stands before
		rest := text[strings.Index(text, start):]
		return []string{rest, edited(rest, edits)}
	}
	betweenCut := []string{`"linkIds":[1]`, `"linkIds":[]`, `"link":1}`, `"link":null}`, objectRow(1, -10, 0, 8, 0, "WANCOMPILEARGS"), ``}

	// through a reroute inside, which another loader shares
	reroute := node(4, "Reroute", `{"name":"","type":"*","link":3}`, output("*", "[1,2]"), "")
	reroutes := instances(one, "", "", compile(1, "[3]")+","+reroute+","+loaderWith(2, slot("1"))+","+loaderWith(3, slot("2")),
		objectRow(3, 1, 0, 4, 0, "*")+","+objectRow(1, 4, 0, 2, 0, "*")+","+objectRow(2, 4, 0, 3, 0, "*"))
	tests := []struct {
		name, text string
		changes    []workflows.Change
		edits      []string
		blocked    string
	}{
		{"the only instance", inside(one), cut("8:2"), insideCut, ""},
		{"both instances", inside(one + "," + two), cut("8:2", "9:2"), insideCut, ""},
		{"one of two instances", inside(one + "," + two), cut("8:2"), nil, "#9:2, of the same subgraph, would change with it"},
		{"beside a bypassed instance", inside(one + "," + strings.Replace(two, `"mode":0`, `"mode":4`, 1)), cut("8:2"), insideCut, ""},
		{"twice in a border's list", strings.Replace(outside(compile(7, "[5]")+","+taking(8, "5"), first), `"linkIds":[1]`, `"linkIds":[1,1]`, 1), cut("8:2"),
			[]string{`"linkIds":[1,1]`, `"linkIds":[]`, `"link":1}`, `"link":null}`, borderRow, ``}, ""},
		{"a link that the output border claims too", strings.Replace(inside(one), `"outputs":[],"nodes":[{"id":1`, `"outputs":[{"name":"o","type":"X","linkIds":[1]}],"nodes":[{"id":1`, 1), cut("8:2"),
			nil, `link 1 also ends at the border of subgraph "In"`},

		{"from outside", outside(compile(7, "[5]")+","+taking(8, "5"), first), cut("8:2"), borderCut, ""},
		{"from outside, both", shared, cut("8:2", "9:2"), borderCut, ""},
		{"from outside, one of both", shared, cut("8:2"), []string{`"links":[5,6]`, `"links":[6]`, `"link":5}`, `"link":null}`, first + ",", ``}, ""},
		{"from outside, the other", shared, cut("9:2"), []string{`"links":[5,6]`, `"links":[5]`, `"link":6}`, `"link":null}`, "," + second, ``}, ""},
		{"from outside, where the other gets nothing", outside(compile(7, "[5]")+","+taking(8, "5")+","+taking(9, "null"), first), cut("8:2"), borderCut, ""},
		{"one of two loaders inside", pair, cut("8:2"), []string{`"linkIds":[1,2]`, `"linkIds":[2]`, `"link":1}`, `"link":null}`, borderRow + ",", ``}, ""},
		{"one of two loaders, in one of two instances", strings.NewReplacer(taking(8, "5"), taking(8, "5")+","+taking(9, "6"), `"links":[5]`, `"links":[5,6]`, first, first+","+second).Replace(pair), cut("8:2"),
			nil, "#9:2, of the same subgraph, would change with it"},
		{"both loaders, in one of two instances", strings.NewReplacer(taking(8, "5"), taking(8, "5")+","+taking(9, "6"), `"links":[5]`, `"links":[5,6]`, first, first+","+second).Replace(pair), cut("8:2", "8:3"),
			[]string{`"links":[5,6]`, `"links":[6]`, `"link":5}`, `"link":null}`, first + ",", ``}, ""},
		{"two levels deep, one of two", deep, cut("20:8:2"), []string{`"links":[5,6]`, `"links":[6]`, `"link":5}`, `"link":null}`, `[5,7,0,20,0,"WANCOMPILEARGS"],`, ``}, ""},
		{"two levels deep, both", deep, cut("20:8:2", "21:8:2"), from(deep, `"id":"d"`, borderCut), ""},
		{"inside another subgraph, and beside it", mixed, cut("20:8:2"), from(mixed, `"id":"e"`, betweenCut), ""},
		{"through a shared reroute", reroutes, cut("8:2"), []string{`"links":[1,2]`, `"links":[2]`, `"link":1}`, `"link":null}`, objectRow(1, 4, 0, 2, 0, "*") + ",", ``}, ""},
		{"a widget that an instance shows", instances(node(8, "d", widgetSlot("quant", "COMBO", "5"), "", `"disabled"`)+","+node(7, "StringConstant", "", output("STRING", "[5]"), `"disabled"`), `[5,7,0,8,0,"STRING"]`,
			`{"id":"b","name":"quant","type":"COMBO","linkIds":[1]}`, loaderWith(2, widgetSlot("quantization", "COMBO", "1")), objectRow(1, -10, 0, 2, 0, "COMBO")), []workflows.Change{unplug("8:2", "quantization")},
			nil, "#8 d shows it as a widget, which would give it a value"},
		{"nothing linked", inside(one), []workflows.Change{unplug("8:2", "vram_management_args")}, nil, "nothing is linked there"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { inSubgraph(t, test.text, test.changes, test.edits, test.blocked) })
	}
}
