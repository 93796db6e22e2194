package rewrite

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/workflows"
)

// edited tells what of a text changes replace: pairs of what was and what is.
func edited(text string, edits []string) string {
	for i := 0; i+1 < len(edits); i += 2 {
		text = strings.Replace(text, edits[i], edits[i+1], 1)
	}
	return text
}

// inSubgraph makes changes, or looks why they cannot be made, and proves the result.
func inSubgraph(t *testing.T, text string, changes []workflows.Change, edits []string, blocked string) {
	t.Helper()
	part := parse(t, text).Parts[0]
	if why := can(part, nil)(changes); why != blocked {
		t.Fatalf("blocked by %q, want %q", why, blocked)
	}
	if blocked != "" {
		return
	}
	got := lowered(t, text, changes...)
	if diff := cmp.Diff(edited(text, edits), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := prove(parse(t, text), parse(t, got), [][]workflows.Change{changes}); err != nil {
		t.Error(err)
	}
	if again := can(parse(t, got).Parts[0], nil)(changes); changes[0].Op == workflows.OpSet && again != "" {
		t.Errorf("a second time: %s", again)
	}
}

func TestSetInSubgraph(t *testing.T) {
	one, two := node(8, "d", "", "", ""), node(9, "d", "", "", "")
	muted := strings.Replace(two, `"mode":0`, `"mode":2`, 1)
	inner := loaderWith(2, "")
	quantized := func(run string) workflows.Change { return set(run, "quantization", `"fp8_e5m2"`) }
	was, is := `"fp16","disabled"`, `"fp16","fp8_e5m2"`

	// shown: the loader's quantization is an input of the subgraph
	border := `{"id":"b","name":"quant","type":"COMBO","linkIds":[1]}`
	shown := loaderWith(2, widgetSlot("quantization", "COMBO", "1"))
	row := objectRow(1, -10, 0, 2, 0, "COMBO")
	slot := func(link string) string { return widgetSlot("quant", "COMBO", link) }
	show := func(id int, values string) string { return node(id, "d", slot("null"), "", values) }
	twins := loaderWith(2, widgetSlot("quantization", "COMBO", "1")) + "," + loaderWith(3, widgetSlot("quantization", "COMBO", "2"))
	twinRows := row + "," + objectRow(2, -10, 0, 3, 0, "COMBO")
	twinBorder := strings.Replace(border, "[1]", "[1,2]", 1)

	// fed: a constant outside gives it
	constant := func(links string) string { return node(7, "StringConstant", "", output("STRING", links), `"disabled"`) }
	fed := func(id int, link string) string { return node(id, "d", slot(link), "", `"disabled"`) }
	proxied := func(node, list string) string {
		return strings.Replace(node, `"pos"`, `"properties":{"proxyWidgets":[`+list+`]},"pos"`, 1)
	}

	// nested: d is used by e, which drives it
	nested := func(outer, between, inside string) string {
		text := instances(node(20, "e", slot("null"), "", outer), "", border, inside, row)
		e := `{"id":"e","name":"Out","version":1,"state":{"lastNodeId":40,"lastLinkId":40},"inputNode":{"id":-10,"bounding":[-100,0,100,100]},"outputNode":{"id":-20,"bounding":[5000,0,100,100]},"inputs":[` +
			border + `],"outputs":[],"nodes":[` + node(8, "d", slot("1"), "", between) + `],"links":[` + objectRow(1, -10, 0, 8, 0, "COMBO") + `]}`
		return strings.Replace(text, `"subgraphs":[`, `"subgraphs":[`+e+`,`, 1)
	}
	tests := []struct {
		name, text string
		changes    []workflows.Change
		edits      []string
		blocked    string
	}{
		{"the only instance", instances(one, "", "", inner, ""), []workflows.Change{quantized("8:2")}, []string{was, is}, ""},
		{"both instances", instances(one+","+two, "", "", inner, ""), []workflows.Change{quantized("8:2"), quantized("9:2")}, []string{was, is}, ""},
		{"one of two instances", instances(one+","+two, "", "", inner, ""), []workflows.Change{quantized("8:2")}, nil, "#9:2, of the same subgraph, would change with it"},
		{"beside a muted instance", instances(one+","+muted, "", "", inner, ""), []workflows.Change{quantized("8:2")}, []string{was, is}, ""},
		{"different values", instances(one+","+two, "", "", inner, ""), []workflows.Change{quantized("8:2"), set("9:2", "quantization", `"fp8_e4m3fn"`)}, nil, "two changes want different values of it"},
		{"beyond the stored list", instances(one+","+two, "", "", inner, ""), []workflows.Change{set("8:2", "attention_mode", `"comfy"`), set("9:2", "attention_mode", `"comfy"`)},
			[]string{`"offload_device"]`, `"offload_device","comfy"]`}, ""},
		{"different values beyond the list", instances(one+","+two, "", "", inner, ""), []workflows.Change{set("8:2", "attention_mode", `"comfy"`), set("9:2", "attention_mode", `"sdpa"`)},
			nil, "#9:2, of the same subgraph, wants something else"},

		{"promoted", instances(show(8, `"disabled"`), "", border, shown, row), []workflows.Change{quantized("8:2")}, []string{`["disabled"]`, `["fp8_e5m2"]`, was, is}, ""},
		{"promoted, nothing stored", instances(show(8, ``), "", border, shown, row), []workflows.Change{quantized("8:2")}, []string{was, is}, ""},
		{"promoted, by both", instances(show(8, `"disabled"`)+","+show(9, `"fp8_e4m3fn"`), "", border, shown, row), []workflows.Change{quantized("8:2"), quantized("9:2")},
			[]string{`["disabled"]`, `["fp8_e5m2"]`, `["fp8_e4m3fn"]`, `["fp8_e5m2"]`, was, is}, ""},
		{"promoted, one of both", instances(show(8, `"disabled"`)+","+show(9, `"fp8_e4m3fn"`), "", border, shown, row), []workflows.Change{quantized("8:2")}, nil, "#9:2, of the same subgraph, would change with it"},
		{"promoted, the other has it already", instances(show(8, `"fp8_e4m3fn"`)+","+show(9, `"disabled"`), "", border, shown, row), []workflows.Change{set("8:2", "quantization", `"disabled"`)},
			[]string{`["fp8_e4m3fn"]`, `["disabled"]`}, ""},
		{"listed as an input", instances(proxied(show(8, `"x","disabled"`), `["5","y"],["-1","quant"]`), "", border, shown, row), []workflows.Change{quantized("8:2")}, []string{`["x","disabled"]`, `["x","fp8_e5m2"]`, was, is}, ""},
		{"listed without a link", instances(proxied(node(8, "d", "", "", `"disabled"`), `["2","quantization"]`), "", "", inner, ""), []workflows.Change{quantized("8:2")}, []string{`["disabled"]`, `["fp8_e5m2"]`, was, is}, ""},
		{"a copy by name", instances(strings.Replace(show(8, `"disabled"`), `"mode"`, `"widgets_values_named":{"quant":"disabled"},"mode"`, 1), "", border, shown, row), []workflows.Change{quantized("8:2")},
			[]string{`{"quant":"disabled"}`, `{"quant":"fp8_e5m2"}`, `["disabled"]`, `["fp8_e5m2"]`, was, is}, ""},
		{"nobody knows where", instances(show(8, `"disabled",7`), "", border, shown, row), []workflows.Change{quantized("8:2")}, nil, "the copy of quantization on #8 d cannot be found"},
		{"a placeholder outside", instances(show(8, `"{{Q}}"`), "", border, shown, row), []workflows.Change{quantized("8:2")}, nil, "a placeholder stands there: {{Q}}"},
		{"one input drives two", instances(show(8, `"disabled"`), "", twinBorder, twins, twinRows), []workflows.Change{quantized("8:2")}, nil, "quantization of #8:3, driven from the same place, would change with it"},
		{"the second of the two", instances(show(8, ``), "", twinBorder, twins, twinRows), []workflows.Change{quantized("8:3")}, nil, "quantization of #8:2, driven from the same place, would change with it"},
		{"both of the two", instances(show(8, `"disabled"`), "", twinBorder, twins, twinRows), []workflows.Change{quantized("8:2"), quantized("8:3")}, []string{`["disabled"]`, `["fp8_e5m2"]`, was, is, was, is}, ""},
		{"through two levels", nested(`"disabled"`, `"disabled"`, shown), []workflows.Change{quantized("20:8:2")}, []string{`["disabled"]`, `["fp8_e5m2"]`, `["disabled"]`, `["fp8_e5m2"]`, was, is}, ""},
		{"through two levels, stored outside alone", nested(`"disabled"`, ``, shown), []workflows.Change{quantized("20:8:2")}, []string{`["disabled"]`, `["fp8_e5m2"]`, was, is}, ""},

		{"a constant outside", instances(constant("[5]")+","+fed(8, "5"), `[5,7,0,8,0,"STRING"]`, border, shown, row), []workflows.Change{quantized("8:2")}, []string{`["disabled"]`, `["fp8_e5m2"]`}, ""},
		{"a constant for one of two instances", instances(constant("[5]")+","+fed(8, "5")+","+show(9, `"disabled"`), `[5,7,0,8,0,"STRING"]`, border, shown, row), []workflows.Change{quantized("8:2")}, []string{`["disabled"]`, `["fp8_e5m2"]`}, ""},
		{"a constant for both, for one", instances(constant("[5,6]")+","+fed(8, "5")+","+fed(9, "6"), `[5,7,0,8,0,"STRING"],[6,7,0,9,0,"STRING"]`, border, shown, row), []workflows.Change{quantized("8:2")},
			nil, "#7 StringConstant drives it, and quantization of #9:2 WanVideoModelLoader too: change it there"},
		{"a constant for both", instances(constant("[5,6]")+","+fed(8, "5")+","+fed(9, "6"), `[5,7,0,8,0,"STRING"],[6,7,0,9,0,"STRING"]`, border, shown, row), []workflows.Change{quantized("8:2"), quantized("9:2")},
			[]string{`["disabled"]`, `["fp8_e5m2"]`}, ""},
		{"a primitive outside", instances(strings.Replace(constant("[5]"), "StringConstant", "PrimitiveNode", 1)+","+fed(8, "5"), `[5,7,0,8,0,"STRING"]`, border, shown, row), []workflows.Change{quantized("8:2")}, []string{`["disabled"]`, `["fp8_e5m2"]`}, ""},
		{"a constant that others use", instances(constant("[5,6]")+","+fed(8, "5")+","+node(10, "Somebodys", widgetSlot("x", "STRING", "6"), "", ""), `[5,7,0,8,0,"STRING"],[6,7,0,10,0,"STRING"]`, border, shown, row), []workflows.Change{quantized("8:2")},
			nil, "#7 StringConstant drives it, and x of #10 Somebodys too: change it there"},
		{"a node that computes it", instances(strings.Replace(constant("[5]"), "StringConstant", "Somebodys", 1)+","+fed(8, "5"), `[5,7,0,8,0,"STRING"]`, border, shown, row), []workflows.Change{quantized("8:2")},
			nil, "#7 Somebodys drives it, which computes it: change it there"},
		{"a constant inside, for both instances", instances(one+","+two, "", "", shown+","+node(6, "StringConstant", "", output("STRING", "[1]"), `"disabled"`), objectRow(1, 6, 0, 2, 0, "STRING")), []workflows.Change{quantized("8:2"), quantized("9:2")},
			[]string{`["disabled"]`, `["fp8_e5m2"]`}, ""},
		{"a constant inside, for one", instances(one+","+two, "", "", shown+","+node(6, "StringConstant", "", output("STRING", "[1]"), `"disabled"`), objectRow(1, 6, 0, 2, 0, "STRING")), []workflows.Change{quantized("8:2")},
			nil, "#8:6 StringConstant drives it, and quantization of #9:2 WanVideoModelLoader too: change it there"},
		{"constants in a circle", instances(strings.Replace(constant("[5,6]"), `"inputs":[]`, `"inputs":[`+widgetSlot("string", "STRING", "6")+`]`, 1)+","+fed(8, "5"), `[5,7,0,8,0,"STRING"],[6,7,0,7,0,"STRING"]`, border, shown, row), []workflows.Change{quantized("8:2")},
			nil, "#7 StringConstant drives it: the links run in a circle"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { inSubgraph(t, test.text, test.changes, test.edits, test.blocked) })
	}
}
