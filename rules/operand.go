package rules

import (
	"cmp"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/detect/software"
)

// operand is a literal value, or another fact's name.
type operand struct {
	value any
	fact  string
}

func parseOperand(v gjson.Result) operand {
	if v.Type == gjson.String {
		if name, ok := reference(v.Str); ok {
			return operand{fact: name}
		}
	}
	return operand{value: answerOf(v, "").Value}
}

// reference reads "{fact}".
func reference(text string) (fact string, ok bool) {
	if len(text) > 2 && text[0] == '{' && text[len(text)-1] == '}' {
		return text[1 : len(text)-1], true
	}
	return "", false
}

// answer returns what to compare with. A span is no value to compare with.
func (o operand) answer(s *scene) Answer {
	if o.fact == "" {
		return known(o.value, "")
	}
	a := s.ask(o.fact)
	if _, ok := a.Value.(software.Span); ok {
		return unknown(a.Why)
	}
	return a
}

func (o operand) String() string {
	if o.fact != "" {
		return o.fact
	}
	return Answer{Value: o.value}.String()
}

// same compares two values; a version may be compared with text.
func same(a, b any) bool {
	if v, ok := a.(version); ok {
		a = string(v)
	}
	if v, ok := b.(version); ok {
		b = string(v)
	}
	return a == b
}

// compareAnswers orders two numbers, two versions, or two texts such as days.
func compareAnswers(a, b any) (order int, comparable bool) {
	switch a := a.(type) {
	case version:
		other, ok := b.(version)
		if text, isText := b.(string); isText {
			other, ok = version(text), true
		}
		return a.compare(other), ok && !a.previews(other)
	case float64:
		if b, ok := b.(float64); ok {
			return cmp.Compare(a, b), true
		}
	case string:
		if b, ok := b.(string); ok {
			return strings.Compare(a, b), true
		}
	}
	return 0, false
}
