package rewrite

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// gift is a give as it is planned: who takes it, and what supplies the taker now.
type gift struct {
	workflows.Change
	class  *workflows.Class
	taker  *workflows.Run
	supply rules.Supply
}

// giveAll plans all gives of a part together. A node that supplies takers which all
// want the same is set. Where they want different things, those that want the same
// as the first keep the node, and each of the others gets a clone; but as soon as one
// of them wants nothing, all others get clones. Where nothing arrives, a node is
// inserted. An error is the reason why that cannot be.
func (l *lowerer) giveAll(changes []workflows.Change) error {
	var gifts []*gift
	wishes, cut := map[taker]*gift{}, map[taker]bool{}
	for _, c := range changes {
		switch c.Op {
		case workflows.OpUnplug:
			cut[taker{c.Run, c.Name}] = true
		case workflows.OpGive:
			g, err := l.gift(c)
			if err != nil {
				return fmt.Errorf("%s of #%s: %w", c.Name, c.Run, err)
			}
			gifts = append(gifts, g)
			wishes[g.at()] = g
		}
	}
	if len(gifts) == 0 {
		return nil
	}
	l.changes = changes
	l.takers = takersOf(l.part, cut)
	for _, g := range gifts {
		var err error
		switch {
		case cut[g.at()]:
			err = errors.New("two changes want it supplied and unplugged")
		case g.supply.Wire.Arrives() && l.stays(g, wishes):
			err = l.setSupply(g)
		default:
			err = l.supplyAnew(g, wishes)
		}
		if err != nil {
			return fmt.Errorf("%s of #%s: %w", g.Name, g.Run, err)
		}
	}
	return nil
}

// gift looks at what supplies the input of a give.
func (l *lowerer) gift(c workflows.Change) (*gift, error) {
	run, err := l.run(c.Run)
	if err != nil {
		return nil, err
	}
	g := &gift{Change: c, class: l.part.File.Class(c.Class), taker: run, supply: rules.SupplyOf(run, c.Name)}
	if g.class == nil {
		return nil, fmt.Errorf("the class %s is not known", c.Class)
	}
	for i, from := range g.supply.Runs {
		class := from.Home.Signature
		switch {
		case class == nil || class.Gives != g.class.Gives || i == 0 && (g.supply.Wire.Kind != workflows.Given || g.supply.Wire.Slot != 0):
			return nil, fmt.Errorf("%s supplies it, and wanfix does not know what that gives", from)
		case g.supply.Open != "":
			return nil, fmt.Errorf("the list cannot be followed: %s", g.supply.Open)
		}
		if _, err := l.run(from.ID); err != nil {
			return nil, err
		}
	}
	return g, nil
}

func (g *gift) at() taker { return taker{g.Run, g.Name} }

// values returns what is given in the words of a class that gives the same: widget to
// JSON. A node of a list may be of another class than the one the change names.
func (g *gift) values(class *workflows.Class) map[string]string {
	values := map[string]string{}
	for widget, value := range gjson.Parse(g.Value).Map() {
		if class != g.class {
			widget = translate(widget, g.class, class)
		}
		if in := class.Input(widget); in != nil && in.Widget() {
			values[widget] = value.Raw
		}
	}
	return values
}

// translate returns the widget of one class that means what a widget of another
// does, "" if there is none.
func translate(widget string, from, to *workflows.Class) string {
	for field, name := range from.Fields {
		if name == widget {
			return to.Fields[field]
		}
	}
	return ""
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

// broadcast returns the id of the node that gives the taker's unlinked input something
// when the prompt is queued, as the editor's extension Use Everywhere notes it; "" if
// none does.
func (g *gift) broadcast() string {
	home := g.taker.Home
	if home.Graph.Extra().Empty() {
		return ""
	}
	for _, link := range home.Graph.Part.File.Value(home.Graph.Extra()).Get("ue_links").Array() {
		if link.Get("downstream").String() == home.ID && link.Get("type").String() == g.class.Outputs[0] {
			return link.Get("upstream").String()
		}
	}
	return ""
}

// stays reports whether the nodes that supply a taker can be set for it: everybody
// they serve wants something, and the first of them the same.
func (l *lowerer) stays(g *gift, wishes map[taker]*gift) bool {
	for _, from := range g.supply.Runs {
		takers := l.takers[from.Home]
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
