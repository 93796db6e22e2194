package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/detect/gpu"
)

// TestAbilitiesInDocs holds the table of docs/cards.md to what "wanfix gpu" says. With -update it
// writes it anew.
func TestAbilitiesInDocs(t *testing.T) {
	const page = "../../docs/cards.md"
	const begin, end = "<!-- abilities: written by go test ./cmd/wanfix -update -->\n", "<!-- abilities end -->"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	have, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place between %q and %q", page, begin, end)
	}
	want := "| setting |"
	line := "| --- |"
	var cards []gpu.GPU
	for _, name := range []string{"GTX 1080", "RTX 2080 Ti", "RTX 3090", "RTX 4090", "H100", "RTX 5090"} {
		card, err := gpu.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		cards = append(cards, card)
		want += " " + card.Arch() + ": " + name + " |"
		line += " --- |"
	}
	want += "\n" + line + "\n"
	for _, a := range abilities {
		want += "| " + a.name + " |"
		for _, card := range cards {
			want += " " + a.can(card) + " |"
		}
		want += "\n"
	}
	if *update {
		if err := os.WriteFile(page, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("%s shows other abilities (-true +page), go test ./cmd/wanfix -update mends it:\n%s", page, diff)
	}
}
