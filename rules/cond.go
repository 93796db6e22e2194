package rules

import (
	"fmt"
	"slices"

	"github.com/tidwall/gjson"
)

// Truth is yes, no or unknown.
type Truth int

// The three truths. Their order makes "and" a minimum and "or" a maximum.
const (
	No Truth = iota
	Unsure
	Yes
)

func truth(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// not turns a truth around; unknown stays unknown.
func (t Truth) not() Truth { return Yes - t }

// Cond is a condition of a rule: all of its tests must hold.
type Cond []term

// term is one member of a condition: a test of a fact, or "any" of several conditions.
type term struct {
	fact string
	test test
	any  []Cond
}

// Trace tells how one test of a condition came out.
type Trace struct {
	Fact   string
	Found  Answer
	Wanted string
	Truth  Truth
}

// judge evaluates the condition and tells of the tests that made it so: all of
// them, or the one that fails, whatever is not known of the others.
func (c Cond) judge(s *scene) (Truth, []Trace) {
	result := Yes
	var trace []Trace
	for _, t := range c {
		var one Truth
		before := len(trace)
		if one, trace = t.judge(s, trace); one == No {
			return No, trace[before:]
		}
		result = min(result, one)
	}
	return result, trace
}

// judge evaluates one member, and adds to a trace what it tells.
func (t term) judge(s *scene, trace []Trace) (Truth, []Trace) {
	if t.any == nil {
		found := s.ask(t.fact)
		result := t.test.judge(s, found)
		return result, append(trace, Trace{t.fact, found, t.test.wanted, result})
	}
	result, before := No, len(trace)
	for _, c := range t.any {
		one, told := c.judge(s)
		if one == Yes {
			return Yes, append(trace[:before], told...)
		}
		trace = append(trace, told...)
		result = max(result, one)
	}
	return result, trace
}

// asks reports whether a condition asks for a fact of a role.
func (c Cond) asks(role string) bool {
	return slices.ContainsFunc(c, func(t term) bool {
		of, _ := splitFact(t.fact)
		return of == role || slices.ContainsFunc(t.any, func(c Cond) bool { return c.asks(role) })
	})
}

// parseCond reads a condition: {"fact": test, …, "any": [condition, …]}.
func parseCond(v gjson.Result) (Cond, error) {
	if !v.IsObject() {
		return nil, fmt.Errorf("a condition is an object of facts, this is %s", v.Raw)
	}
	var c Cond
	var err error
	v.ForEach(func(key, value gjson.Result) bool {
		t := term{fact: key.String()}
		if t.fact == "any" {
			t.any, err = parseAny(value)
		} else {
			t.test, err = parseTest(value)
		}
		if err != nil {
			err = fmt.Errorf("%s: %w", t.fact, err)
			return false
		}
		c = append(c, t)
		return true
	})
	return c, err
}

func parseAny(v gjson.Result) ([]Cond, error) {
	if !v.IsArray() {
		return nil, fmt.Errorf("a list of conditions is wanted, this is %s", v.Raw)
	}
	conditions := []Cond{}
	for _, each := range v.Array() {
		c, err := parseCond(each)
		if err != nil {
			return nil, err
		}
		conditions = append(conditions, c)
	}
	if len(conditions) == 0 {
		return nil, errNeverHolds
	}
	return conditions, nil
}
