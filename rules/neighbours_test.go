package rules_test

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rules"
)

// neighbours knows which values a fact has, to find those beside one.
type neighbours struct {
	numbers map[string][]float64 // of cards: those that exist
	options map[string][]any     // of widgets: those that they offer
	asked   map[string][]any     // of other facts: those that rules compare with
}

// newNeighbours looks at all cards, all widgets, and the conditions of all rules.
func newNeighbours(all []*rules.Rule) *neighbours {
	n := &neighbours{numbers: map[string][]float64{}, options: map[string][]any{}, asked: map[string][]any{}}
	for _, card := range gpu.All() {
		n.numbers["gpu.sm"] = append(n.numbers["gpu.sm"], float64(card.SM))
		n.numbers["gpu.sms"] = append(n.numbers["gpu.sms"], float64(card.SMs))
		n.numbers["gpu.memory"] = append(n.numbers["gpu.memory"], math.Round(float64(card.Memory)/(1<<30)*10)/10)
	}
	nodes := rules.BuiltinNodes()
	for _, name := range slices.Sorted(slices.Values(nodes.Names())) {
		class := nodes.Class(name)
		for field, widget := range class.Fields {
			for _, role := range []string{class.Role, class.Gives} {
				if in := class.Input(widget); in != nil {
					n.options[role+"."+field] = append(n.options[role+"."+field], in.Options...)
				}
			}
		}
	}
	for _, rule := range all {
		block := blockOf(rule)
		n.look("", []any{block["when"], block["unless"], block["fix"]})
	}
	return n
}

// look collects the texts that a condition compares facts with.
func (n *neighbours) look(fact string, test any) {
	switch test := test.(type) {
	case object:
		for key, value := range test {
			if strings.Contains(key, ".") || key == "os" {
				n.look(key, value)
			} else {
				n.look(fact, value)
			}
		}
	case []any:
		for _, value := range test {
			n.look(fact, value)
		}
	case string:
		if !slices.Contains(n.asked[fact], any(test)) {
			n.asked[fact] = append(n.asked[fact], test)
		}
	}
}

// next makes the mistakes of a value: the ones beside it.
func (n *neighbours) next(fact string, value any) (all []mutant[any]) {
	add := func(others ...any) {
		for _, other := range others {
			all = append(all, mutant[any]{text(value) + " is " + text(other), other})
		}
	}
	switch value := value.(type) {
	case bool:
		add(!value)
	case float64:
		add(n.numbersBeside(fact, value)...)
	case string:
		known, _ := rules.Builtin().Fact(fact)
		day, err := time.Parse(time.DateOnly, value)
		switch {
		case strings.HasPrefix(value, "{"):
		case err == nil:
			add(day.AddDate(0, 0, -1).Format(time.DateOnly), day.AddDate(0, 0, 1).Format(time.DateOnly))
		case known.Type == rules.Version && value != "absent":
			add(versionsBeside(value)...)
		default:
			add(n.textBeside(fact, value)...)
		}
	}
	return all
}

// numbersBeside are the nearest numbers of cards, or of what counts otherwise one less
// and one more.
func (n *neighbours) numbersBeside(fact string, value float64) []any {
	less, more := value-1, value+1
	if all := n.numbers[fact]; all != nil {
		less, more = math.Inf(-1), math.Inf(1)
		for _, other := range all {
			if other < value {
				less = max(less, other)
			} else if other > value {
				more = min(more, other)
			}
		}
	}
	return slices.DeleteFunc([]any{less, more}, func(other any) bool { return math.IsInf(other.(float64), 0) })
}

// versionsBeside are the release before and the one behind: 2.12 and 2.14 of 2.13.
func versionsBeside(version string) []any {
	parts := strings.Split(version, ".")
	last, _ := strconv.Atoi(parts[len(parts)-1])
	head := strings.Join(parts[:len(parts)-1], ".")
	at := func(number int) any { return strings.TrimPrefix(head+"."+strconv.Itoa(number), ".") }
	if last == 0 {
		return []any{versionsBeside(head)[0], at(last + 1)}
	}
	return []any{at(last - 1), at(last + 1)}
}

// textBeside is the next text that the fact may be.
func (n *neighbours) textBeside(fact, value string) []any {
	of := n.asked[fact]
	if options := n.options[fact]; slices.Contains(options, any(value)) {
		of = options
	}
	of = slices.Clone(of)
	slices.SortFunc(of, func(a, b any) int { return cmp.Compare(text(a), text(b)) })
	of = slices.Compact(of)
	i := slices.Index(of, any(value))
	if len(of) < 2 {
		return nil
	}
	return []any{of[(i+1)%len(of)]}
}
