package workflows_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/workflows"
)

const lora = "WanVideoLoraSelect"

// TestValue asks what widgets hold when ComfyUI executes them, and why that is not
// known where it is not.
func TestValue(t *testing.T) {
	swap := func(members ...string) string { return ui(nodes(node(5, wanSwap, members...)), links()) }
	driven := func(class, source string) string {
		return ui(nodes(
			node(5, wanSwap, in("blocks_to_swap INT 1 widget"), values(`20,false,false`)),
			node(6, class, out("INT 1"), values(source))),
			links(link(1, "6:0", "5:0", "INT")))
	}
	prompt := func(inputs string) string {
		return `{"5":{"class_type":"` + lora + `","inputs":{` + inputs + `}},"6":{"class_type":"INTConstant","inputs":{"value":3}},"7":{"class_type":"Somebodys","inputs":{}}}`
	}
	tests := []struct {
		name, text, question string
		source               workflows.Source
		value, why           string
	}{
		{"written", swap(values(`20,false,false`)), "5.blocks_to_swap", workflows.Literal, `20`, ""},
		{"not stored: the editor's default", swap(values(`20,false,false`)), "5.prefetch_blocks", workflows.Default, `0`, ""},
		{"nothing stored", swap(), "5.blocks_to_swap", workflows.Default, `20`, ""},
		{"values nobody understands", swap(values(`[1],{},true`)), "5.blocks_to_swap", workflows.Unknown, "", "no known version of WanVideoBlockSwap has the values"},
		{"no such widget", swap(values(`20`)), "5.speed", workflows.Unknown, "", "WanVideoBlockSwap has no speed"},
		{"an unknown class", ui(nodes(node(5, "Unheard", values(`1`))), links()), "5.speed", workflows.Unknown, "", "the class Unheard is not known"},
		{"a placeholder", swap(values(`"{{BLOCKS}}",false,false`)), "5.blocks_to_swap", workflows.Template, "", "a placeholder stands there: {{BLOCKS}}"},
		{"given by a constant", driven("INTConstant", `33`), "5.blocks_to_swap", workflows.ByLink, `33`, ""},
		{"overwritten by a primitive", driven("PrimitiveNode", `34,"fixed"`), "5.blocks_to_swap", workflows.ByPrimary, `34`, ""},
		{"computed", driven("SomebodysNode", `35`), "5.blocks_to_swap", workflows.ByLink, "", "#6 SomebodysNode computes it"},
		{"a prompt's own", prompt(`"lora":"a","merge_loras":false`), "5.merge_loras", workflows.Literal, `false`, ""},
		{"a prompt leaves it to Python", prompt(`"lora":"a"`), "5.merge_loras", workflows.Default, `true`, ""},
		{"a prompt leaves out what it must not", prompt(``), "5.lora", workflows.Unknown, "", "lora is not written, and its default is not known"},
		{"a prompt's constant", prompt(`"strength":["6",0]`), "5.strength", workflows.ByLink, `3`, ""},
		{"a prompt's other output", prompt(`"strength":["6",1]`), "5.strength", workflows.ByLink, "", "#6 INTConstant computes it"},
		{"a prompt's computed value", prompt(`"strength":["7",0]`), "5.strength", workflows.ByLink, "", "#7 Somebodys computes it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, name := ask(t, parse(t, test.text), test.question)
			v := r.Value(name)
			if v.Source != test.source || v.Raw != test.value {
				t.Errorf("%s, source %d; want %s, source %d", v.Raw, v.Source, test.value, test.source)
			}
			if test.why != "" && !strings.Contains(v.Why, test.why) {
				t.Errorf("why %q, want %q", v.Why, test.why)
			}
			if v.Exists() != (test.value != "") || v.Exists() == (v.Why != "") {
				t.Errorf("exists %v, why %q", v.Exists(), v.Why)
			}
		})
	}
}

// TestSites reads each place where a value is written.
func TestSites(t *testing.T) {
	tests := []struct {
		name, text, question string
		want                 []string
	}{
		{"one place", ui(nodes(node(5, wanSwap, values(` 20 , false,false`)))), "5.blocks_to_swap", []string{"20"}},
		{"two places", ui(nodes(node(5, wanSwap, values(`20,false`), `"widgets_values_named":{"blocks_to_swap": 20, "offload_img_emb": false}`))), "5.blocks_to_swap", []string{"20", "20"}},
		{"by name", ui(nodes(node(5, wanSwap, `"widgets_values":{"blocks_to_swap":21}`))), "5.blocks_to_swap", []string{"21"}},
		{"a prompt", `{"5":{"class_type":"` + wanSwap + `","inputs":{"blocks_to_swap" : 22}}}`, "5.blocks_to_swap", []string{"22"}},
		{"a byte order mark before", "\xef\xbb\xbf" + `{"5":{"class_type":"` + wanSwap + `","inputs":{"blocks_to_swap" : 23}}}`, "5.blocks_to_swap", []string{"23"}},
		{"nowhere", ui(nodes(node(5, wanSwap, values(`20,false`)))), "5.prefetch_blocks", nil},
		{"a prompt's link", `{"5":{"class_type":"` + wanSwap + `","inputs":{"blocks_to_swap":["6",0]}},"6":{"class_type":"INTConstant","inputs":{"value":3}}}`, "5.blocks_to_swap", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			part := parse(t, test.text)
			r, name := ask(t, part, test.question)
			var got []string
			for _, site := range r.Home.Sites(name) {
				got = append(got, part.File.Text(site.Span))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestMissing tells how to write what a list is too short for.
func TestMissing(t *testing.T) {
	tests := []struct {
		name, members, widget string
		between               []string
		ok                    bool
	}{
		{"the next", values(`20,false,false`), "use_non_blocking", nil, true},
		{"further on", values(`20,false,false`), "prefetch_blocks", []string{"false", "0"}, true},
		{"already there", values(`20,false,false`), "blocks_to_swap", nil, false},
		{"behind text that a display left", values(`20,false,false,""`), "use_non_blocking", nil, false},
		{"written by name", `"widgets_values":{"blocks_to_swap":20}`, "prefetch_blocks", nil, false},
		{"written twice", values(`20`) + `,"widgets_values_named":{"blocks_to_swap":20}`, "offload_img_emb", nil, false},
		{"no such widget", values(`20`), "speed", nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			part := parse(t, ui(nodes(node(5, wanSwap, test.members))))
			list, stored, between, ok := run(t, part, "5").Home.Missing(test.widget)
			if ok != test.ok {
				t.Fatalf("ok is %v", ok)
			}
			if !ok {
				return
			}
			if diff := cmp.Diff(test.between, between); diff != "" {
				t.Errorf("between (-want +got):\n%s", diff)
			}
			if text := part.File.Text(list); stored != 3 || text != "[20,false,false]" {
				t.Errorf("%d values in %s", stored, text)
			}
		})
	}
}
