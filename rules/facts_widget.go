package rules

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// roleWidget is what rules on a workflow are judged on: a widget whose value does not fit.
const roleWidget = "widget"

// widgetValue is what a fix sets of it.
const widgetValue = roleWidget + ".value"

// widgetFacts are about a value that its widget does not take as it is.
func widgetFacts() []Fact {
	of := func(name string, kind Type, meaning string, answer func(*misfit) Answer) Fact {
		return fact(roleWidget+"."+name, kind, "", "workflow", meaning, func(s *scene) Answer { return answer(s.misfit) })
	}
	return []Fact{
		of("class", Text, "the class of the node", func(m *misfit) Answer { return known(m.run.Home.Class, m.run.String()) }),
		of("name", Text, "the widget's name", func(m *misfit) Answer { return known(m.Input.Name, m.source()) }),
		of("value", Text, "what is written for it, as JSON", func(m *misfit) Answer { return known(shortened(onOneLine(m.Value)), m.run.String()) }),
		of("wants", Text, "what the widget takes, in words", func(m *misfit) Answer { return known(wants(m.Input), m.source()) }),
		of("default", Text, "what the editor puts there", defaultOf),
		of("refused", Bool, "ComfyUI refuses the workflow for the value", func(m *misfit) Answer { return known(m.becomes == nil, m.source()) }),
		of("becomes", Text, "what ComfyUI makes of the value", becomesOf),
		of("says", Bool, "what a text in the place of true or false says", saysOf),
		of("mistaken", Bool, "what ComfyUI makes of the value is not what it says, and where it says nothing, not the default", mistakenOf),
		of("blank", Bool, "the value says nothing: null, or text without a character", func(m *misfit) Answer { return known(workflows.Blank(m.Value), m.run.String()) }),
		of("display", Bool, "the value is what a display in the editor left behind: HTML", func(m *misfit) Answer { return known(m.display(), m.run.String()) }),
		of("moved", Bool, "the node's values stand in the order of another version of it", func(m *misfit) Answer { return known(m.Moved, m.source()) }),
		of("excused", Bool, "the installed node lacks the widget, has other limits, or checks the value in its own way", excusedOf),
	}
}

// source says whose the widget is.
func (m *misfit) source() string {
	return cmp.Or(m.run.Home.Signature.Source, "the newest "+m.run.Home.Class+" that wanfix knows")
}

func (m *misfit) display() bool {
	return m.Value.Type == gjson.String && strings.HasPrefix(m.Value.Str, "<") && strings.HasSuffix(m.Value.Str, ">")
}

func defaultOf(m *misfit) Answer {
	if m.Input.Default == nil {
		return unknown("the default of " + m.Input.Name + " is not known")
	}
	return known(m.Input.Default, m.source())
}

func becomesOf(m *misfit) Answer {
	if m.becomes == nil {
		return unknown("ComfyUI refuses it")
	}
	return known(Answer{Value: m.becomes}.String(), "Python")
}

func saysOf(m *misfit) Answer {
	yes, ok := said(m.Value.Str)
	if m.Input.Kind != workflows.KindBoolean || !ok {
		return unknown("it says neither true nor false")
	}
	return known(yes, m.run.String())
}

func mistakenOf(m *misfit) Answer {
	meant := saysOf(m)
	if !meant.Known() {
		meant = defaultOf(m)
	}
	if !meant.Known() {
		return meant
	}
	return known(m.becomes != meant.Value, meant.Source)
}

// excusedOf is never true: then there is no widget to be judged.
func excusedOf(m *misfit) Answer {
	class := m.run.Home.Signature
	limited := m.becomes == nil && converts(m.Input, m.Value) // it is the limits or options that refuse it
	switch ours := BuiltinNodes().Class(class.Name); {
	case class.Source == "" && (m.Stray || m.Moved || limited):
		return unknown("the installed " + class.Name + " is not known: say --object-info FILE")
	case limited && (ours == nil || len(ours.Inputs()) == 0):
		return unknown("nothing tells whether " + class.Name + " does")
	}
	return known(false, m.source())
}

// wants says in words what a widget takes.
func wants(in *workflows.InputType) string {
	text := "a number"
	switch in.Kind {
	case workflows.KindBoolean:
		return "true or false"
	case workflows.KindFile:
		return "a file"
	case workflows.KindCombo:
		return fmt.Sprintf("one of %d texts", len(in.Options))
	case workflows.KindInt:
		text = "a whole number"
	}
	limit := func(n *float64) string { return Answer{Value: *n}.String() }
	switch {
	case in.Min != nil && in.Max != nil:
		text += " from " + limit(in.Min) + " to " + limit(in.Max)
	case in.Min != nil:
		text += " of at least " + limit(in.Min)
	case in.Max != nil:
		text += " of at most " + limit(in.Max)
	}
	return text
}

// onOneLine writes a value without the blanks of its file.
func onOneLine(value gjson.Result) string {
	if value.Type == gjson.JSON {
		return value.Get("@ugly").Raw
	}
	return value.Raw
}

// shortened is the beginning of a text that may be long.
func shortened(text string) string {
	const most = 40
	if runes := []rune(text[:min(len(text), 4*(most+1))]); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
