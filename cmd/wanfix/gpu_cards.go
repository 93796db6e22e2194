package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/wanfix/wanfix/detect/comfy"
	"github.com/wanfix/wanfix/detect/gpu"
)

// showCards shows the cards of this computer, and which one ComfyUI will run on.
func showCards(s streams, look looks, install *comfy.Install) int {
	found := gpu.Probe(context.Background())
	uses := gpu.InUse(context.Background(), found)
	paint := look(s.out)
	choice, doubt := pick(found, install)
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
	for _, note := range []string{choice.Note, doubt} {
		if note != "" && found.Source != "" {
			fmt.Fprintln(s.out, plain(note))
		}
	}
	for _, attempt := range found.Tried {
		fmt.Fprintf(s.out, "  %-11s%s\n", attempt.Source, plain(attempt.Outcome))
		if attempt.Help != "" {
			fmt.Fprintf(s.out, "  %-11s%s\n", "", paint.dim(plain(attempt.Help)))
		}
	}
	if !choice.Known {
		fmt.Fprintln(s.out, whichCard(found))
		return exitRemains
	}
	return exitClean
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
	text := gpu.GiB(card.Memory) + " shared with the computer"
	if card.MemorySource != "" {
		text += " (from " + plain(card.MemorySource) + ")"
	}
	return text
}
