package rewrite

import (
	"maps"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// Supplied tells what a give does: what supplied the input and what does now, in words,
// as "none" and "new #31 SomeClass, some_widget 20".
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
	if was.Wire.Arrives() {
		s.Before = was.Wire.From
		g.leaveOut(was.Runs)
		s.Was = s.Before.String() + g.held(was.Runs)
	}
	is := rules.SupplyOf(p.After.Run(c.Run), c.Name)
	made := slices.ContainsFunc(p.Changes, func(m Made) bool { return m.Change == c })
	switch {
	case !made || !is.Wire.Arrives():
		s.Is = c.Class + words(g.values(class))
		return s
	case p.Part.Run(is.Wire.From.ID) != nil:
	case s.Before != nil:
		s.Is = "copy "
	default:
		s.Is = "new "
	}
	s.After = is.Wire.From
	s.Is += s.After.String() + g.held(is.Runs)
	return s
}

// leaveOut takes from a gift what every node that supplies the taker holds already,
// unless that is all.
func (g *gift) leaveOut(runs []*workflows.Run) {
	news := []byte("{")
	gjson.Parse(g.Value).ForEach(func(key, value gjson.Result) bool {
		widget, differs := key.Str, false
		for _, run := range runs {
			name := widget
			if class := run.Home.Signature; class == nil {
				continue
			} else if class != g.class {
				name = translate(widget, g.class, class)
			}
			differs = differs || name != "" && !sameJSON(run.Value(name).Result, value)
		}
		if differs {
			news = append(gjson.AppendJSONString(news, widget), ":"+value.Raw+","...)
		}
		return true
	})
	if len(news) > 1 {
		news[len(news)-1] = '}'
		g.Value = string(news)
	}
}

// held tells what the first node that has them holds for the widgets of a gift.
func (g *gift) held(runs []*workflows.Run) string {
	for _, run := range runs {
		if run.Home.Signature == nil {
			continue
		}
		values := g.values(run.Home.Signature)
		for widget := range values {
			values[widget] = run.Value(widget).Raw
		}
		if len(values) > 0 {
			return words(values)
		}
	}
	return ""
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
