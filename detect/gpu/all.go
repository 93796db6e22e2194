package gpu

import (
	"cmp"
	"slices"
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
				g := GPU{Name: c.Names[0], Vendor: "nvidia", SM: c.SM, FP16: c.fp16(), Unified: c.Unified, Memory: v.Memory * mib}
				all = append(all, g.with(v))
			}
		}
	}
	slices.SortStableFunc(all, func(a, b GPU) int {
		return cmp.Or(cmp.Compare(a.SM, b.SM), cmp.Compare(a.Memory, b.Memory), cmp.Compare(a.Name, b.Name))
	})
	return all
}
