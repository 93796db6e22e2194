package rewrite

import (
	"slices"

	"github.com/wanfix/wanfix/workflows"
)

// join adds changes to those of earlier rounds, without the earlier sets of widgets that a
// give sets too: a set mends what is written at a node, a give that comes after it was
// decided for what the node gives then.
func (ix *index) join(earlier, more []workflows.Change) []workflows.Change {
	changes := slices.Concat(earlier, more)
	if !slices.ContainsFunc(earlier, func(c workflows.Change) bool { return c.Op == workflows.OpSet }) {
		return changes
	}
	l := newLowerer(ix, changes)
	wishes := map[taker]*gift{}
	for _, c := range changes {
		if c.Op != workflows.OpGive {
			continue
		}
		if g, err := l.gift(c); err == nil { // else lowering tells why not
			wishes[g.at()] = g
		}
	}
	overruled := map[taker]bool{}
	for _, g := range wishes {
		if !g.supply.Wire.Arrives() || !l.stays(g, wishes) {
			continue
		}
		for _, from := range g.supply.Runs {
			for widget := range g.values(from.Home.Signature) {
				overruled[taker{from.ID, widget}] = true
			}
		}
	}
	stay := slices.DeleteFunc(changes[:len(earlier)], func(c workflows.Change) bool {
		return c.Op == workflows.OpSet && overruled[placeOf(c)]
	})
	return append(stay, more...)
}
