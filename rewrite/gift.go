package rewrite

import (
	"fmt"

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
	if err := l.suppliedAlike(g); err != nil {
		return nil, err
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
