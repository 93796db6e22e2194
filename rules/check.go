package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/detect/software"
	"github.com/wanfix/wanfix/workflows"
)

// Check reports what is wrong with the rules themselves, beyond their form. It
// decodes every class, so it is for tests and for rules from outside.
func (s *Set) Check() error {
	all, err := s.rules()
	if err != nil {
		return err
	}
	facts, err := s.facts()
	if err != nil {
		return err
	}
	c := checker{facts: facts, fields: BuiltinNodes().fields(), takers: BuiltinNodes().takers()}
	for _, fact := range facts {
		if err := c.cond(fact.terms); err != nil {
			return fmt.Errorf("term %s: %w", fact.Name, err)
		}
	}
	for _, r := range all {
		if err := r.check(c); err != nil {
			return fmt.Errorf("%s/%s.md: %w", r.Pack, r.ID, err)
		}
	}
	return nil
}

// check reports facts that do not exist, values of the wrong type, and wishes for
// fields or inputs that no node has.
func (r *Rule) check(c checker) error {
	c.on = r.On
	if err := c.cond(r.When); err != nil {
		return fmt.Errorf("when: %w", err)
	}
	if err := c.cond(r.Unless); err != nil {
		return fmt.Errorf("unless: %w", err)
	}
	if err := c.text(r.Message); err != nil {
		return fmt.Errorf("message: %w", err)
	}
	for i, fix := range r.Fixes {
		if err := c.fix(fix); err != nil {
			return fmt.Errorf("fix %d: %w", i+1, err)
		}
	}
	return nil
}

type checker struct {
	facts  map[string]*Fact
	fields map[string][]*workflows.InputType // "role.field"
	takers map[string]bool                   // roles that some node takes
	on     string                            // what the rule is judged on, "" for whatever
}

func (c checker) fix(fix Fix) error {
	if err := c.cond(fix.Needs); err != nil {
		return fmt.Errorf("needs: %w", err)
	}
	if err := c.text(fix.Say); err != nil {
		return fmt.Errorf("say: %w", err)
	}
	for _, do := range fix.Do {
		switch {
		case c.on == onWorkflow && (do.Op != workflows.OpSet || do.Target != widgetValue):
			return fmt.Errorf("%s: a rule on a workflow sets %s and nothing else, this is %q", do.Op, widgetValue, do.Target)
		case do.Op == workflows.OpUnplug && !c.takers[do.Target]:
			return fmt.Errorf("unplug: no node takes %q", do.Target)
		case do.Op == workflows.OpGive:
			if err := c.give(do); err != nil {
				return fmt.Errorf("give: %w", err)
			}
		case do.Op == workflows.OpSet:
			if err := c.set(do); err != nil {
				return fmt.Errorf("set: %w", err)
			}
		}
	}
	return nil
}

func (c checker) set(do Action) error {
	in := c.fields[do.Target]
	if in == nil && c.on != onWorkflow {
		return fmt.Errorf("no node has the field %q%s", do.Target, near(do.Target, maps.Keys(c.fields)))
	}
	value := gjson.Parse(do.Value)
	if fact, ok := reference(value.String()); ok {
		_, err := c.typeOf(fact)
		return err
	}
	refuses := func(in *workflows.InputType) bool { return !in.Legal(value) }
	if value.Type == gjson.Null || slices.ContainsFunc(in, refuses) {
		return fmt.Errorf("%s is no value that %s takes", do.Value, do.Target)
	}
	return nil
}

func (c checker) cond(cond Cond) error {
	for _, t := range cond {
		for _, inner := range t.any {
			if err := c.cond(inner); err != nil {
				return err
			}
		}
		if t.any != nil {
			continue
		}
		kind, err := c.typeOf(t.fact)
		if err != nil {
			return err
		}
		for _, o := range t.test.operands {
			if err := c.operand(t.fact, kind, o); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c checker) operand(fact string, kind Type, o operand) error {
	if o.fact != "" {
		_, err := c.typeOf(o.fact)
		return err
	}
	_, bounds := kind.value(o.String()).(software.Span)
	if bounds || !kind.Holds(o.value) {
		return fmt.Errorf("%s is of type %s, it is compared with %s", fact, kind, jsonOf(Answer{Value: o.value}).Raw)
	}
	return nil
}

// typeOf returns the type of a fact: of the registry, or of the widget behind a field.
func (c checker) typeOf(name string) (Type, error) {
	fact := c.facts[name]
	if on := aboutOf(name, fact); on != "" && c.on != "" && on != c.on {
		return "", fmt.Errorf("%s is asked of a %s, and the rule is on a %s", name, on, c.on)
	}
	if fact != nil {
		return fact.Type, nil
	}
	in := c.fields[name]
	if in == nil {
		return "", fmt.Errorf("there is no fact %q%s", name, c.near(name))
	}
	switch in[0].Kind { // the tests see to it that all are of one type
	case workflows.KindInt:
		return Int, nil
	case workflows.KindFloat:
		return Number, nil
	case workflows.KindBoolean:
		return Bool, nil
	}
	return Text, nil
}

// text checks the {facts} in a message.
func (c checker) text(message string) error {
	for rest := message; ; {
		_, after, found := strings.Cut(rest, "{")
		if !found {
			return nil
		}
		name, next, closed := strings.Cut(after, "}")
		if !closed {
			return fmt.Errorf("a { is never closed in %q", message)
		}
		if _, err := c.typeOf(name); err != nil {
			return err
		}
		rest = next
	}
}

// near suggests facts and fields.
func (c checker) near(name string) string {
	return near(name, func(yield func(string) bool) {
		for fact := range c.facts {
			if !yield(fact) {
				return
			}
		}
		maps.Keys(c.fields)(yield)
	})
}

// near suggests a name that shares its first part with the one that is wanted.
func near(name string, all func(func(string) bool)) string {
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
