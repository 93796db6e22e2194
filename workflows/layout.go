package workflows

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// layout names the places of a stored widgets_values array: the name at index i
// is the widget whose value stands there. linked tells the widgets whose stored
// value is dead because a link drives them. It returns nil where no version of
// the class explains the values: then nothing of the node may be relied on.
//
// A version is recognised by length and JSON kinds; options only break ties
// between versions, so that a value nobody has heard of never hides the rest.
// Text and nulls that display widgets left at the end are dropped when that
// explains the values better.
func (c *Class) layout(values []gjson.Result, linked func(name string) bool) []string {
	if places := len(c.Widgets()); c.openEnded() && len(values) > places {
		values = values[:places]
	}
	var best []string
	var bestFit fit
	for n := len(values); n > 0; n-- {
		for _, names := range c.candidates(n) {
			if f := c.fit(names, values[:n], linked); f.possible && (best == nil || f.betterThan(bestFit)) {
				best, bestFit = names, f
			}
		}
		if last := values[n-1]; last.Type != gjson.String && last.Type != gjson.Null {
			break
		}
	}
	return best
}

// candidates lists the orders that explain n values, newest first.
func (c *Class) candidates(n int) [][]string {
	var orders [][]string
	if today := c.Widgets(); n <= len(today) {
		orders = append(orders, today[:n])
	}
	if n <= len(c.known) {
		orders = append(orders, c.known[:n])
	}
	for _, old := range c.Layouts {
		if len(old.Names) == n {
			orders = append(orders, old.Names)
		}
	}
	if forced := c.placesWithForced(); n <= len(forced) {
		orders = append(orders, forced[:n])
	}
	return orders
}

// fit tells how well an order of names explains values.
type fit struct {
	possible bool
	blank    int // numbers in whose place nothing is said
	bent     int // values that Python bends to the kind of their place
	options  int // values that are options of their widget
}

func (f fit) betterThan(other fit) bool {
	if f.blank != other.blank {
		return f.blank < other.blank
	}
	if f.bent != other.bent {
		return f.bent < other.bent
	}
	return f.options > other.options
}

func (c *Class) fit(names []string, values []gjson.Result, linked func(string) bool) fit {
	f := fit{possible: true}
	for i, value := range values {
		name := c.Today(names[i])
		in := c.Input(name)
		switch {
		case in == nil || linked(name) || placeholder(value):
		case in.Accepts(value):
			if in.Kind == KindCombo && slices.Contains(in.Options, value.Value()) {
				f.options++
			}
		case in.bends(value):
			f.bent++
		case Blank(value):
			f.blank++
		default:
			return fit{}
		}
	}
	return f
}

// bends reports whether Python makes do with a value of another kind: anything
// simple is true or false to it, and true and false are 1 and 0.
func (in *InputType) bends(value gjson.Result) bool {
	switch in.Kind {
	case KindBoolean:
		return value.Type != gjson.JSON
	case KindInt, KindFloat:
		return value.IsBool()
	}
	return false
}

// Blank reports whether a value says nothing: null, or text without a character. Display
// widgets of older editors left such text behind.
func Blank(value gjson.Result) bool {
	return value.Type == gjson.Null || value.Type == gjson.String && strings.TrimSpace(value.Str) == ""
}

// placeholder reports whether a template stands where a value will be filled in
// later, such as "{{STEPS}}".
func placeholder(value gjson.Result) bool {
	return value.Type == gjson.String && strings.HasPrefix(value.Str, "{{") && strings.HasSuffix(value.Str, "}}")
}

// Accepts reports whether a value has the JSON kind of the input. It says nothing
// of options and limits, see [InputType.Legal].
func (in *InputType) Accepts(value gjson.Result) bool {
	switch in.Kind {
	case KindInt, KindFloat:
		return value.Type == gjson.Number
	case KindBoolean:
		return value.IsBool()
	case KindFile, KindString:
		return value.Type == gjson.String || value.Type == gjson.Null
	case KindCombo, KindControl:
		return value.Type != gjson.JSON
	}
	return true
}

// Legal reports whether ComfyUI takes the value for this input: one of the
// options, within the limits. A file is always legal, its list is the user's own.
func (in *InputType) Legal(value gjson.Result) bool {
	if !in.Accepts(value) {
		return false
	}
	switch in.Kind {
	case KindCombo:
		return len(in.Options) == 0 || slices.Contains(in.Options, value.Value())
	case KindInt, KindFloat:
		return (in.Min == nil || value.Num >= *in.Min) && (in.Max == nil || value.Num <= *in.Max)
	}
	return true
}
