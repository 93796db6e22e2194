package rules

import (
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

// trace is how the tests came out that made a condition what it is. Nil keeps nothing: most
// conditions fail, and then nobody wants to know.
type trace []Trace

func (t *trace) add(one Trace) {
	if t != nil {
		*t = append(*t, one)
	}
}

func (t *trace) len() int {
	if t == nil {
		return 0
	}
	return len(*t)
}

func (t *trace) drop(from, to int) {
	if t != nil {
		*t = slices.Delete(*t, from, to)
	}
}

// unsure are the tests that could not be made.
func (t trace) unsure() []Trace {
	return slices.DeleteFunc(t, func(one Trace) bool { return one.Truth != Unsure })
}

// judge evaluates the condition and adds to a trace the tests that made it so: all of them, or
// the one that fails, whatever is not known of the others.
func (c Cond) judge(s *scene, why *trace) Truth { return judge(c, s, why) }

// member is one member of a condition, nil behind the last.
func (c Cond) member(i int) *term {
	if i >= len(c) {
		return nil
	}
	return &c[i]
}

// judge evaluates a condition whose members may be read as they are asked.
func judge[C interface{ member(int) *term }](c C, s *scene, why *trace) Truth {
	result, start := Yes, why.len()
	for i := 0; ; i++ {
		t := c.member(i)
		if t == nil {
			return result
		}
		before := why.len()
		one := t.judge(s, why)
		if one == No {
			why.drop(start, before)
			return No
		}
		result = min(result, one)
	}
}

// judge evaluates one member, and adds to a trace what it tells.
func (t *term) judge(s *scene, why *trace) Truth {
	if t.any == nil {
		found := s.ask(t.fact)
		result := t.test.judge(s, found)
		why.add(Trace{t.fact, found, t.test.wanted, result})
		return result
	}
	result, start := No, why.len()
	for _, c := range t.any {
		before := why.len()
		one := c.judge(s, why)
		if one == Yes {
			why.drop(start, before)
			return Yes
		}
		result = max(result, one)
	}
	return result
}

// asks reports whether a condition asks for a fact of a role.
func (c Cond) asks(role string) bool {
	return slices.ContainsFunc(c, func(t term) bool {
		of, _ := splitFact(t.fact)
		return of == role || slices.ContainsFunc(t.any, func(c Cond) bool { return c.asks(role) })
	})
}

// cond reads a condition: {"fact": test, …, "any": [condition, …]}.
func (r *reader) cond(v gjson.Result) (c Cond) {
	if !v.IsObject() {
		r.wrong(v, "a condition is an object of facts, this is %s", v.Raw)
		return nil
	}
	r.each(v, func(key, value gjson.Result) { c = append(c, r.member(key, value)) })
	return c
}

// member reads one member of a condition.
func (r *reader) member(key, v gjson.Result) term {
	t := term{fact: key.String()}
	if t.fact == "any" {
		t.any = r.anyOf(v)
	} else {
		t.test = r.test(r.fact(key, t.fact), v)
	}
	return t
}

func (r *reader) anyOf(v gjson.Result) []Cond {
	conditions := []Cond{}
	if !v.IsArray() {
		r.wrong(v, "a list of conditions is wanted, this is %s", v.Raw)
		return conditions
	}
	r.list(v, func(each gjson.Result) { conditions = append(conditions, r.cond(each)) })
	if len(conditions) == 0 {
		r.wrong(v, neverHolds)
	}
	return conditions
}
