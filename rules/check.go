package rules

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/detect/software"
	"github.com/wanfix/wanfix/workflows"
)

// What a reader looks at beyond form: facts that do not exist, values of the wrong type, and
// wishes for fields or inputs that no node has.

// fact looks a fact up, whose type is that of the registry, or of the widget behind a field. It
// has no type where nothing is to be said of what it is compared with.
func (r *reader) fact(at gjson.Result, name string) Fact {
	if r.words == nil || r.full() {
		return Fact{}
	}
	fact, in := r.facts[name], r.words.fields[name]
	switch on := aboutOf(name, fact); {
	case fact == nil && in == nil:
		r.wrong(at, "there is no fact %q%s", name, r.nearFacts(name))
		return Fact{}
	case on != "" && (r.on == onStack || r.on == onWorkflow) && on != r.on:
		r.wrong(at, "%s is asked of a %s, and the rule is on a %s", name, on, r.on)
		return Fact{}
	case fact != nil:
		return *fact
	}
	switch in[0].Kind { // the tests see to it that all are of one type
	case workflows.KindInt:
		return Fact{Name: name, Type: Int}
	case workflows.KindFloat:
		return Fact{Name: name, Type: Number}
	case workflows.KindBoolean:
		return Fact{Name: name, Type: Bool}
	}
	return Fact{Name: name, Type: Text}
}

// nearFacts suggests facts and fields.
func (r *reader) nearFacts(name string) string {
	return suggest(name, func(yield func(string) bool) {
		for fact := range r.facts {
			if !yield(fact) {
				return
			}
		}
		maps.Keys(r.words.fields)(yield)
	})
}

// suggest tells the names most like one that is not there, or those of its role.
func suggest(name string, all iter.Seq[string]) string {
	if near := nearWords(name, all); near != "" {
		return near
	}
	role, _ := splitFact(name)
	var same []string
	for other := range all {
		if strings.HasPrefix(other, role+".") {
			same = append(same, other)
		}
	}
	if len(same) == 0 {
		return ""
	}
	slices.Sort(same)
	return "; there are " + strings.Join(same, ", ")
}

// compared looks whether a fact can be compared with a value.
func (r *reader) compared(of Fact, v gjson.Result, o operand) {
	if o.fact != "" {
		r.fact(v, o.fact)
		return
	}
	if _, bounds := of.Type.value(o.String()).(software.Span); of.Type != "" && (bounds || !of.Type.Holds(o.value)) {
		r.wrong(v, "%s is of type %s, it is compared with %s", of.Name, of.Type, v.Raw)
	}
}

// sentence reads a text with {facts} in it.
func (r *reader) sentence(v gjson.Result) string {
	text := r.text(v)
	for rest := text; ; {
		_, after, found := strings.Cut(rest, "{")
		if !found {
			return text
		}
		name, next, closed := strings.Cut(after, "}")
		if !closed {
			r.wrong(v, "a { is never closed in %q", text)
			return text
		}
		r.fact(v, name)
		rest = next
	}
}

// taken looks whether there is a node that takes a role.
func (r *reader) taken(at gjson.Result, op workflows.Op, role string) bool {
	switch {
	case r.words == nil || r.full():
		return true
	case r.on == onWorkflow:
		r.wrong(at, "a rule on a workflow sets %s and nothing else, this is %s %q", widgetValue, op, role)
		return false
	case !r.words.takers[role]:
		r.wrong(at, "no node takes %q%s", role, nearWords(role, maps.Keys(r.words.takers)))
		return false
	}
	return true
}

// value looks whether a field takes a value.
func (r *reader) value(at gjson.Result, target string, value gjson.Result) {
	if r.words == nil || r.full() {
		return
	}
	in := r.words.fields[target]
	switch {
	case r.on == onWorkflow && target != widgetValue:
		r.wrong(at, "a rule on a workflow sets %s and nothing else, this is %q", widgetValue, target)
		return
	case r.on != onWorkflow && in == nil:
		r.wrong(at, "no node has the field %q%s", target, suggest(target, maps.Keys(r.words.fields)))
		return
	}
	if fact, ok := reference(value.String()); ok {
		r.fact(value, fact)
		return
	}
	refuses := func(in *workflows.InputType) bool { return !in.Legal(value) }
	if value.Type == gjson.Null || slices.ContainsFunc(in, refuses) {
		r.wrong(value, "%s is no value that %s takes", value.Raw, target)
	}
}
