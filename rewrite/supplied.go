package rewrite

import (
	"maps"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// Supplied tells what a give does: what supplied the input and what does now, in words,
// as "none" and "new #31 SomeClass, some_widget 20". Values that stay are left out.
type Supplied struct {
	Was, Is string
	// Before and After are the nodes that supply it: nil where none does, and After
	// where the give has not been made.
	Before, After *workflows.Run
}

// Supplied looks at the nodes that supply the input of a give.
func (p *PartResult) Supplied(c workflows.Change) Supplied {
	s := Supplied{Was: "none"}
	class := p.Part.File.Class(c.Class)
	if class == nil {
		return s
	}
	g := &gift{Change: c, class: class}
	was := rules.SupplyOf(p.Run(c.Run), c.Name)
	held := map[string]string{}
	if was.Wire.Arrives() {
		s.Before = was.Wire.From
		held = g.held(was.Runs)
	}
	is := rules.SupplyOf(p.After.Run(c.Run), c.Name)
	made := slices.ContainsFunc(p.Changes, func(m Made) bool { return m.Change == c })
	values, now := g.values(class), c.Class
	if made && is.Wire.Arrives() {
		s.After = is.Wire.From
		values, now = g.held(is.Runs), s.After.String()
		switch {
		case p.Part.Run(s.After.ID) != nil:
		case s.Before != nil:
			now = "copy " + now
		default:
			now = "new " + now
		}
	}
	maps.DeleteFunc(values, func(widget, value string) bool {
		same := held[widget] == value
		if same {
			delete(held, widget)
		}
		return same
	})
	if s.Before != nil {
		s.Was = s.Before.String() + words(held)
	}
	s.Is = now + words(values)
	return s
}

// held is what the first node that has them holds for the widgets of a gift.
func (g *gift) held(runs []*workflows.Run) map[string]string {
	for _, run := range runs {
		if run.Home.Signature == nil {
			continue
		}
		values := g.values(run.Home.Signature)
		for widget := range values {
			values[widget] = run.Value(widget).Raw
		}
		if len(values) > 0 {
			return values
		}
	}
	return map[string]string{}
}

// words writes values as ", some_widget 20".
func words(values map[string]string) string {
	var list strings.Builder
	for _, widget := range slices.Sorted(maps.Keys(values)) {
		value := values[widget]
		if value == "" {
			value = "unknown"
		}
		list.WriteString(", " + widget + " " + value)
	}
	return list.String()
}
