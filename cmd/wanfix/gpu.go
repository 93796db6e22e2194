package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/wanfix/wanfix/detect/gpu"
)

// gpuCmd shows the cards of this computer, and how they were found.
type gpuCmd struct {
	Card string `arg:"" optional:"" help:"Show what is known of this card instead, such as 3090."`
}

func (c *gpuCmd) run(s streams, look looks) (int, error) {
	if c.Card != "" {
		card, err := gpu.Parse(c.Card)
		if err != nil {
			return exitUsage, err
		}
		fmt.Fprintln(s.out, strings.Join(longWords(card), " · "))
		return exitClean, nil
	}
	found := gpu.Probe(context.Background())
	paint := look(s.out)
	chosen, note, ok := found.Pick(os.LookupEnv)
	for _, card := range found.GPUs {
		mark := " "
		if ok && card == chosen {
			mark = "*"
		}
		fmt.Fprintf(s.out, "%s %d  %s\n", paint.green(mark), card.Index, strings.Join(longWords(card), " · "))
	}
	if found.Source != "" {
		fmt.Fprintf(s.out, "found by %s", plain(found.Source))
		if found.Driver != "" {
			fmt.Fprintf(s.out, ", driver %s", plain(found.Driver))
		}
		if found.CUDA != "" {
			fmt.Fprintf(s.out, ", CUDA up to %s", plain(found.CUDA))
		}
		fmt.Fprintln(s.out)
	} else {
		fmt.Fprintln(s.out, paint.yellow("no NVIDIA card was found"))
	}
	if note != "" && found.Source != "" {
		fmt.Fprintln(s.out, plain(note))
	}
	for _, attempt := range found.Tried {
		fmt.Fprintf(s.out, "  %-11s%s\n", attempt.Source, plain(attempt.Outcome))
		if attempt.Help != "" {
			fmt.Fprintf(s.out, "  %-11s%s\n", "", paint.dim(plain(attempt.Help)))
		}
	}
	if !ok {
		fmt.Fprintln(s.out, "to tune for a card that is not in this computer, name it: wanfix workflow.json --gpu 3090")
		return exitRemains, nil
	}
	return exitClean, nil
}

func longWords(card gpu.GPU) []string {
	words := cardWords(card)
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
