package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/detect/comfy"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/detect/software"
)

// gpuCmd shows the cards of this computer, and how they were found.
type gpuCmd struct {
	Card  string `arg:"" optional:"" help:"Show what is known of this card instead, such as 3090."`
	GPU   string `name:"gpu" placeholder:"CARD" help:"The same, as other commands have it."`
	Comfy string `placeholder:"DIR|URL" help:"The ComfyUI folder whose software is shown too, or the running ComfyUI to show. Without it the folder around here."`
}

func (c *gpuCmd) run(s streams, look looks) (exit int, err error) {
	name := cmp.Or(c.Card, c.GPU)
	switch server := isServer(c.Comfy); {
	case server && name != "":
		return exitUsage, errors.New("the address shows the server's card: leave the other one out")
	case server:
		return showServer(s, c.Comfy)
	}
	var install *comfy.Install
	if c.Comfy != "" {
		if install, err = comfy.Open(c.Comfy); err != nil {
			return exitUsage, err
		}
	}
	if name != "" {
		card, err := gpu.Parse(name)
		if err != nil {
			return exitUsage, err
		}
		printCard(s, card)
	} else {
		if install == nil {
			install, _ = comfy.Find(".")
		}
		exit = showCards(s, look, install)
		printConfig(s)
	}
	if install != nil {
		printSoftware(s, software.Read(install))
		for _, note := range install.Notes {
			fmt.Fprintln(s.out, plain(note))
		}
	}
	return exit, nil
}

// printConfig tells where the folder at hand is tuned for a card whatever is found.
func printConfig(s streams) {
	config, err := findConfig(".")
	switch {
	case err != nil:
		fmt.Fprintln(s.out, plain(err.Error()))
	case config != nil && config.gpu != nil:
		fmt.Fprintf(s.out, "workflows here are tuned for %s all the same, and nothing of this computer counts: %s says so\n", plain(config.card), plain(short(config.path)))
	}
}

// showServer shows what a running ComfyUI says of itself.
func showServer(s streams, address string) (int, error) {
	server, err := askServer(address)
	if err != nil {
		return exitUsage, err
	}
	exit := exitClean
	if server.GPU != nil {
		printCard(s, *server.GPU)
	} else {
		exit = exitRemains
	}
	for _, note := range server.notes {
		fmt.Fprintln(s.out, plain(note))
	}
	printSoftware(s, server.Software)
	return exit, nil
}

// printSoftware shows what is installed beside ComfyUI, and where that was read.
func printSoftware(s streams, versions software.Versions) {
	var rows [][]string
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		fact := versions[name]
		rows = append(rows, []string{name, cmp.Or(fact.Value, "unknown"), plain(cmp.Or(fact.Source, fact.Why))})
	}
	printTable(s.out, "", rows)
}

func printCard(s streams, card gpu.GPU) {
	fmt.Fprintln(s.out, strings.Join(longWords(card), " · "))
	printAbilities(s, card)
}

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
