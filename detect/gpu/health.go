package gpu

import "strings"

// Health says how well a chip does something.
type Health int

// What may be known of it.
const (
	Unknown Health = iota
	Broken
	Fine
)

func (c card) fp16() Health {
	if c.FP16 {
		return Fine
	}
	return Broken
}

// fp16At is what a capability alone tells: nothing where the table has a card of it that is broken.
func fp16At(sm int) Health {
	if sm == 0 {
		return Unknown
	}
	for line := range strings.Lines(table) {
		if !strings.Contains(line, `"fp16":false`) {
			continue // only the few others are worth decoding
		}
		if c, err := decode(strings.TrimSpace(line)); err == nil && c.SM == sm {
			return Unknown
		}
	}
	return Fine
}
