package workflows_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNotes reads workflows that are odd in one way, on one line each.
func TestNotes(t *testing.T) {
	rows := links(link(7, "1:0", "5:0", "X"), link(8, "1:0", "6:0", "X"))
	tests := []struct {
		name, text string
		want       []string
	}{
		{"nothing odd", ui(nodes(compileNode(), loaderNode), rows), nil},
		{"lists without a version", `{` + rows + `,"nodes":[]}`, []string{"1:10: links are lists, which only version 0.4 has: the editor loses them (2 of 2)"}},
		{"lists in version 1", `{"version":1,` + rows + `,"nodes":[]}`, []string{"1:22: links are lists, which only version 0.4 has: the editor loses them (2 of 2)"}},
		{"an object among lists", `{` + links(link(7, "1:0", "5:0", "X"), linkObject(8, "1:0", "6:0", "X")) + `,"nodes":[],"version":0.4}`,
			[]string{"1:10: links are objects, which version 0.4 does not have: the editor loses them (1 of 2)"}},
		{"lists in a subgraph", `{"nodes":[],` + subgraphs(definition("d", nodes(), rows)) + `}`,
			[]string{"1:132: links are lists, which only version 0.4 has: the editor loses them (2 of 2)"}},
		{"null for links", `{"links":null,"nodes":[]}`, nil},
		{"one id twice", `{"nodes":[{"id":3,"type":"a"},{"id":"3","type":"b"}]}`, []string{"1:31: two nodes have the id 3: the editor gives one of them another, and links go astray"}},
		{"a placeholder", `{"nodes":[{"id":3,"type":"a","widgets_values":[1,"{{STEPS}}","a {{WORD}} in text"]}]}`, []string{"1:50: {{STEPS}} stands for a value that is filled in later: it is left alone"}},
		{"placeholders of a prompt", `{"3":{"class_type":"a","inputs":{"steps":"{{STEPS}}","cfg":"{{CFG}}"}}}`,
			[]string{"1:42: {{STEPS}}, the first of 2 placeholders, stands for a value that is filled in later: they are left alone"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, note := range parse(t, test.text).Notes() {
				got = append(got, fmt.Sprint(note))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
