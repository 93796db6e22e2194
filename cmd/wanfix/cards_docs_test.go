package main

import (
	"testing"

	"github.com/wanfix/wanfix/detect/gpu"
)

// TestAbilitiesInDocs holds the table of docs/cards.md to what "wanfix gpu" says. With -update it
// writes it anew.
func TestAbilitiesInDocs(t *testing.T) {
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
	inPage(t, "../../docs/cards.md", "abilities", want)
}
