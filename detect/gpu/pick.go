package gpu

import (
	"fmt"
	"strconv"
	"strings"
)

// Pick chooses the card that ComfyUI will most likely run on. The note says how, and is "" where
// there was nothing to choose; ok is false where choosing would be guessing, and the note says why.
// The environment comes as an argument: os.LookupEnv, or what a test wants.
func (f Found) Pick(env func(string) (string, bool)) (g GPU, note string, ok bool) {
	if len(f.GPUs) == 0 {
		return GPU{}, f.whyNone(), false
	}
	if list, set := env("CUDA_VISIBLE_DEVICES"); set {
		return f.visible(list, env)
	}
	if len(f.GPUs) == 1 {
		return f.GPUs[0], "", true
	}
	return f.largest()
}

// whyNone says why there is no card to choose.
func (f Found) whyNone() string {
	if len(f.Tried) > 0 && !f.Tried[0].absent {
		return f.Tried[0].Outcome
	}
	return "no card was found"
}

// visible takes the first card that CUDA is allowed to see, which is ComfyUI's default.
func (f Found) visible(list string, env func(string) (string, bool)) (GPU, string, bool) {
	first, _, _ := strings.Cut(list, ",")
	first = strings.TrimSpace(first)
	if first == "" {
		return GPU{}, "CUDA_VISIBLE_DEVICES is empty, which hides every card", false
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
		return GPU{}, fmt.Sprintf("CUDA_VISIBLE_DEVICES=%q fits %d of the %d cards found, want 1", list, len(named), len(f.GPUs)), false
	}
	note := fmt.Sprintf("chosen by CUDA_VISIBLE_DEVICES=%q", list)
	if order, _ := env("CUDA_DEVICE_ORDER"); err == nil && order != "PCI_BUS_ID" && !f.alike() {
		note += "; CUDA may count the cards in another order than the driver: name the card with --gpu if this is the wrong one"
	}
	return named[0], note, true
}

// largest takes the card with the most memory, unless others are as large and of another kind.
func (f Found) largest() (GPU, string, bool) {
	best := f.GPUs[0]
	for _, g := range f.GPUs[1:] {
		if g.Memory > best.Memory {
			best = g
		}
	}
	for _, g := range f.GPUs {
		if near(g.Memory, best.Memory) && g.SM != best.SM {
			note := fmt.Sprintf("%d cards, and two of the largest differ: %q (sm_%d) and %q (sm_%d); say which with --gpu or CUDA_VISIBLE_DEVICES",
				len(f.GPUs), best.Name, best.SM, g.Name, g.SM)
			return GPU{}, note, false
		}
	}
	if f.alike() {
		return best, fmt.Sprintf("one of %d alike", len(f.GPUs)), true
	}
	return best, fmt.Sprintf("of %d cards the one with the most memory, %s; say another with --gpu", len(f.GPUs), gib(best.Memory)), true
}

// alike says that it makes no difference which of the cards is meant.
func (f Found) alike() bool {
	first := f.GPUs[0]
	for _, g := range f.GPUs {
		if g.Name != first.Name || g.SM != first.SM || !near(g.Memory, first.Memory) {
			return false
		}
	}
	return true
}

// At returns the card that a person chose: by the driver's number, or by its UUID or
// the beginning of it. An index below 0 or an empty UUID chooses nothing.
func (f Found) At(index int, uuid string) (GPU, error) {
	for _, g := range f.GPUs {
		if index >= 0 && g.Index == index || uuid != "" && strings.HasPrefix(strings.ToLower(g.UUID), strings.ToLower(uuid)) {
			return g, nil
		}
	}
	have := make([]string, len(f.GPUs))
	for i, g := range f.GPUs {
		have[i] = fmt.Sprintf("%d (%s, %s)", g.Index, g.Name, g.UUID)
	}
	if len(have) == 0 {
		return GPU{}, fmt.Errorf("no card was found to choose from")
	}
	return GPU{}, fmt.Errorf("no such card, want one of %s", strings.Join(have, ", "))
}
