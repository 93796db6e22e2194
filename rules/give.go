package rules

import (
	"maps"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// give turns the wish that a role be supplied with some values into a change of the
// input that counts. What is supplied so already is no change.
func (a Action) give(s *scene) (changes []workflows.Change, possible bool) {
	supply, ok := s.stack.Role(a.Target)
	if !ok || supply.Open != "" {
		return nil, false
	}
	class := supply.giver(a.Target)
	if class == nil {
		return nil, false
	}
	values, done := map[string]string{}, supply.Wire.Arrives()
	for field, value := range gjson.Parse(a.Value).Map() {
		if name, ok := reference(value.String()); ok {
			value = jsonOf(s.ask(name))
		}
		widget := class.Fields[field]
		if widget == "" && class.Source != "" {
			continue // the installed node has it not yet, or no longer
		}
		if !value.Exists() || widget == "" || !takes(class, widget, value) {
			return nil, false
		}
		values[widget] = value.Raw
		done = done && supply.holds(field, value)
	}
	if done {
		return nil, true
	}
	return []workflows.Change{{Op: a.Op, Run: supply.At.ID, Name: supply.Input, Value: objectText(values), Class: class.Name}}, true
}

// takes reports whether a widget of a class takes a value.
func takes(class *workflows.Class, widget string, value gjson.Result) bool {
	in := class.Input(widget)
	return in == nil || in.Legal(value)
}

// giver returns the class whose widgets are meant: that of the node which supplies
// the role, or the one to insert; nil if none is known.
func (s Supply) giver(role string) *workflows.Class {
	if len(s.Runs) > 0 {
		if class := s.Runs[0].Home.Signature; class != nil && class.Gives == role {
			return class
		}
	}
	in := s.At.Home.Signature.Input(s.Input)
	if in == nil {
		return nil
	}
	class := BuiltinNodes().giver(role, in.Kind)
	if class == nil {
		return nil
	}
	return s.At.Home.Graph.Part.File.Class(class.Name)
}

// holds reports whether every node of the supply that has a field has the value.
func (s Supply) holds(field string, value gjson.Result) bool {
	has := false
	for _, run := range s.Runs {
		if run.Home.Signature == nil || run.Home.Signature.Fields[field] == "" {
			continue
		}
		has = true
		if fieldOf(run, field).Value != answerOf(value, "").Value {
			return false
		}
	}
	return has
}

// objectText writes an object of JSON texts, its keys sorted.
func objectText(members map[string]string) string {
	var list []string
	for _, key := range slices.Sorted(maps.Keys(members)) {
		list = append(list, string(gjson.AppendJSONString(nil, key))+":"+members[key])
	}
	return "{" + strings.Join(list, ",") + "}"
}

// giver returns the class to insert where a role is wanted at an input of a type:
// the only one that gives it, or the main one; nil if none does.
func (n *Nodes) giver(role, kind string) (found *workflows.Class) {
	for name := range n.written {
		class := n.Class(name)
		if class.Gives == role && slices.Index(class.Outputs, kind) == 0 && (found == nil || class.Main) {
			found = class
		}
	}
	return found
}
