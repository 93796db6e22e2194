package workflows_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/workflows"
)

// marked takes the marks «…» out of a text and returns the spans they enclosed.
func marked(text string) (plain string, spans []workflows.Span) {
	var b strings.Builder
	start := 0
	for _, r := range text {
		switch r {
		case '«':
			start = b.Len()
		case '»':
			spans = append(spans, workflows.Span{Start: start, End: b.Len()})
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), spans
}

// tell writes a value as the tests want it.
func tell(v workflows.Value) string {
	source := map[workflows.Source]string{
		workflows.Unknown: "unknown", workflows.Literal: "literal", workflows.Default: "default",
		workflows.ByLink: "link", workflows.ByPrimary: "primitive", workflows.ByBorder: "border", workflows.Template: "template",
	}[v.Source]
	if v.Exists() {
		source += " " + v.Raw
	}
	if v.From != nil {
		source += " from " + v.From.ID
	}
	if v.Why != "" {
		source += ": " + v.Why
	}
	return source
}

// Every «…» in a text is a site of the asked value, and there is no other.
func TestValue(t *testing.T) {
	swap := func(members ...string) string { return ui(nodes(node(1, wanSwap, members...))) }
	linked := func(source string, more ...string) string {
		return ui(nodes(append(more, source, node(5, wanSwap, in("blocks_to_swap INT 7 widget"), values(`33,true,false`)))...),
			links(link(7, "2:0", "5:0", "INT"), link(6, "3:0", "2:0", "INT")))
	}
	inside := func(instance, inner string) string {
		return ui(nodes(node(12, "S", in("fast BOOLEAN -", "blocks INT - widget", "other INT - widget"), instance)),
			subgraphs(strings.NewReplacer(values("20,false,false"), inner, `"linkIds":[3]}]`, `"linkIds":[3]},{"name":"other","type":"INT","linkIds":[8]}]`,
				`"links":[{`, `"links":[`+linkObject(8, "-10:1", "6:0", "INT")+`,{`, `"nodes":[`, `"nodes":[`+node(6, "Unheard", in("x INT 8 widget"))+`,`).Replace(swapInside)))
	}
	named := `"widgets_values_named":{"offload_img_emb":true,"blocks_to_swap":«20»,"offload_txt_emb":false}`
	api := func(inputs string) string {
		return `{"1":{"class_type":"` + wanCompile + `","inputs":{` + inputs + `}},"2":{"class_type":"INTConstant","inputs":{"value":64}}}`
	}
	tests := []struct{ name, text, ask, want string }{
		{"literal", swap(values(`«20»,true,false`)), "1.blocks_to_swap", "literal 20"},
		{"literal that is an option", ui(nodes(node(1, wanCompile, values(`«"cudagraphs"»,false`)))), "1.backend", `literal "cudagraphs"`},
		{"literal behind text with signs and escapes", "\r\n\t" + ui(nodes(node(1, wanSwap, `"title":"ö 😀 \" \u00e9 ]"`, "\"widgets_values\" : [ 20 ,\r\n «true» , false ]"))),
			"1.offload_img_emb", "literal true"},
		{"literal in a subgraph", ui(nodes(node(12, "S")), subgraphs(strings.Replace(swapInside, "20,false,false", "20,«false»,false", 1))),
			"12:5.offload_img_emb", "literal false"},
		{"seed beyond 2^53", ui(nodes(node(1, "WanVideoSampler", values(`30,6,5,«18446744073709551615»,"fixed"`)))), "1.seed", "literal 18446744073709551615"},
		{"list and copy by name", swap(values(`«20»,true,false`), named), "1.blocks_to_swap", "literal 20"},
		{"list and another copy by name", swap(values(`«30»,true,false`), named), "1.blocks_to_swap", "literal 30"},
		{"copy by name alone", swap(named), "1.prefetch_blocks", "default 0"},
		{"an object", swap(`"widgets_values":{"blocks_to_swap":«20»,"videopreview":{}}`), "1.blocks_to_swap", "literal 20"},
		{"slot without a link", swap(in("blocks_to_swap INT - widget"), values(`«20»`)), "1.blocks_to_swap", "literal 20"},
		{"API prompt", api(`"backend":«"inductor"»,"fullgraph":false`), "1.backend", `literal "inductor"`},
		{"API prompt, a list", api(`"backend":«["a"]»`), "1.backend", `literal ["a"]`},

		// the editor and Python disagree about this default
		{"default of the editor", ui(nodes(node(1, wanCompile, values(`"inductor"`)))), "1.force_parameter_static_shapes", "default false"},
		{"default of Python", api(`"backend":"inductor"`), "1.force_parameter_static_shapes", "default true"},
		{"default of nothing written", swap(), "1.blocks_to_swap", "default 20"},
		{"no default in the editor", ui(nodes(node(1, wanLora))), "1.lora", "unknown: lora is not written, and its default is not known"},
		{"no default in Python", api(``), "1.backend", "unknown: backend is not written, and its default is not known"},
		{"unheard-of class", ui(nodes(node(1, "Unheard", values(`20`)))), "1.blocks", "unknown: the class Unheard is not known"},
		{"unheard-of widget", swap(values(`20`)), "1.frames", "unknown: WanVideoBlockSwap has no frames"},
		{"unheard-of places", swap(values(`"a","b"`)), "1.blocks_to_swap", "unknown: no known version of WanVideoBlockSwap has the values that are written"},

		{"constant", linked(node(2, "INTConstant", values(`20`))), "5.blocks_to_swap", "link 20 from 2"},
		{"constant by its former name", linked(node(2, "Int", values(`20`), `"widgets_values_named":{"value":20}`)), "5.blocks_to_swap", "link 20 from 2"},
		{"constant that is not written", linked(node(2, "INTConstant")), "5.blocks_to_swap", "link 0 from 2"},
		{"constant given by a constant", linked(node(2, "PrimitiveInt", in("value INT 6 widget"), values(`1,"fixed"`)), node(3, "INTConstant", values(`20`))),
			"5.blocks_to_swap", "link 20 from 2"},
		{"constants in a circle", `{"1":{"class_type":"INTConstant","inputs":{"value":["2",0]}},"2":{"class_type":"easy int","inputs":{"value":["1",0]}}}`,
			"1.value", "link from 2: the links run in a circle"},
		{"constant whose link is broken", linked(node(2, "INTConstant", in("value INT 8 widget"))), "5.blocks_to_swap", "link from 2: link 8 is not in the link table"},
		{"constant that gives itself", `{"1":{"class_type":"INTConstant","inputs":{"value":["1",0]}}}`, "1.value", "link from 1: the links run in a circle"},
		{"API prompt, constant", api(`"dynamo_cache_size_limit":["2",0]`), "1.dynamo_cache_size_limit", "link 64 from 2"},
		{"constant's other output", api(`"dynamo_cache_size_limit":["2",1]`), "1.dynamo_cache_size_limit", "link from 2: #2 INTConstant computes it"},
		{"a node that computes", linked(node(2, "MathExpression", values(`20`))), "5.blocks_to_swap", "link from 2: #2 MathExpression computes it"},
		{"muted constant", linked(node(2, "INTConstant", mode(workflows.Muted), values(`20`))), "5.blocks_to_swap", "unknown: #2 INTConstant is muted"},
		{"broken link", linked(node(3, "INTConstant")), "5.blocks_to_swap", "unknown: node 2 does not exist"},

		{"primitive", linked(node(2, "PrimitiveNode", values(`20,"randomize"`))), "5.blocks_to_swap", "primitive 20 from 2"},
		{"primitive without a value", linked(node(2, "PrimitiveNode", values(``))), "5.blocks_to_swap", "primitive from 2: value is not written, and its default is not known"},

		{"instance and node agree", inside(values(`«20»,7`), values(`«20»,false,false`)), "12:5.blocks_to_swap", "border 20 from 12"},
		{"instance and node disagree", inside(values(`«30»,7`), values(`«20»,false,false`)), "12:5.blocks_to_swap", "border from 12: #12 S says 30, the node inside says 20"},
		{"instance stores nothing", inside(values(``), values(`«20»,false,false`)), "12:5.blocks_to_swap", "border 20 from 12"},
		{"instance stores null", inside(values(`null,7`), values(`«20»,false,false`)), "12:5.blocks_to_swap", "border 20 from 12"},
		{"instance stores fewer values", inside(values(`«30»`), values(`«20»,false,false`)), "12:5.blocks_to_swap", "border from 12: #12 S says 30, the node inside says 20"},
		{"instance stores more values", inside(values(`20,7,8`), values(`20,false,false`)), "12:5.blocks_to_swap", "border from 12: the copy of blocks_to_swap on #12 S cannot be found"},
		{"node inside stores nothing", inside(values(`«30»,7`), values(``)), "12:5.blocks_to_swap", "border 30 from 12"},
		{"node inside cannot be read", inside(values(`30,7`), values(`20,[1]`)), "12:5.blocks_to_swap", "border from 12: no known version of WanVideoBlockSwap has the values that are written"},
		{"neither stores anything", inside(values(``), values(``)), "12:5.blocks_to_swap", "border 20 from 12"},
		{"instance without its slots, as exported", strings.Replace(inside(values(`«20»,7`), values(`«20»,false,false`)), in("fast BOOLEAN -", "blocks INT - widget", "other INT - widget"), `"inputs":[]`, 1),
			"12:5.blocks_to_swap", "border 20 from 12"},

		{"placeholder", swap(values(`"{{BLOCKS}}",true,false`)), "1.blocks_to_swap", "template: a placeholder stands there: {{BLOCKS}}"},
		{"placeholder in an API prompt", api(`"backend":"{{BACKEND}}"`), "1.backend", "template: a placeholder stands there: {{BACKEND}}"},
		{"text with a placeholder in it", ui(nodes(node(1, wanLora, values(`«"wan_{{SIZE}}.safetensors"»,1`)))), "1.lora", `literal "wan_{{SIZE}}.safetensors"`},
		{"placeholder in a constant", linked(node(2, "INTConstant", values(`"{{N}}"`))), "5.blocks_to_swap", "link from 2: a placeholder stands there: {{N}}"},
		{"placeholder in a primitive", linked(node(2, "PrimitiveNode", values(`"{{N}}"`))), "5.blocks_to_swap", "primitive from 2: a placeholder stands there: {{N}}"},
		{"placeholder on an instance", inside(values(`"{{N}}",7`), values(`"{{N}}",false,false`)), "12:5.blocks_to_swap", "border from 12: a placeholder stands there: {{N}}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, want := marked(tt.text)
			part := parse(t, text)
			r, widget := ask(t, part, tt.ask)
			v := r.Value(widget)
			if got := tell(v); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
			if v.Source != workflows.Literal && v.Source != workflows.ByBorder {
				want = nil // what is not written at the node itself has no sites
			}
			var got []workflows.Span
			for _, site := range v.Sites {
				got = append(got, site.Span)
				if site.Span.Start < site.Home.Span.Start || site.Span.End > site.Home.Span.End {
					t.Errorf("site at %v is not in %s", site.Span, site.Home.Name())
				}
			}
			slices.SortFunc(got, func(a, b workflows.Span) int { return a.Start - b.Start })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("sites (-want +got):\n%s", diff)
			}
		})
	}
}

// The marks of a text with a byte order mark count behind it, as Src does.
func TestValueSitesCountInSrc(t *testing.T) {
	file, err := workflows.Parse([]byte("\ufeff"+ui(nodes(node(1, "Unheard", `"widgets_values":{"blocks":20}`)))), classes{})
	if err != nil {
		t.Fatal(err)
	}
	v := file.Parts[0].Run("1").Value("blocks")
	if len(v.Sites) != 1 {
		t.Fatalf("%d sites, want 1", len(v.Sites))
	}
	at := v.Sites[0].Span
	if got := string(file.Src[at.Start-len(`"blocks":`) : at.End]); got != `"blocks":20` || file.Text(at) != "20" {
		t.Errorf("site at %s, text %s", got, file.Text(at))
	}
}

func TestMissing(t *testing.T) {
	type answer struct {
		List, Named     string
		Names, Defaults []string
		OK              bool
	}
	no := answer{}
	tests := []struct {
		name, text, widget string
		want               answer
	}{
		{"next place", ui(nodes(node(1, wanSwap, values(`20,true,false`)))), "use_non_blocking", answer{"[20,true,false]", "", []string{"use_non_blocking"}, nil, true}},
		{"defaults between", ui(nodes(node(1, wanSwap, values(`20,true,false`)))), "prefetch_blocks", answer{"[20,true,false]", "", []string{"use_non_blocking", "vace_blocks_to_swap", "prefetch_blocks"}, []string{"false", "0"}, true}},
		{"text default between", ui(nodes(node(1, wanLoader, values(`"a.safetensors"`)))), "load_device", answer{`["a.safetensors"]`, "", []string{"base_precision", "quantization", "load_device"}, []string{`"bf16"`, `"disabled"`}, true}},
		{"empty list", ui(nodes(node(1, wanSwap, values(``)))), "blocks_to_swap", no},
		{"a default between is not known", ui(nodes(node(1, wanLoader, values(``)))), "base_precision", no},
		{"already written", ui(nodes(node(1, wanSwap, values(`20,true,false`)))), "blocks_to_swap", no},
		{"a socket", ui(nodes(node(1, wanLoader, values(`"a.safetensors"`)))), "compile_args", no},
		{"an older order", ui(nodes(node(1, wanCompile, values(`"inductor",true,"default",false,64,true,true,false,false,false`)))), "dynamo_recompile_limit", no},
		{"an older, shorter order", ui(nodes(node(1, "WanVideoTeaCache", values(`0.25,6,"offload_device"`)))), "mode", no},
		{"something else at the end", ui(nodes(node(1, wanLora, values(`"a",1,false,"<details>"`)))), "merge_loras", no},
		{"an unreadable list", ui(nodes(node(1, wanSwap, values(`"a"`)))), "prefetch_blocks", no},
		{"an object", ui(nodes(node(1, wanSwap, `"widgets_values":{"blocks_to_swap":20}`))), "prefetch_blocks", no},
		{"no list", ui(nodes(node(1, wanSwap))), "prefetch_blocks", no},
		{"a copy by name", ui(nodes(node(1, wanSwap, values(`20`), `"widgets_values_named":{"blocks_to_swap":20}`))), "offload_img_emb",
			answer{`[20]`, `{"blocks_to_swap":20}`, []string{"offload_img_emb"}, nil, true}},
		{"a copy by name that is longer", ui(nodes(node(1, wanSwap, values(`20`), `"widgets_values_named":{"blocks_to_swap":20,"offload_img_emb":true}`))), "offload_img_emb", no},
		{"an empty copy by name", ui(nodes(node(1, wanSwap, values(`20`), `"widgets_values_named":{}`))), "offload_img_emb", no},
		{"null for a copy by name", ui(nodes(node(1, wanSwap, values(`20`), `"widgets_values_named":null`))), "offload_img_emb", no},
		{"a copy in order", ui(nodes(node(1, wanSwap, values(`20`), `"widgets_values_ordered":[{"name":"blocks_to_swap","occurrence":0,"value":20}]`))), "offload_img_emb", no},
		{"unheard-of class", ui(nodes(node(1, "Unheard", values(`20`)))), "blocks", no},
		{"API prompt", `{"1":{"class_type":"` + wanSwap + `","inputs":{"blocks_to_swap":20}}}`, "prefetch_blocks", no},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			part := parse(t, tt.text)
			m, ok := part.Root.Home("1").Missing(tt.widget)
			got := answer{part.File.Text(m.List), part.File.Text(m.Named), m.Names, m.Defaults, ok}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
