package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// test compares an answer; wanted is the comparison in words.
type test struct {
	wanted string
	// holds compares one value; judge also compares a span of days.
	holds func(s *scene, a Answer) Truth
	// operands are the values and facts it compares with.
	operands []operand
}

var errNeverHolds = errors.New("an empty list can never hold")

// operators is the closed list of what a test may say besides a value or a list of values.
var operators = []string{"<", "<=", ">", ">=", "not", "any", "known"}

// parseTest reads what a fact is compared with: a value, a list of values, or an
// object of operators which must all hold.
func parseTest(v gjson.Result) (test, error) {
	switch {
	case v.IsArray():
		return parseOneOf(v)
	case !v.IsObject():
		return parseEqual(v)
	}
	var all []test
	var err error
	v.ForEach(func(key, value gjson.Result) bool {
		var one test
		if one, err = parseOperator(key.String(), value); err != nil {
			return false
		}
		all = append(all, one)
		return true
	})
	if err == nil && len(all) == 0 {
		err = errors.New("{} tests nothing")
	}
	if err != nil {
		return test{}, err
	}
	return allOf(all), nil
}

func parseOperator(operator string, v gjson.Result) (test, error) {
	switch operator {
	case "<", "<=", ">", ">=":
		return parseOrder(operator, v)
	case "not":
		inner, err := parseTest(v)
		inner.wanted = "not " + inner.wanted
		holds := inner.holds
		inner.holds = func(s *scene, a Answer) Truth { return holds(s, a).not() }
		return inner, err
	case "any":
		if !v.IsArray() {
			return test{}, fmt.Errorf(`"any" takes a list of tests, this is %s`, v.Raw)
		}
		return parseAnyTest(v)
	case "known":
		if !v.IsBool() {
			return test{}, fmt.Errorf(`"known" takes true or false, this is %s`, v.Raw)
		}
		want := v.Bool()
		word := map[bool]string{true: "known", false: "unknown"}[want]
		return test{wanted: word, holds: func(_ *scene, a Answer) Truth { return truth(a.Known() == want) }}, nil
	}
	return test{}, fmt.Errorf("unknown operator %q, the operators are %s", operator, strings.Join(operators, " "))
}

func parseEqual(v gjson.Result) (test, error) {
	if v.Type == gjson.Null {
		return test{}, fmt.Errorf("null is no value of a fact; to ask whether it is known say {\"known\": false}")
	}
	o := parseOperand(v)
	return test{wanted: o.String(), operands: []operand{o}, holds: func(s *scene, a Answer) Truth {
		b := o.answer(s)
		if !a.Known() || !b.Known() {
			return Unsure
		}
		return truth(same(a.Value, b.Value))
	}}, nil
}

func parseOneOf(v gjson.Result) (test, error) {
	any, err := parseAnyTest(v)
	if err != nil {
		return test{}, err
	}
	any.wanted = "one of " + any.wanted
	return any, nil
}

func parseAnyTest(v gjson.Result) (test, error) {
	var tests []test
	for _, each := range v.Array() {
		t, err := parseTest(each)
		if err != nil {
			return test{}, err
		}
		tests = append(tests, t)
	}
	if len(tests) == 0 {
		return test{}, errNeverHolds
	}
	return combine(tests, ", ", func(results []Truth) Truth { return slices.Max(results) }), nil
}

func allOf(tests []test) test {
	return combine(tests, " and ", func(results []Truth) Truth { return slices.Min(results) })
}

func combine(tests []test, word string, fold func([]Truth) Truth) test {
	all := test{}
	words := make([]string, len(tests))
	for i, t := range tests {
		words[i] = t.wanted
		all.operands = append(all.operands, t.operands...)
	}
	all.wanted = strings.Join(words, word)
	all.holds = func(s *scene, a Answer) Truth {
		results := make([]Truth, len(tests))
		for i, t := range tests {
			results[i] = t.holds(s, a)
		}
		return fold(results)
	}
	return all
}

func parseOrder(operator string, v gjson.Result) (test, error) {
	o := parseOperand(v)
	if v.Type != gjson.Number && v.Type != gjson.String {
		return test{}, fmt.Errorf("%q takes a number or text, this is %s", operator, v.Raw)
	}
	return test{wanted: operator + " " + o.String(), operands: []operand{o}, holds: func(s *scene, a Answer) Truth {
		b := o.answer(s)
		if !a.Known() || !b.Known() {
			return Unsure
		}
		if a.Value == notInstalled {
			return No // what is not there is neither older nor newer
		}
		order, comparable := compareAnswers(a.Value, b.Value)
		if !comparable {
			return Unsure
		}
		switch operator {
		case "<":
			return truth(order < 0)
		case "<=":
			return truth(order <= 0)
		case ">":
			return truth(order > 0)
		}
		return truth(order >= 0)
	}}, nil
}
