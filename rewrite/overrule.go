package rewrite

import (
	"slices"

	"github.com/wanfix/wanfix/workflows"
)

// withoutOverruled leaves out the sets of widgets that gives set too. A set mends what is
// written at a node, a give is decided for what the node gives after that.
func (ix *index) withoutOverruled(changes []workflows.Change) []workflows.Change {
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
	return slices.DeleteFunc(slices.Clone(changes), func(c workflows.Change) bool {
		return c.Op == workflows.OpSet && overruled[placeOf(c)]
	})
}
