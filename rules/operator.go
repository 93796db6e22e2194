package rules

import (
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

const neverHolds = "an empty list can never hold"

// operators is the closed list of what a test may say besides a value or a list of values.
var operators = []string{"<", "<=", ">", ">=", "not", "any", "known"}

// test reads what a fact is compared with: a value, a list of values, or an
// object of operators which must all hold.
func (r *reader) test(of Fact, v gjson.Result) test {
	switch {
	case v.IsArray():
		any := r.anyTest(of, v)
		any.wanted = "one of " + any.wanted
		return any
	case !v.IsObject():
		return r.equal(of, v)
	}
	var all []test
	r.each(v, func(operator, value gjson.Result) {
		all = append(all, r.operator(of, operator, value))
	})
	if len(all) == 0 {
		r.wrong(v, "{} tests nothing")
	}
	return allOf(all)
}

func (r *reader) operator(of Fact, operator, v gjson.Result) test {
	switch name := operator.String(); name {
	case "<", "<=", ">", ">=":
		return r.order(of, name, v)
	case "not":
		inner := r.test(of, v)
		inner.wanted = "not " + inner.wanted
		holds := inner.holds
		inner.holds = func(s *scene, a Answer) Truth { return holds(s, a).not() }
		return inner
	case "any":
		if !v.IsArray() {
			r.wrong(v, `"any" takes a list of tests, this is %s`, v.Raw)
			return test{}
		}
		return r.anyTest(of, v)
	case "known":
		if !v.IsBool() {
			r.wrong(v, `"known" takes true or false, this is %s`, v.Raw)
		}
		want := v.Bool()
		word := map[bool]string{true: "known", false: "unknown"}[want]
		return test{wanted: word, holds: func(_ *scene, a Answer) Truth { return truth(a.Known() == want) }}
	default:
		r.wrong(operator, "unknown operator %q, the operators are %s", name, strings.Join(operators, " "))
		return test{}
	}
}

func (r *reader) equal(of Fact, v gjson.Result) test {
	if v.Type == gjson.Null {
		r.wrong(v, `null is no value of a fact; to ask whether it is known say {"known": false}`)
		return test{}
	}
	o := parseOperand(v)
	r.compared(of, v, o)
	return test{wanted: o.String(), operands: []operand{o}, holds: func(s *scene, a Answer) Truth {
		b := o.answer(s)
		if !a.Known() || !b.Known() {
			return Unsure
		}
		return truth(same(a.Value, b.Value))
	}}
}

func (r *reader) anyTest(of Fact, v gjson.Result) test {
	var tests []test
	r.list(v, func(each gjson.Result) { tests = append(tests, r.test(of, each)) })
	if len(tests) == 0 {
		r.wrong(v, neverHolds)
	}
	return combine(tests, ", ", func(results []Truth) Truth { return slices.Max(results) })
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

func (r *reader) order(of Fact, operator string, v gjson.Result) test {
	o := parseOperand(v)
	if v.Type != gjson.Number && v.Type != gjson.String {
		r.wrong(v, "%q takes a number or text, this is %s", operator, v.Raw)
		return test{}
	}
	r.compared(of, v, o)
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
	}}
}
