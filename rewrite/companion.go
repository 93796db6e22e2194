package rewrite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// What is decided for a prompt is done in its companion too, the workflow beside it. What
// stands here finds out whether that can be: of any part without a lead nothing is asked.

// same tells why a node is not the one that the prompt has under its id.
func (l *lowerer) same(run *workflows.Run) error {
	if l.lead == nil {
		return nil
	}
	if led := l.lead.part.Run(run.ID); led != nil && led.Home.Class != run.Home.Class {
		return fmt.Errorf("#%s is %s", run.ID, run.Home.Class)
	}
	return nil
}

// suppliedAlike tells why a taker is not supplied by the nodes that supply it in the prompt.
func (l *lowerer) suppliedAlike(g *gift) error {
	if l.lead == nil {
		return nil
	}
	led := rules.SupplyOf(l.lead.part.Run(g.Run), g.Name)
	if sameNodes(led.Runs, g.supply.Runs) {
		return nil
	}
	return fmt.Errorf("%s supplies it, and in the prompt %s", nodes(g.supply.Runs), nodes(led.Runs))
}

func sameNodes(a, b []*workflows.Run) bool {
	return slices.EqualFunc(a, b, func(a, b *workflows.Run) bool { return a.ID == b.ID && a.Home.Class == b.Home.Class })
}

func nodes(runs []*workflows.Run) string {
	var names []string
	for _, run := range runs {
		names = append(names, run.String())
	}
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

// staysAlone tells who else would change with the nodes that supply a gift, and is not
// in the prompt, or not supplied by them there.
func (l *lowerer) staysAlone(g *gift) error {
	if l.lead == nil {
		return nil
	}
	for _, from := range g.supply.Runs {
		for _, t := range l.allTakers()[from.Home] {
			wants := func(c workflows.Change) bool { return c.Op == workflows.OpGive && t == taker{c.Run, c.Name} }
			if !slices.ContainsFunc(l.changes, wants) {
				return fmt.Errorf("%s also serves #%s, which would change with it", from, t.run)
			}
		}
	}
	return nil
}

// newNodes returns ids for nodes that are to supply a gift. They are the same in both
// writings of a workflow, and so they are for all runs of what is written once.
func (l *lowerer) newNodes(g *gift, n int) []int64 {
	at := place{g.taker.Home, g.Name}
	if beside := g.taker.Beside(); beside != nil && l.lead == nil {
		at.home = beside.Home
	}
	ids := l.growth.ids[at]
	for len(ids) < n {
		l.growth.node++
		ids = append(ids, l.growth.node)
	}
	l.growth.ids[at] = ids
	return ids[:n]
}

// promptKey is the id of a new node in a prompt, quoted. Where the taker is inside a
// subgraph of the workflow beside the prompt, so is the node.
func promptKey(g *gift, id int64) string {
	inside := ""
	if beside := g.taker.Beside(); beside != nil && beside.Inside() {
		inside = beside.Parent.ID + ":"
	}
	return string(quote(inside + string(number(id))))
}
