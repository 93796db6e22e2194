package workflows_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHomesOfAPIPrompt(t *testing.T) {
	part := parse(t, `{"12:5": {"class_type": "`+wanSwap+`", "inputs": {"blocks_to_swap": 20, "x": ["7", 1]}, "_meta": {"title": "my swap"}},
		"7": {"_meta": {"title": "Unheard"}, "class_type": "Unheard"},
		"extra_data": {"client": 1}, "version": 3}`)
	type home struct{ ID, Class, Title, Role string }
	var got []home
	for _, h := range part.Root.Homes {
		got = append(got, home{h.ID, h.Class, h.Title, h.Role()})
	}
	// what is no node is left alone, and a title that only repeats the class is none
	want := []home{{"12:5", wanSwap, "my swap", "settings"}, {"7", "Unheard", "", ""}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("homes (-want +got):\n%s", diff)
	}

	type slot struct {
		Name, Widget, Key, Value string
		Linked                   bool
	}
	var slots []slot
	for _, in := range part.Root.Home("12:5").Inputs() {
		slots = append(slots, slot{in.Name, in.Widget, part.File.Text(in.Key), part.File.Text(in.Span), in.Linked})
	}
	wantSlots := []slot{
		{"blocks_to_swap", "blocks_to_swap", `"blocks_to_swap"`, "20", false},
		{"x", "", `"x"`, `["7", 1]`, true},
	}
	if diff := cmp.Diff(wantSlots, slots); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
}

// The editor keeps the first of two nodes with one id, and renumbers the second.
func TestHomesWithOneID(t *testing.T) {
	part := parse(t, ui(nodes(node(5, "A"), node(5, "B"), node(12, "D")), subgraphs(definition("D", nodes(node(6, "A"), node(6, "B"))))))
	if got := part.Root.Home("5").Class; got != "A" {
		t.Errorf("home 5 is %s, want A", got)
	}
	for _, id := range []string{"5", "12:6"} {
		if got := run(t, part, id).Home.Class; got != "A" {
			t.Errorf("run %s is %s, want A", id, got)
		}
	}
	if len(part.Root.Homes) != 3 || len(part.Runs) != 5 {
		t.Errorf("%d homes and %d runs, want 3 and 5", len(part.Root.Homes), len(part.Runs))
	}
}

// TestTexts wants the texts at the widgets of a node, in whatever form they are written.
func TestTexts(t *testing.T) {
	for name, src := range map[string]string{
		"prompt": `{"1": {"class_type": "Unheard", "inputs": {"a": "x.pt", "b": 3, "c": ["2", 0], "d": "y\u0021"}}}`,
		"list":   `{"version": 0.4, "links": [], "nodes": [{"id": 1, "type": "Unheard", "title": "no", "properties": {"p": "no"}, "widgets_values": ["x.pt", 3, null, "y!"]}]}`,
		"object": `{"version": 0.4, "links": [], "nodes": [{"id": 1, "type": "Unheard", "widgets_values": {"a": "x.pt", "b": {"c": "no"}, "d": "y!"}}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			if got := slices.Collect(parse(t, src).Root.Homes[0].Texts()); !slices.Equal(got, []string{"x.pt", "y!"}) {
				t.Errorf("%q", got)
			}
		})
	}
	none := parse(t, `{"version": 0.4, "links": [], "nodes": [{"id": 1, "type": "Unheard"}]}`)
	for text := range none.Root.Homes[0].Texts() {
		t.Errorf("%q of a node without widgets", text)
	}
}
