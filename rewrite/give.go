package rewrite

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// giveAll plans all gives of a part together. A node that supplies takers which all
// want the same is set. Where they want different things, those that want the same
// as the first keep the node, and each of the others gets a clone; but as soon as one
// of them wants nothing, all others get clones. Where nothing arrives, a node is
// inserted. An error is the reason why that cannot be.
func (l *lowerer) giveAll() error {
	var gifts []*gift
	wishes, cut := map[taker]*gift{}, l.toCut()
	for _, c := range l.changes {
		if c.Op != workflows.OpGive {
			continue
		}
		g, err := l.gift(c)
		if err != nil {
			return l.reason(c, err)
		}
		gifts = append(gifts, g)
		wishes[g.at()] = g
	}
	for _, g := range gifts {
		var err error
		switch {
		case cut[g.at()]:
			err = errors.New("two changes want it supplied and unplugged")
		case g.supply.Wire.Arrives() && l.stays(g, wishes):
			if err = l.staysAlone(g); err == nil {
				err = l.setSupply(g)
			}
		default:
			err = l.supplyAnew(g, wishes)
		}
		if err != nil {
			return l.reason(g.Change, err)
		}
	}
	return nil
}

// supplyAnew inserts or clones what is to supply a taker. What is inside a subgraph is
// written once, so that all runs of the taker get it.
func (l *lowerer) supplyAnew(g *gift, wishes map[taker]*gift) error {
	for _, run := range l.part.Runs {
		if run.Home != g.taker.Home || run == g.taker || !run.Active() {
			continue
		}
		other := wishes[taker{run.ID, g.Name}]
		switch {
		case other == nil:
			return fmt.Errorf("#%s, of the same subgraph, would change with it", run.ID)
		case other.Value != g.Value || other.Class != g.Class:
			return fmt.Errorf("#%s, of the same subgraph, wants something else", run.ID)
		case !slices.EqualFunc(other.supply.Runs, g.supply.Runs, func(a, b *workflows.Run) bool { return a.Home == b.Home }):
			return fmt.Errorf("#%s, of the same subgraph, is supplied by other nodes", run.ID)
		case l.anew[place{run.Home, g.Name}]:
			return nil
		}
	}
	if err := writable(g.taker.Home); err != nil {
		return err
	}
	for _, from := range g.supply.Runs {
		if from.Home.Graph != g.taker.Home.Graph {
			return fmt.Errorf("%s supplies others too, and stands on the other side of a subgraph's border", from)
		}
		if err := writable(from.Home); err != nil {
			return err
		}
		if l.part.Form == workflows.UI && len(from.Home.Outputs()) == 0 {
			return fmt.Errorf("%s has no output that could be copied", from)
		}
	}
	if by := g.broadcast(); by != "" {
		return fmt.Errorf("node %s gives it without a link", by)
	}
	growth, err := l.growing(g.taker.Home.Graph)
	if err != nil {
		return err
	}
	l.anew[place{g.taker.Home, g.Name}] = true
	if g.supply.Wire.Arrives() {
		return l.clone(g, growth)
	}
	return l.insert(g, growth)
}

// writable tells why links cannot be written at a node of a broken file.
func writable(home *workflows.Home) error {
	node := home.Graph.Part.File.Value(home.Span)
	if home.Graph.Part.Form == workflows.API {
		return nil
	}
	if id := node.Get("id"); id.Type != gjson.Number && id.Type != gjson.String {
		return fmt.Errorf("%s has no id that links could name", home.Name())
	}
	for _, slots := range []string{"inputs", "outputs"} {
		if list := node.Get(slots); list.Type != gjson.Null && !list.IsArray() {
			return fmt.Errorf("the %s of %s are no list", slots, home.Name())
		}
	}
	return nil
}

// stays reports whether the nodes that supply a taker can be set for it: everybody
// they serve wants something, and the first of them the same. In a companion they are
// set where they are in the prompt.
func (l *lowerer) stays(g *gift, wishes map[taker]*gift) bool {
	if l.lead != nil {
		return !l.lead.anew[place{l.lead.part.Run(g.Run).Home, g.Name}]
	}
	for _, from := range g.supply.Runs {
		takers := l.allTakers()[from.Home]
		if !slices.Contains(takers, g.at()) {
			return false // a taker that ComfyUI does not execute
		}
		for _, t := range takers {
			if wishes[t] == nil {
				return false
			}
		}
		if first := wishes[takers[0]]; first.Value != g.Value || first.Class != g.Class {
			return false
		}
	}
	return true
}
