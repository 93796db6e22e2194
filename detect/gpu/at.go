package gpu

import (
	"fmt"
	"strconv"
	"strings"
)

// Flag is the flag that chooses the card at a place in GPUs: slices of a card share its number.
func (f Found) Flag(at int) string {
	for i, g := range f.GPUs {
		if i != at && g.Index == f.GPUs[at].Index {
			return "--gpu-uuid " + f.GPUs[at].UUID
		}
	}
	return "--gpu-index " + strconv.Itoa(f.GPUs[at].Index)
}

// At returns the card that a person chose: by the driver's number, or by its UUID or
// the beginning of it. An index below 0 or an empty UUID chooses nothing.
func (f Found) At(index int, uuid string) (GPU, error) {
	uuid = strings.ToLower(uuid)
	var fit []int
	for i, g := range f.GPUs {
		known := strings.ToLower(g.UUID)
		if uuid != "" && known == uuid {
			return g, nil // be it the beginning of another
		}
		if index >= 0 && g.Index == index || uuid != "" && strings.HasPrefix(known, uuid) {
			fit = append(fit, i)
		}
	}
	switch {
	case len(fit) == 1:
		return f.GPUs[fit[0]], nil
	case len(fit) > 1:
		return GPU{}, fmt.Errorf("%d of the %s fit, want one of %s", len(fit), count(f.GPUs), f.flags(fit))
	case len(f.GPUs) == 0:
		return GPU{}, fmt.Errorf("no card was found to choose from")
	}
	have := make([]string, len(f.GPUs))
	for i, g := range f.GPUs {
		have[i] = fmt.Sprintf("%d (%s, %s)", g.Index, g.Name, g.UUID)
	}
	return GPU{}, fmt.Errorf("no such card, want one of %s", strings.Join(have, ", "))
}

// flags are those that choose the cards at these places, with what they choose.
func (f Found) flags(at []int) string {
	words := make([]string, len(at))
	for i, place := range at {
		words[i] = fmt.Sprintf("%s (%s)", f.Flag(place), f.GPUs[place].Name)
	}
	return strings.Join(words, ", ")
}
