package gpu

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// All returns every card of the table in each size of memory in which it was sold, by compute
// capability and memory.
func All() []GPU {
	var all []GPU
	for line := range strings.Lines(table) {
		c, err := decode(strings.TrimSpace(line))
		if err != nil {
			continue // the brackets around the table
		}
		for _, v := range c.Variants {
			if v.Memory > 0 {
				g := GPU{Name: c.named(v.Memory * mib), Vendor: "nvidia", SM: c.SM, FP16: c.fp16(), Unified: c.Unified, Memory: v.Memory * mib}
				all = append(all, g.with(v))
			}
		}
	}
	slices.SortStableFunc(all, func(a, b GPU) int {
		return cmp.Or(cmp.Compare(a.SM, b.SM), cmp.Compare(a.Memory, b.Memory), cmp.Compare(a.Name, b.Name))
	})
	return slices.CompactFunc(all, func(a, b GPU) bool { return a.SM == b.SM && a.Memory == b.Memory && a.Name == b.Name })
}

// named is the card's name for a size of memory: some have one for each.
func (c card) named(bytes int64) string {
	for _, name := range c.Names {
		if _, size := cutMemory(name); size != 0 && near(size, bytes) {
			return name
		}
	}
	for _, name := range c.Names {
		if _, size := cutMemory(name); size == 0 {
			return name
		}
	}
	return c.Names[0]
}

// Capabilities returns a card for each compute capability of the table, lowest first, of which
// nothing else is known.
func Capabilities() []GPU {
	var all []GPU
	for _, card := range All() {
		if len(all) == 0 || all[len(all)-1].SM != card.SM {
			all = append(all, GPU{Name: "sm_" + strconv.Itoa(card.SM), Vendor: "nvidia", SM: card.SM, FP16: fp16At(card.SM)})
		}
	}
	return all
}
