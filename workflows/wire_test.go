package workflows_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/workflows"
)

// describe writes a wire as the tests want it: what arrives and from where.
func describe(w workflows.Wire) string {
	switch w.Kind {
	case workflows.Nothing:
		return "nothing"
	case workflows.Lost:
		return "lost: " + w.Why
	case workflows.Given:
		return fmt.Sprintf("given %s:%d", w.From.ID, w.Slot)
	case workflows.Primitive:
		return fmt.Sprintf("primitive %s:%d", w.From.ID, w.Slot)
	case workflows.Promoted:
		return fmt.Sprintf("promoted %s:%d", w.From.ID, w.Slot)
	}
	return fmt.Sprintf("kind %d", w.Kind)
}

// way writes the inputs a wire goes through, the asked one first.
func way(w workflows.Wire) string {
	hops := make([]string, len(w.Hops))
	for i, hop := range w.Hops {
		hops[i] = hop.Run.ID + "." + hop.Input.Name
	}
	return strings.Join(hops, " ")
}

type wireTest struct {
	name, text string
	ask        string // "run.input"
	want, way  string // way is not looked at where it is ""
}

func testWires(t *testing.T, tests []wireTest) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, input := ask(t, parse(t, tt.text), tt.ask)
			w := r.Wire(input)
			if got := describe(w); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
			if got := way(w); tt.way != "" && got != tt.way {
				t.Errorf("way %q, want %q", got, tt.way)
			}
			if arrives := !strings.HasPrefix(tt.want, "lost") && tt.want != "nothing"; w.Arrives() != arrives {
				t.Errorf("arrives %v, want %v", w.Arrives(), arrives)
			}
		})
	}
}

// compileNode is settings 1 with an output; loaderNode is loader 5 that takes link 7.
func compileNode(more ...string) string {
	return node(1, wanCompile, append([]string{out("WANCOMPILEARGS 6")}, more...)...)
}

var loaderNode = node(5, wanLoader, in("compile_args WANCOMPILEARGS 7", "block_swap_args BLOCKSWAPARGS -"))

func TestWire(t *testing.T) {
	reroute := node(2, "Reroute", `"inputs":[{"name":"","type":"*","link":6}]`, out("* 7"))
	testWires(t, []wireTest{
		{"direct", ui(nodes(compileNode(), loaderNode), links(link(7, "1:0", "5:0", "WANCOMPILEARGS"))),
			"5.compile_args", "given 1:0", "5.compile_args"},
		{"not linked", ui(nodes(loaderNode), links()), "5.block_swap_args", "nothing", ""},
		{"not written", ui(nodes(loaderNode), links()), "5.lora", "nothing", ""},
		{"second output", ui(nodes(compileNode(), loaderNode), links(link(7, "1:1", "5:0", "X"))), "5.compile_args", "given 1:1", ""},
		{"ids as text", ui(nodes(node(`"1"`, wanCompile), loaderNode), links(link(7, `"1":0`, `"5":0`, "X"))), "5.compile_args", "given 1:0", ""},
		{"ids with a point", ui(nodes(node("1.0", wanCompile), loaderNode), links(link(7, "1.0:0", "5:0", "X"))), "5.compile_args", "given 1:0", ""},
		{"links as objects", `{` + nodes(compileNode(), loaderNode) + `,` + links(linkObject(7, "1:0", "5:0", "X")) + `,"version":1}`, "5.compile_args", "given 1:0", ""},
		{"links as objects in version 0.4", ui(nodes(compileNode(), loaderNode), links(linkObject(7, "1:0", "5:0", "X"))), "5.compile_args", "lost: link 7 is not in the link table", ""},
		{"links as lists in version 0.3", `{` + nodes(compileNode(), loaderNode) + `,` + links(link(7, "1:0", "5:0", "X")) + `,"version":0.3}`, "5.compile_args", "lost: link 7 is not in the link table", ""},
		{"a version as text", `{` + nodes(compileNode(), loaderNode) + `,` + links(link(7, "1:0", "5:0", "X")) + `,"version":"0.4"}`, "5.compile_args", "lost: link 7 is not in the link table", ""},
		{"former name of the input", ui(nodes(node(1, "WanVideoVACEModelSelect"), node(5, wanLoader, in("vace_model VACEPATH 7"))),
			links(link(7, "1:0", "5:0", "VACEPATH"))), "5.extra_model", "given 1:0", "5.vace_model"},

		{"reroute", ui(nodes(compileNode(), reroute, loaderNode), links(link(6, "1:0", "2:0", "*"), link(7, "2:0", "5:0", "*"))),
			"5.compile_args", "given 1:0", "5.compile_args 2."},
		{"two reroutes", ui(nodes(compileNode(), reroute, node(3, "Reroute (rgthree)", in("a * 8")), loaderNode),
			links(link(6, "1:0", "2:0", "*"), link(8, "2:0", "3:0", "*"), link(7, "3:0", "5:0", "*"))),
			"5.compile_args", "given 1:0", "5.compile_args 3.a 2."},
		{"reroute that gets nothing", ui(nodes(node(2, "Reroute", in("a * -")), loaderNode), links(link(7, "2:0", "5:0", "*"))),
			"5.compile_args", "lost: #2 Reroute has nothing linked to a", "5.compile_args"},
		{"reroute without a slot", ui(nodes(node(2, "Reroute"), loaderNode), links(link(7, "2:0", "5:0", "*"))),
			"5.compile_args", "lost: #2 Reroute has no input", ""},
		{"reroutes in a circle", ui(nodes(reroute, node(3, "Reroute", in("a * 8")), loaderNode),
			links(link(6, "3:0", "2:0", "*"), link(8, "2:0", "3:0", "*"), link(7, "2:0", "5:0", "*"))),
			"5.compile_args", "lost: the links run in a circle", ""},

		{"primitive", ui(nodes(node(2, "PrimitiveNode", out("INT 7"), values(`20,"fixed"`)), node(5, wanSwap, in("blocks_to_swap INT 7 widget"))),
			links(link(7, "2:0", "5:0", "INT"))), "5.blocks_to_swap", "primitive 2:0", "5.blocks_to_swap"},
		{"primitive behind a reroute", ui(nodes(node(2, "PrimitiveNode"), node(3, "Reroute", in("a * 8")), node(5, wanSwap, in("blocks_to_swap INT 7 widget"))),
			links(link(8, "2:0", "3:0", "*"), link(7, "3:0", "5:0", "INT"))), "5.blocks_to_swap", "primitive 2:0", ""},
		{"constant", ui(nodes(node(2, "INTConstant", values("20")), node(5, wanSwap, in("blocks_to_swap INT 7 widget"))),
			links(link(7, "2:0", "5:0", "INT"))), "5.blocks_to_swap", "given 2:0", ""},
		// before frontend 1.16 a converted widget's slot came last; now it stands in order
		{"converted widget, old style", ui(nodes(node(2, "INTConstant"), node(5, "WanVideoSampler",
			in("model WANVIDEOMODEL -", "image_embeds WANVIDIMAGE_EMBEDS -", "text_embeds WANVIDEOTEXTEMBEDS -", "steps INT 7 widget"))),
			links(link(7, "2:0", "5:3", "INT"))), "5.steps", "given 2:0", "5.steps"},
		{"converted widget, new style", ui(nodes(node(2, "INTConstant"), node(5, "WanVideoSampler",
			in("model WANVIDEOMODEL -", "image_embeds WANVIDIMAGE_EMBEDS -", "steps INT 7 widget", "cfg FLOAT - widget"))),
			links(link(7, "2:0", "5:2", "INT"))), "5.steps", "given 2:0", "5.steps"},
		{"slot renamed by its widget", ui(nodes(node(2, "INTConstant"),
			node(5, "WanVideoSampler", `"inputs":[{"name":"my steps","type":"INT","link":7,"widget":{"name":"steps"}}]`)),
			links(link(7, "2:0", "5:0", "INT"))), "5.steps", "given 2:0", "5.my steps"},

		{"link not in the table", ui(nodes(compileNode(), loaderNode), links(link(6, "1:0", "5:0", "X"))),
			"5.compile_args", "lost: link 7 is not in the link table", "5.compile_args"},
		{"no table", ui(nodes(compileNode(), loaderNode)), "5.compile_args", "lost: link 7 is not in the link table", ""},
		{"origin does not exist", ui(nodes(loaderNode), links(link(7, "1:0", "5:0", "X"))),
			"5.compile_args", "lost: node 1 does not exist", ""},
		{"border in the root", ui(nodes(loaderNode), links(link(7, "-10:0", "5:0", "X"))),
			"5.compile_args", "lost: node -10 does not exist", ""},
	})
}

func TestWireModes(t *testing.T) {
	toLoader := links(link(7, "1:0", "5:0", "WANCOMPILEARGS"))
	// setSwap is a patch between loader 1 and sampler 5; its slots are given.
	setSwap := func(slots ...string) string {
		return ui(nodes(node(1, wanLoader, out("WANVIDEOMODEL 6")), node(3, wanSwap, out("BLOCKSWAPARGS 8")),
			node(2, wanSetSwap, mode(workflows.Bypass), in(slots...), out("WANVIDEOMODEL 7")),
			node(5, "WanVideoSampler", in("model WANVIDEOMODEL 7"))),
			links(link(6, "1:0", "2:0", "WANVIDEOMODEL"), link(8, "3:0", "2:1", "BLOCKSWAPARGS"), link(7, "2:0", "5:0", "WANVIDEOMODEL")))
	}
	// bypassed is node 2 of an unknown class between 1, 3 and node 5 that wants the type.
	bypassed := func(wanted, outputs string, slots ...string) string {
		return ui(nodes(node(1, "A"), node(3, "A"), node(2, "B", mode(workflows.Bypass), in(slots...), outputs),
			node(5, "C", in("x "+wanted+" 7"))),
			links(link(6, "1:0", "2:0", "X"), link(8, "3:0", "2:1", "X"), link(7, "2:1", "5:0", "X")))
	}
	testWires(t, []wireTest{
		{"muted", ui(nodes(compileNode(mode(workflows.Muted)), loaderNode), toLoader),
			"5.compile_args", "lost: #1 WanVideoTorchCompileSettings is muted", "5.compile_args"},
		{"bypassed settings", ui(nodes(compileNode(mode(workflows.Bypass)), loaderNode), toLoader),
			"5.compile_args", "lost: #1 WanVideoTorchCompileSettings is bypassed", ""},
		{"modes 1 and 3 run", ui(nodes(compileNode(mode(3)), loaderNode), toLoader), "5.compile_args", "given 1:0", ""},
		{"muted reroute", ui(nodes(compileNode(), node(2, "Reroute", in("a * 6"), mode(workflows.Muted)), loaderNode),
			links(link(6, "1:0", "2:0", "*"), link(7, "2:0", "5:0", "*"))), "5.compile_args", "lost: #2 Reroute is muted", ""},
		{"muted primitive", ui(nodes(node(2, "PrimitiveNode", mode(workflows.Muted)), node(5, wanSwap, in("blocks_to_swap INT 7 widget"))),
			links(link(7, "2:0", "5:0", "INT"))), "5.blocks_to_swap", "lost: #2 PrimitiveNode is muted", ""},

		{"bypassed patch passes its model on", setSwap("model WANVIDEOMODEL 6", "block_swap_args BLOCKSWAPARGS 8"),
			"5.model", "given 1:0", "5.model 2.model"},
		{"bypassed patch, model not first", setSwap("block_swap_args BLOCKSWAPARGS 8", "model WANVIDEOMODEL 6"),
			"5.model", "given 1:0", "5.model 2.model"},
		{"bypassed patch without a model", setSwap("model WANVIDEOMODEL -", "block_swap_args BLOCKSWAPARGS 8"),
			"5.model", "lost: #2 WanVideoSetBlockSwap has nothing linked to model", ""},
		{"two bypassed patches", ui(nodes(node(1, wanLoader),
			node(2, wanSetSwap, mode(workflows.Bypass), in("model WANVIDEOMODEL 6"), out("WANVIDEOMODEL 8")),
			node(3, wanSetSwap, mode(workflows.Bypass), in("model WANVIDEOMODEL 8"), out("WANVIDEOMODEL 7")),
			node(5, "WanVideoSampler", in("model WANVIDEOMODEL 7"))),
			links(link(6, "1:0", "2:0", "X"), link(8, "2:0", "3:0", "X"), link(7, "3:0", "5:0", "X"))),
			"5.model", "given 1:0", "5.model 3.model 2.model"},

		// node 2's output 1 is asked for
		{"input at the output's index", bypassed("X", out("X -", "X 7"), "a X 6", "b X 8"), "5.x", "given 3:0", ""},
		{"exact type before the index of another", bypassed("X", out("X -", "X 7"), "a X 6", "b Y 8"), "5.x", "given 1:0", ""},
		{"index fits by one of several types", bypassed("X", out("X -", "X 7"), "a X 6", "b Y,x 8"), "5.x", "given 3:0", ""},
		{"index fits by any type", bypassed("X", out("X -", "Y 7"), "a X 6", "b * 8"), "5.x", "given 3:0", ""},
		{"index fits the wish, not the output", bypassed("X", out("X -", "Y 7"), "a X 6", "b X 8"), "5.x", "given 1:0", ""},
		{"index fits the output, not the wish", bypassed("X", out("X -", "Y 7"), "a * 6", "b Y 8"), "5.x", "given 1:0", ""},
		{"any type wanted takes the index", bypassed("*", out("X -", "Y 7"), "a X 6", "b Z 8"), "5.x", "given 3:0", ""},
		{"any type wanted, no such index", bypassed("*", out("X -", "Y 7"), "a X 6"), "5.x", "given 1:0", ""},
		{"any type wanted, no input at all", bypassed("*", out("X -", "Y 7")), "5.x", "lost: #2 B has no input", ""},
		{"no type fits", bypassed("X", out("X -", "X 7"), "a Y 6", "b Z 8"), "5.x", "lost: #2 B is bypassed", ""},
		{"chosen input not linked", bypassed("X", out("X -", "X 7"), "a X 6", "b X -"), "5.x", "lost: #2 B has nothing linked to b", ""},
		{"exact type before any type", bypassed("X", out("X -", "X 7"), "a * 6", "b Y 8", "c X -"), "5.x", "lost: #2 B has nothing linked to c", ""},
		{"outputs not written", bypassed("X", `"flags":{}`, "a Y 6", "b X 8"), "5.x", "given 3:0", ""},
		{"negative output", strings.Replace(bypassed("X", out("X -", "X 7"), "a X 6"), "[7,2,1,5,0", "[7,2,-1,5,0", 1), "5.x", "given 1:0", ""},
	})
}

func TestWireSetGet(t *testing.T) {
	set := func(id int, name, link string, more ...string) string {
		return node(id, "SetNode", append([]string{in("X WANCOMPILEARGS " + link), values(name)}, more...)...)
	}
	get := func(name string, more ...string) string {
		return node(3, "GetNode", append([]string{out("X 7"), values(name)}, more...)...)
	}
	loaded := links(link(6, "1:0", "2:0", "X"), link(7, "3:0", "5:0", "X"))
	inner := func(members ...string) string {
		return definition("S", nodes(append(members, loaderNode)...), links(linkObject(7, "3:0", "5:0", "X"), linkObject(6, "1:0", "2:0", "X")))
	}
	testWires(t, []wireTest{
		{"same graph", ui(nodes(compileNode(), set(2, `"c"`, "6"), get(`"c"`), loaderNode), loaded),
			"5.compile_args", "given 1:0", "5.compile_args 2.X"},
		{"set after get", ui(nodes(get(`"c"`), loaderNode, compileNode(), set(2, `"c"`, "6")), loaded), "5.compile_args", "given 1:0", ""},
		{"set's own output", ui(nodes(compileNode(), set(2, `"c"`, "6"), loaderNode), links(link(6, "1:0", "2:0", "X"), link(7, "2:0", "5:0", "X"))),
			"5.compile_args", "given 1:0", ""},
		{"first of two sets", ui(nodes(compileNode(), set(2, `"c"`, "6"), set(4, `"c"`, "-"), get(`"c"`), loaderNode), loaded),
			"5.compile_args", "given 1:0", ""},
		{"nothing linked to the set", ui(nodes(set(2, `"c"`, "-"), get(`"c"`), loaderNode), loaded),
			"5.compile_args", "lost: #2 SetNode has nothing linked to X", ""},
		{"name that nothing sets", ui(nodes(compileNode(), set(2, `"c"`, "6"), get(`"C"`), loaderNode), loaded),
			"5.compile_args", `lost: nothing sets "C"`, ""},
		{"no name", ui(nodes(compileNode(), set(2, `"c"`, "6"), node(3, "GetNode"), loaderNode), loaded),
			"5.compile_args", "lost: #3 GetNode names nothing", ""},
		{"empty names do not find each other", ui(nodes(compileNode(), set(2, `""`, "6"), get(`""`), loaderNode), loaded),
			"5.compile_args", "lost: #3 GetNode names nothing", ""},
		{"set with the id of another node", ui(nodes(compileNode(), node(2, "Unheard"), set(2, `"c"`, "6"), get(`"c"`), loaderNode), loaded),
			"5.compile_args", `lost: nothing sets "c"`, ""},
		{"muted source", ui(nodes(compileNode(mode(workflows.Muted)), set(2, `"c"`, "6"), get(`"c"`), loaderNode), loaded),
			"5.compile_args", "lost: #1 WanVideoTorchCompileSettings is muted", ""},
		// KJNodes takes the set's link whatever the set's mode is, but a muted get is not asked
		{"muted set", ui(nodes(compileNode(), set(2, `"c"`, "6", mode(workflows.Muted)), get(`"c"`), loaderNode), loaded),
			"5.compile_args", "given 1:0", ""},
		{"muted get", ui(nodes(compileNode(), set(2, `"c"`, "6"), get(`"c"`, mode(workflows.Muted)), loaderNode), loaded),
			"5.compile_args", "lost: #3 GetNode is muted", ""},
		{"set that gets its own get", ui(nodes(set(2, `"c"`, "6"), get(`"c"`), loaderNode), links(link(6, "3:0", "2:0", "X"), link(7, "3:0", "5:0", "X"))),
			"5.compile_args", "lost: the links run in a circle", ""},

		{"set in the graph around", ui(nodes(compileNode(), set(2, `"c"`, "6"), node(12, "S")), links(link(6, "1:0", "2:0", "X")), subgraphs(inner(get(`"c"`)))),
			"12:5.compile_args", "given 1:0", "12:5.compile_args 2.X"},
		{"set two graphs around", ui(nodes(compileNode(), set(2, `"c"`, "6"), node(12, "O")), links(link(6, "1:0", "2:0", "X")),
			subgraphs(definition("O", nodes(node(13, "S"))), inner(get(`"c"`)))),
			"12:13:5.compile_args", "given 1:0", ""},
		{"own graph before the graph around", ui(nodes(compileNode(), set(2, `"c"`, "6"), node(12, "S")), links(link(6, "1:0", "2:0", "X")),
			subgraphs(inner(compileNode(), set(2, `"c"`, "6"), get(`"c"`)))),
			"12:5.compile_args", "given 12:1:0", ""},
		{"never downwards", ui(nodes(node(12, "S"), get(`"c"`), loaderNode), loaded, subgraphs(inner(compileNode(), set(2, `"c"`, "6")))),
			"5.compile_args", `lost: nothing sets "c"`, ""},
		{"never sideways", ui(nodes(node(12, "S"), node(13, "T")), subgraphs(inner(get(`"c"`)), definition("T", nodes(compileNode(), set(2, `"c"`, "6")), links(linkObject(6, "1:0", "2:0", "X"))))),
			"12:5.compile_args", `lost: nothing sets "c"`, ""},
	})
}

func TestWireAPI(t *testing.T) {
	prompt := func(source, link string) string {
		return `{` + source + `"5":{"class_type":"` + wanLoader + `","inputs":{"model":"a.safetensors","compile_args":` + link + `}}}`
	}
	settings := `"12:5":{"class_type":"` + wanCompile + `","inputs":{"backend":"inductor"}},`
	testWires(t, []wireTest{
		{"id of a run in a subgraph", prompt(settings, `["12:5",0]`), "5.compile_args", "given 12:5:0", "5.compile_args"},
		{"numeric id", prompt(`"7":{"class_type":"`+wanCompile+`","inputs":{}},`, `[7,0]`), "5.compile_args", "given 7:0", ""},
		{"second output", prompt(settings, `["12:5",1]`), "5.compile_args", "given 12:5:1", ""},
		{"missing node", prompt("", `["12:5",0]`), "5.compile_args", "lost: node 12:5 does not exist", ""},
		{"a literal is no link", prompt("", `null`), "5.compile_args", "nothing", ""},
		{"a list of three is no link", prompt(settings, `["12:5",0,0]`), "5.compile_args", "nothing", ""},
		{"a list of texts is no link", prompt(settings, `["12:5","0"]`), "5.compile_args", "nothing", ""},
		{"a nested list is no link", prompt(settings, `[["12:5"],0]`), "5.compile_args", "nothing", ""},
		{"absent", prompt("", `["12:5",0]`), "5.lora", "nothing", ""},
	})
}
