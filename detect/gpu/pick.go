package gpu

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Choice is the card that ComfyUI will most likely run on.
type Choice struct {
	// GPU is the card, where Known; where not, choosing would be guessing, and Note says why.
	GPU   GPU
	Known bool
	// Note says how the card was chosen, "" where there was nothing to choose.
	Note string
	// Open says that the cards differ and nobody said which one is meant.
	Open bool
}

// Pick chooses the first card that CUDA may see, or else the largest. The environment comes as an
// argument: os.LookupEnv, or what a test wants.
func (f Found) Pick(env func(string) (string, bool)) Choice {
	switch list, set := env(visibleDevices); {
	case len(f.GPUs) == 0:
		return Choice{Note: f.whyNone()}
	case set:
		return f.visible(list, fmt.Sprintf("%s=%q", visibleDevices, list), env)
	case len(f.GPUs) == 1:
		return Choice{GPU: f.GPUs[0], Known: true}
	}
	return f.largest()
}

// PickDevice chooses a card by what ComfyUI is started with, such as "1" or "GPU-5a4b,0", which
// counts as CUDA_VISIBLE_DEVICES does; said is that in words, with its place.
func (f Found) PickDevice(list, said string, env func(string) (string, bool)) Choice {
	if len(f.GPUs) == 0 {
		return Choice{Note: f.whyNone()}
	}
	return f.visible(list, said, env)
}

// visibleDevices is the variable that hides cards from CUDA.
const visibleDevices = "CUDA_VISIBLE_DEVICES"

// whyNone says why there is no card to choose.
func (f Found) whyNone() string {
	if len(f.Tried) > 0 && !f.Tried[0].absent {
		return f.Tried[0].Outcome
	}
	return "no card was found"
}

// visible takes the first card that CUDA is allowed to see, which is ComfyUI's default.
func (f Found) visible(list, said string, env func(string) (string, bool)) Choice {
	first, _, _ := strings.Cut(list, ",")
	first = strings.TrimSpace(first)
	if first == "" {
		return Choice{Note: said + " hides every card"}
	}
	index, err := strconv.Atoi(first)
	var named []GPU
	for _, g := range f.GPUs {
		if err == nil && g.Index == index || err != nil && strings.HasPrefix(g.UUID, first) {
			named = append(named, g)
		}
	}
	// CUDA ends the list at the first entry that names no card or more than one.
	if len(named) == 0 || err != nil && len(named) > 1 {
		return Choice{Note: fmt.Sprintf("%s fits %d of the %s found, want 1", said, len(named), count(f.GPUs))}
	}
	if !alike(named) {
		return Choice{Open: true, Note: fmt.Sprintf("%s fits %s that differ", said, count(named))}
	}
	note := "chosen by " + said
	if order, _ := env("CUDA_DEVICE_ORDER"); err == nil && order != "PCI_BUS_ID" && !alike(f.GPUs) {
		note += "; CUDA may count the cards in another order than the driver: name the card with --gpu if this is the wrong one"
	}
	return Choice{GPU: named[0], Known: true, Note: note}
}

// largest takes the card with the most memory, unless others are as large and of another kind.
func (f Found) largest() Choice {
	best := f.GPUs[0]
	for _, g := range f.GPUs[1:] {
		if g.Memory > best.Memory {
			best = g
		}
	}
	for _, g := range f.GPUs {
		if near(g.Memory, best.Memory) && g.SM != best.SM {
			return Choice{Open: true, Note: fmt.Sprintf("%s, and two of the largest differ: %q (sm_%d) and %q (sm_%d)",
				count(f.GPUs), best.Name, best.SM, g.Name, g.SM)}
		}
	}
	if alike(f.GPUs) {
		return Choice{GPU: best, Known: true, Note: fmt.Sprintf("one of %d alike", len(f.GPUs))}
	}
	return Choice{GPU: best, Known: true, Open: true,
		Note: fmt.Sprintf("of %s the one with the most memory, %s; say another with --gpu", count(f.GPUs), GiB(best.Memory))}
}

// Differ says that it matters which of the cards is meant.
func (f Found) Differ() bool { return len(f.GPUs) > 1 && !alike(f.GPUs) }

// alike says that it makes no difference which of the cards is meant.
func alike(cards []GPU) bool {
	first := cards[0]
	for _, g := range cards {
		if g.Name != first.Name || g.SM != first.SM || !near(g.Memory, first.Memory) {
			return false
		}
	}
	return true
}

// count numbers cards in words, or slices where there is nothing else.
func count(cards []GPU) string {
	word := "slices"
	if slices.ContainsFunc(cards, func(g GPU) bool { return !strings.HasPrefix(g.UUID, "MIG-") }) {
		word = "cards"
	}
	return fmt.Sprintf("%d %s", len(cards), word)
}
