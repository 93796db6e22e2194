package rules

import (
	"slices"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// changes turns the wishes of a fix into changes, all of them or none.
func (f Fix) changes(s *scene) (changes []workflows.Change, possible bool) {
	for _, action := range f.Do {
		more, possible := action.changes(s)
		if !possible {
			return nil, false
		}
		changes = append(changes, more...)
	}
	return changes, true
}

// changes turns a wish into changes of the runs it is about. What is so already
// is no change. A wish is not possible where no node has the field, or where not
// every node that counts can be seen.
func (a Action) changes(s *scene) (changes []workflows.Change, possible bool) {
	if s.misfit != nil {
		return a.mend(s)
	}
	switch a.Op {
	case workflows.OpGive:
		return a.give(s)
	case workflows.OpUnplug:
		supply, _ := s.stack.Role(a.Target)
		if supply.Wire.Kind == workflows.Nothing {
			return nil, true
		}
		return []workflows.Change{{Op: a.Op, Run: supply.At.ID, Name: supply.Input}}, true
	}
	changes, possible = a.sets(s)
	part := s.stack.Loader.Home.Graph.Part
	return slices.DeleteFunc(changes, func(c workflows.Change) bool { return IsSo(part, c) }), possible
}

// sets turns a wish for a field into a set of every node that has it, also where the value
// is so already.
func (a Action) sets(s *scene) (sets []workflows.Change, possible bool) {
	role, field := splitFact(a.Target)
	value := s.wanted(a)
	runs, open := s.runs(role)
	if !value.Exists() || open != "" {
		return nil, false
	}
	for _, run := range runs {
		if run.Home.Signature == nil {
			continue
		}
		widget, ok := run.Home.Signature.Fields[field]
		if !ok {
			continue
		}
		if !takes(run.Home.Signature, widget, value) {
			return nil, false
		}
		sets = append(sets, workflows.Change{Op: a.Op, Run: run.ID, Name: widget, Value: value.Raw})
	}
	return sets, len(sets) > 0
}

// IsSo reports whether a widget has the value of a set already.
func IsSo(part *workflows.Part, c workflows.Change) bool {
	return answerOf(gjson.Parse(c.Value), "").Value == widgetOf(part.Run(c.Run), c.Name).Value
}

// mend turns a wish for the value that is judged into a change.
func (a Action) mend(s *scene) (changes []workflows.Change, possible bool) {
	value, in := s.wanted(a), s.misfit.Input
	if a.Op != workflows.OpSet || a.Target != widgetValue || !value.Exists() || !in.Legal(value) {
		return nil, false
	}
	return []workflows.Change{{Op: a.Op, Run: s.misfit.run.ID, Name: in.Name, Value: value.Raw}}, true
}

// wanted is the value that a wish is for; it does not exist where it is a fact that is not known.
func (s *scene) wanted(a Action) gjson.Result {
	value := gjson.Parse(a.Value)
	if name, ok := reference(value.String()); ok {
		return jsonOf(s.ask(name))
	}
	return value
}
