package rewrite

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/workflows"
)

// driven is a node whose first widget link 2 drives.
var driven = node(1, "WanVideoBlockSwap", widgetSlot("blocks_to_swap", "INT", "2"), output("BLOCKSWAPARGS", "[1]"), "20,false,true")

// driving is node 6, which gives the value it holds.
func driving(class, links, values string) string {
	return node(6, class, "", output("INT", links), values)
}

// drivenSwap is a workflow in which node 6 drives the number of blocks of node 1 through
// link 2; node 1 has a copy of the 20 that is written there.
func drivenSwap(driver string, more ...string) string {
	rows := `[1,1,0,2,0,"BLOCKSWAPARGS"],[2,6,0,1,0,"INT"]`
	nodes := driver + "," + driven + "," + loaderWith(2, swapSlot("1"))
	for _, node := range more {
		nodes += "," + node
	}
	if len(more) > 0 {
		rows += `,[3,6,0,9,0,"INT"]`
	}
	return graph04(nodes, rows)
}

// TestDriver sets a widget at the node that drives it: pairs of what was and what is.
func TestDriver(t *testing.T) {
	named := strings.Replace(driving("PrimitiveInt", "[2]", `20,"fixed"`), `"widgets_values"`, `"widgets_values_named":{"value":20,"control_after_generate":"fixed"},"widgets_values"`, 1)
	through := func(node string, rows string) string {
		return graph04(driving("INTConstant", "[3]", "20")+","+node+","+driven+","+loaderWith(2, swapSlot("1")), `[1,1,0,2,0,"BLOCKSWAPARGS"],`+rows)
	}
	tests := []struct {
		name, text string
		edits      []string
	}{
		{"a constant: the copy is dead", drivenSwap(driving("INTConstant", "[2]", "20")), []string{`"widgets_values":[20]`, `"widgets_values":[30]`}},
		{"a constant with a copy by name", drivenSwap(named), []string{`[20,"fixed"]`, `[30,"fixed"]`, `{"value":20,`, `{"value":30,`}},
		{"a primitive: the editor writes the copy", drivenSwap(driving("PrimitiveNode", "[2]", `20,"fixed"`)), []string{`[20,"fixed"]`, `[30,"fixed"]`, `[20,false,true]`, `[30,false,true]`}},
		{"through a reroute", through(node(9, "Reroute", slot("", "*", "3"), output("", "[2]"), ""), `[3,6,0,9,0,"INT"],[2,9,0,1,0,"INT"]`), []string{`"widgets_values":[20]`, `"widgets_values":[30]`}},
		{"through set and get", through(node(9, "SetNode", slot("INT", "INT", "3"), output("*", "[]"), `"n"`)+","+node(10, "GetNode", "", output("INT", "[2]"), `"n"`), `[3,6,0,9,0,"INT"],[2,10,0,1,0,"INT"]`), []string{`"widgets_values":[20]`, `"widgets_values":[30]`}},
		{"of a prompt", `{"6":{"class_type":"INTConstant","inputs":{"value":20}},"1":{"class_type":"WanVideoBlockSwap","inputs":{"blocks_to_swap":["6",0]}}}`, []string{`"value":20`, `"value":30`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := strings.NewReplacer(test.edits...).Replace(test.text)
			if diff := cmp.Diff(want, given(t, test.text, set("1", "blocks_to_swap", "30"))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestDriverBlocked asks for a value where the node that drives it cannot be changed.
func TestDriverBlocked(t *testing.T) {
	other := func(mode string) string {
		return strings.Replace(node(9, "Somebodys", slot("x", "INT", "3"), "", ""), `"mode":0`, mode, 1)
	}
	tests := []struct{ name, text, why string }{
		{"it drives another node", drivenSwap(driving("PrimitiveNode", "[2,3]", `20,"fixed"`), other(`"mode":0`)), "#6 PrimitiveNode drives it, and x of #9 Somebodys too: change it there"},
		{"it drives a node that is muted", drivenSwap(driving("INTConstant", "[2,3]", `20`), other(`"mode":2`)), "#6 INTConstant drives it, and x of #9 Somebodys too: change it there"},
		{"it changes by itself", drivenSwap(driving("PrimitiveInt", "[2]", `20,"increment"`)), "#6 PrimitiveInt drives it and takes another value for every run: change it there"},
		{"it holds another kind of value", drivenSwap(driving("BOOLConstant", "[2]", `true`)), "#6 BOOLConstant drives it, and cannot hold 30"},
		{"it holds a placeholder", drivenSwap(driving("INTConstant", "[2]", `"{{BLOCKS}}"`)), "#6 INTConstant drives it: a placeholder stands there: {{BLOCKS}}"},
		{"two nodes have its id", drivenSwap(driving("INTConstant", "[2]", `20`) + "," + driving("INTConstant", "[]", `21`)), "#6 INTConstant drives it, and two nodes have the id 6: change it there"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			part := parse(t, test.text).Parts[0]
			if why := can(part, nil)([]workflows.Change{set("1", "blocks_to_swap", "30")}); why != test.why {
				t.Errorf("%q, want %q", why, test.why)
			}
		})
	}
}
