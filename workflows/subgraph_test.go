package workflows_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/workflows"
)

// swapInside is a definition whose input "blocks" drives a widget inside it.
var swapInside = definition("S",
	border("inputs", "blocks INT 3"), border("outputs", "swap BLOCKSWAPARGS 4"),
	nodes(node(5, wanSwap, in("blocks_to_swap INT 3 widget"), values("20,false,false"), out("BLOCKSWAPARGS 4"))),
	links(linkObject(3, "-10:0", "5:0", "INT"), linkObject(4, "5:0", "-20:0", "BLOCKSWAPARGS")))

// passThrough is a definition that gives its input straight to its output.
var passThrough = definition("P",
	border("inputs", "a X 3"), border("outputs", "b X 3"), nodes(), links(linkObject(3, "-10:0", "-20:0", "X")))

func TestWireSubgraphs(t *testing.T) {
	loader := node(9, wanLoader, in("block_swap_args BLOCKSWAPARGS 7"))
	fromInstance := link(7, "12:0", "9:0", "BLOCKSWAPARGS")
	constant := node(1, "INTConstant", values("30"))
	// outer holds an instance of S, and hands its own input and output through.
	outer := definition("O", border("inputs", "outer INT 3"), border("outputs", "swap BLOCKSWAPARGS 4"),
		nodes(node(13, "S", in("blocks INT 3 widget"), values("20"))),
		links(linkObject(3, "-10:0", "13:0", "INT"), linkObject(4, "13:0", "-20:0", "BLOCKSWAPARGS")))
	withBorder := func(side, slots string) string {
		return ui(nodes(node(12, "S"), loader), links(fromInstance), subgraphs(strings.Replace(swapInside, side, slots, 1)))
	}
	testWires(t, []wireTest{
		{"input linked outside", ui(nodes(constant, node(12, "S", in("blocks INT 8 widget"), values("20"))), links(link(8, "1:0", "12:0", "INT")), subgraphs(swapInside)),
			"12:5.blocks_to_swap", "given 1:0", "12:5.blocks_to_swap 12.blocks"},
		{"input that is not the instance's first", ui(nodes(constant, node(12, "S", in("other INT 9", "blocks INT 8 widget"))), links(link(8, "1:0", "12:1", "INT")), subgraphs(swapInside)),
			"12:5.blocks_to_swap", "given 1:0", "12:5.blocks_to_swap 12.blocks"},
		{"input promoted, not linked", ui(nodes(node(12, "S", in("blocks INT - widget"), values("20"))), subgraphs(swapInside)),
			"12:5.blocks_to_swap", "promoted 12:0", "12:5.blocks_to_swap"},
		{"input promoted, its slot not written", ui(nodes(node(12, "S")), subgraphs(swapInside)),
			"12:5.blocks_to_swap", "promoted 12:0", ""},
		{"socket that nothing is linked to", ui(nodes(node(12, "S", in("blocks INT -"))), subgraphs(strings.Replace(swapInside, `,"widget":{"name":"blocks_to_swap"}`, "", 1))),
			"12:5.blocks_to_swap", `lost: input "blocks" of #12 S has nothing linked to it`, ""},
		{"source outside is muted", ui(nodes(node(1, "INTConstant", mode(workflows.Muted)), node(12, "S", in("blocks INT 8 widget"))), links(link(8, "1:0", "12:0", "INT")), subgraphs(swapInside)),
			"12:5.blocks_to_swap", "lost: #1 INTConstant is muted", ""},

		{"output", ui(nodes(node(12, "S"), loader), links(fromInstance), subgraphs(swapInside)),
			"9.block_swap_args", "given 12:5:0", "9.block_swap_args"},
		{"output of a muted instance", ui(nodes(node(12, "S", mode(workflows.Muted)), loader), links(fromInstance), subgraphs(swapInside)),
			"9.block_swap_args", "lost: #12 S is muted", ""},
		{"output of a bypassed instance", ui(nodes(node(12, "S", mode(workflows.Bypass)), loader), links(fromInstance), subgraphs(swapInside)),
			"9.block_swap_args", "lost: #12 S is bypassed", ""},
		{"output that nothing inside gives", withBorder(`"linkIds":[4]`, `"linkIds":[]`), "9.block_swap_args", "lost: nothing inside #12 S gives its output 0", ""},
		{"output with null for links", withBorder(`"linkIds":[4]`, `"linkIds":null`), "9.block_swap_args", "lost: nothing inside #12 S gives its output 0", ""},
		{"output that does not exist", ui(nodes(node(12, "S"), loader), links(link(7, "12:1", "9:0", "X")), subgraphs(swapInside)),
			"9.block_swap_args", "lost: nothing inside #12 S gives its output 1", ""},
		{"output of a negative number", ui(nodes(node(12, "S"), loader), links(link(7, "12:-1", "9:0", "X")), subgraphs(swapInside)),
			"9.block_swap_args", "lost: nothing inside #12 S gives its output -1", ""},
		{"output with two links", withBorder(`"linkIds":[4]`, `"linkIds":[4,40]`), "9.block_swap_args", "given 12:5:0", ""},
		{"link inside is missing", withBorder(`"linkIds":[4]`, `"linkIds":[40]`), "9.block_swap_args", `lost: link 40 is not in subgraph "sub S"`, ""},
		{"node inside is missing", withBorder(`"origin_id":5`, `"origin_id":50`), "9.block_swap_args", `lost: node 50 does not exist in subgraph "sub S"`, ""},
		{"input of a negative number", strings.Replace(ui(nodes(node(12, "S")), subgraphs(swapInside)), `"origin_id":-10,"origin_slot":0`, `"origin_id":-10,"origin_slot":-1`, 1),
			"12:5.blocks_to_swap", "lost: the subgraph has no input -1", ""},
		{"input that does not exist", strings.Replace(ui(nodes(node(12, "S")), subgraphs(swapInside)), `"origin_id":-10,"origin_slot":0`, `"origin_id":-10,"origin_slot":4`, 1),
			"12:5.blocks_to_swap", "lost: the subgraph has no input 4", ""},

		{"nested, linked outside", ui(nodes(constant, node(12, "O", in("outer INT 8 widget"), values("20")), loader), links(link(8, "1:0", "12:0", "INT"), fromInstance), subgraphs(outer, swapInside)),
			"12:13:5.blocks_to_swap", "given 1:0", "12:13:5.blocks_to_swap 12:13.blocks 12.outer"},
		{"nested, promoted", ui(nodes(node(12, "O", in("outer INT - widget"), values("20"))), subgraphs(outer, swapInside)),
			"12:13:5.blocks_to_swap", "promoted 12:0", ""},
		{"nested output", ui(nodes(node(12, "O"), loader), links(fromInstance), subgraphs(outer, swapInside)),
			"9.block_swap_args", "given 12:13:5:0", ""},
		{"definition inside a definition", ui(nodes(node(12, "O"), loader), links(fromInstance), subgraphs(strings.TrimSuffix(outer, "}")+","+subgraphs(swapInside)+"}")),
			"9.block_swap_args", "given 12:13:5:0", ""},

		{"input straight to output", ui(nodes(compileNode(), node(12, "P", in("a X 6")), loaderNode), links(link(6, "1:0", "12:0", "X"), link(7, "12:0", "5:0", "X")), subgraphs(passThrough)),
			"5.compile_args", "given 1:0", "5.compile_args 12.a"},
		{"input straight to output, not linked", ui(nodes(node(12, "P", in("a X -")), loaderNode), links(link(7, "12:0", "5:0", "X")), subgraphs(passThrough)),
			"5.compile_args", `lost: input "a" of #12 P has nothing linked to it`, ""},
		{"instance that feeds itself", ui(nodes(node(12, "P", in("a X 6")), loaderNode), links(link(6, "12:0", "12:0", "X"), link(7, "12:0", "5:0", "X")), subgraphs(passThrough)),
			"5.compile_args", "lost: the links run in a circle", ""},
	})
}

// One definition in two places: one home, two runs, each with its own source.
func TestWireTwoInstances(t *testing.T) {
	part := parse(t, ui(nodes(
		node(1, "INTConstant", values("30")),
		node(12, "S", in("blocks INT 8 widget"), values("20")),
		node(13, "S", in("blocks INT - widget"), values("20")),
	), links(link(8, "1:0", "12:0", "INT")), subgraphs(swapInside)))

	var ids []string
	for _, r := range part.Runs {
		ids = append(ids, r.ID)
	}
	if diff := cmp.Diff([]string{"1", "12", "12:5", "13", "13:5"}, ids); diff != "" {
		t.Errorf("runs (-want +got):\n%s", diff)
	}
	first, second := run(t, part, "12:5"), run(t, part, "13:5")
	if first.Home != second.Home || first.Home.Name() != "sub S#5" {
		t.Errorf("homes %s and %s, want one, sub S#5", first.Home.Name(), second.Home.Name())
	}
	if first.Parent.ID != "12" || second.Parent.ID != "13" || !first.Inside() || first.Parent.Inside() {
		t.Errorf("parents %v and %v", first.Parent, second.Parent)
	}
	for r, want := range map[*workflows.Run]string{first: "given 1:0", second: "promoted 13:0"} {
		if got := describe(r.Wire("blocks_to_swap")); got != want {
			t.Errorf("%s: %s, want %s", r, got, want)
		}
	}
}

func TestRunActive(t *testing.T) {
	outer := definition("O", nodes(node(13, "S"), node(14, "S", mode(workflows.Bypass))))
	part := parse(t, ui(nodes(node(12, "O"), node(15, "O", mode(workflows.Muted)), node(1, "A", mode(1)), node(2, "A", mode(workflows.Bypass))), subgraphs(outer, swapInside)))
	want := map[string]bool{
		"12": true, "12:13": true, "12:13:5": true, "12:14": false, "12:14:5": false,
		"15": false, "15:13": false, "15:13:5": false, "15:14": false, "15:14:5": false, "1": true, "2": false,
	}
	got := map[string]bool{}
	for _, r := range part.Runs {
		got[r.ID] = r.Active()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("active (-want +got):\n%s", diff)
	}
}

func TestParseRefusesEndlessSubgraphs(t *testing.T) {
	// each of 18 definitions holds the next one twice: 2^18 runs
	doubling := make([]string, 18)
	for i := range doubling {
		next := fmt.Sprintf("D%d", i+1)
		doubling[i] = definition(fmt.Sprintf("D%d", i), nodes(node(1, next), node(2, next)))
	}
	for name, text := range map[string]string{
		"a subgraph inside itself": ui(nodes(node(1, "A")), subgraphs(definition("A", nodes(node(2, "A"))))),
		"two inside each other":    ui(nodes(node(1, "A")), subgraphs(definition("A", nodes(node(2, "B"))), definition("B", nodes(node(3, "A"))))),
		"too many runs":            ui(nodes(node(1, "D0")), subgraphs(doubling...)),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := workflows.Parse([]byte(text), classes{})
			if err == nil || !strings.Contains(err.Error(), "unfolds without end") {
				t.Errorf("error %v", err)
			}
		})
	}
}

// Members of the wrong kind are no nodes, links or definitions, and do no harm.
func TestParseOddMembers(t *testing.T) {
	part := parse(t, `{"nodes":[null,7,"x",[],{"id":1,"type":"A","outputs":[{"type":"X","links":null}],"inputs":null,"widgets_values":7}],
		"links":null,"definitions":{"subgraphs":null},"extra":null}`)
	if len(part.Root.Homes) != 1 || len(part.Definitions) != 0 {
		t.Errorf("%d homes and %d definitions, want 1 and none", len(part.Root.Homes), len(part.Definitions))
	}
	h := part.Root.Home("1")
	if len(h.Inputs()) != 0 || len(h.Outputs()) != 1 || len(h.Outputs()[0].Links) != 0 {
		t.Errorf("inputs %v, outputs %v; want none, and one without links", h.Inputs(), h.Outputs())
	}
	if got := parse(t, `{"nodes":[],"definitions":{"subgraphs":[null,"{\"definitions\":{}}",{"id":"S"}]}}`).Definitions; len(got) != 1 || got[0].ID != "S" {
		t.Errorf("%d definitions, want S alone", len(got))
	}
}
