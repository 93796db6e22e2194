package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/detect/comfy"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/detect/software"
)

// gpuCmd shows the cards of this computer, and how they were found.
type gpuCmd struct {
	Card  string `arg:"" optional:"" help:"Show what is known of this card instead, such as 3090."`
	Comfy string `placeholder:"DIR" help:"The ComfyUI folder whose software is shown too. Without it the one around here."`
}

func (c *gpuCmd) run(s streams, look looks) (int, error) {
	exit, err := c.cards(s, look)
	if err != nil {
		return exit, err
	}
	return exit, c.software(s)
}

// software shows what is installed beside ComfyUI, and where that was read.
func (c *gpuCmd) software(s streams) error {
	install, found := comfy.Find(".")
	if c.Comfy != "" {
		var err error
		if install, err = comfy.Open(c.Comfy); err != nil {
			return err
		}
	} else if !found || c.Card != "" {
		return nil
	}
	versions := software.Read(install)
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		fact := versions[name]
		fmt.Fprintf(s.out, "%-16s%-16s%s\n", name, cmp.Or(fact.Value, "unknown"), plain(cmp.Or(fact.Source, fact.Why)))
	}
	return nil
}

// cards shows the cards of this computer, or the one that was named.
func (c *gpuCmd) cards(s streams, look looks) (int, error) {
	if c.Card != "" {
		card, err := gpu.Parse(c.Card)
		if err != nil {
			return exitUsage, err
		}
		fmt.Fprintln(s.out, strings.Join(longWords(card), " · "))
		printAbilities(s, card)
		return exitClean, nil
	}
	found := gpu.Probe(context.Background())
	uses := gpu.InUse(context.Background(), found)
	paint := look(s.out)
	choice := found.Pick(os.LookupEnv)
	for _, card := range found.GPUs {
		mark := " "
		if choice.Known && card == choice.GPU {
			mark = "*"
		}
		fmt.Fprintf(s.out, "%s %d  %s\n", paint.green(mark), card.Index, strings.Join(longWords(card), " · "))
		if use, known := uses[card.UUID]; known {
			printFact(s, "in use", useWords(card, use))
		}
		printAbilities(s, card)
	}
	switch {
	case found.Source != "":
		fmt.Fprintln(s.out, foundBy(found))
	case found.Failed():
		fmt.Fprintln(s.out, paint.yellow("no NVIDIA card answered"))
	default:
		fmt.Fprintln(s.out, paint.yellow("no NVIDIA card was found"))
	}
	if choice.Note != "" && found.Source != "" {
		fmt.Fprintln(s.out, plain(choice.Note))
	}
	for _, attempt := range found.Tried {
		fmt.Fprintf(s.out, "  %-11s%s\n", attempt.Source, plain(attempt.Outcome))
		if attempt.Help != "" {
			fmt.Fprintf(s.out, "  %-11s%s\n", "", paint.dim(plain(attempt.Help)))
		}
	}
	if !choice.Known {
		fmt.Fprintln(s.out, whichCard(found))
		return exitRemains, nil
	}
	return exitClean, nil
}

func foundBy(found gpu.Found) string {
	text := "found by " + plain(found.Source)
	if found.Driver != "" {
		text += ", driver " + plain(found.Driver)
	}
	if found.CUDA != "" {
		text += ", CUDA up to " + plain(found.CUDA)
	}
	return text
}

// whichCard asks for the card to tune for, one of those found if there are any.
func whichCard(found gpu.Found) string {
	if len(found.GPUs) == 0 {
		return "to tune for a card that is not in this computer, name it: wanfix workflow.json --gpu 3090"
	}
	flags := make([]string, len(found.GPUs))
	for i := range flags {
		flags[i] = plain(found.Flag(i))
	}
	return "say which: " + strings.Join(flags, " or ")
}

func longWords(card gpu.GPU) []string {
	words := cardWords(card)
	if card.Unified && card.Memory != 0 {
		words[len(words)-1] = sharedWords(card) // the last of them is the memory
	}
	if arch := card.Arch(); arch != "" {
		words = append(words, arch)
	}
	if card.SMs != 0 {
		words = append(words, fmt.Sprintf("%d SMs", card.SMs))
	}
	if card.Bandwidth != 0 {
		words = append(words, fmt.Sprintf("%.0f GB/s", card.Bandwidth))
	}
	if card.PCIeGen != 0 && card.PCIeWidth != 0 {
		words = append(words, fmt.Sprintf("PCIe %d.0 x%d", card.PCIeGen, card.PCIeWidth))
	}
	return words
}

// sharedWords is the memory of a card that has none of its own.
func sharedWords(card gpu.GPU) string {
	text := gibibytes(card.Memory) + " shared with the computer"
	if card.MemorySource != "" {
		text += " (from " + plain(card.MemorySource) + ")"
	}
	return text
}

// printAbilities tells what a card can do, where enough of it is known.
func printAbilities(s streams, card gpu.GPU) {
	if card.SM == 0 {
		return
	}
	for _, a := range abilities {
		printFact(s, a.name, a.can(card))
	}
}

func printFact(s streams, name, text string) {
	fmt.Fprintf(s.out, "     %-27s%s\n", name, text)
}
