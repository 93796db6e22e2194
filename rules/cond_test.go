package rules

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"
)

// sceneOf is a scene in which some facts are answered by hand; nil is unknown.
func sceneOf(facts map[string]any) *scene {
	index := map[string]*Fact{}
	for name, value := range facts {
		index[name] = &Fact{Name: name, answer: func(*scene) Answer { return Answer{Value: value} }}
	}
	return newStage(nil, index).of(nil)
}

// world is what the conditions below ask about.
var world = map[string]any{
	"n": 86.0, "m": 89.0, "text": "b", "day": "2025-05-23", "yes": true, "no": false, "none": nil,
}

func (t Truth) word() string { return [...]string{No: "no", Unsure: "unknown", Yes: "yes"}[t] }

// condOf reads a condition.
func condOf(t *testing.T, text string) Cond {
	t.Helper()
	r := &reader{src: []byte(text)}
	c := r.cond(gjson.Parse(text))
	if err := r.err(); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestConditions judges conditions on the facts of world.
func TestConditions(t *testing.T) {
	tests := map[string][]string{
		"yes": {
			`{}`,
			`{"n": 86}`, `{"n": 86.0}`, `{"text": "b"}`, `{"yes": true}`, `{"no": false}`,
			`{"n": {"<": 87}}`, `{"n": {"<=": 86}}`, `{"n": {">": 85.5}}`, `{"n": {">=": 86}}`, `{"n": {">": 80, "<": 89}}`,
			`{"day": {"<": "2025-08-10"}}`, `{"day": {">=": "2025-05-23"}}`, `{"text": {">": "a"}}`,
			`{"text": ["a", "b"]}`, `{"n": [{"<": 80}, {">": 85}]}`, `{"text": {"any": ["b", "c"]}}`,
			`{"text": {"not": "a"}}`, `{"text": {"not": ["a", "c"]}}`, `{"n": {"not": {">=": 89}}}`, `{"text": {"not": {"not": "b"}}}`,
			`{"n": {"<": "{m}"}}`, `{"n": "{n}"}`, `{"n": {"not": "{m}"}}`,
			`{"n": {"known": true}}`, `{"none": {"known": false}}`, `{"none": {"not": {"known": true}}}`,
			`{"any": [{"n": 1}, {"n": 86}]}`, `{"any": [{"none": 1}, {"n": 86}]}`,
			`{"n": 86, "text": "b"}`, `{"none": {"any": [{"known": false}, "x"]}}`,
		},
		"no": {
			`{"n": 87}`, `{"n": "86"}`, `{"text": "B"}`, `{"yes": false}`, `{"yes": "true"}`,
			`{"n": {"<": 86}}`, `{"n": {"<=": 85}}`, `{"n": {">": 86}}`, `{"n": {">=": 87}}`, `{"n": {">": 86, "<": 89}}`,
			`{"day": {"<": "2025-05-23"}}`, `{"text": ["a", "c"]}`,
			`{"text": {"not": "b"}}`, `{"text": {"not": ["a", "b"]}}`, `{"n": "{m}"}`,
			`{"n": {"known": false}}`, `{"none": {"known": true}}`,
			`{"any": [{"n": 1}, {"text": "a"}]}`, `{"any": [{"n": 86, "text": "a"}]}`,
			`{"none": 1, "n": 1}`, `{"n": 1, "none": 1}`, `{"any": [{"none": 1}], "n": 1}`,
		},
		"unknown": {
			`{"none": 1}`, `{"none": {"not": 1}}`, `{"none": {"<": 1}}`, `{"none": ["a", "b"]}`, `{"none": {"any": ["a"]}}`,
			`{"n": "{none}"}`, `{"n": {"<": "{none}"}}`, `{"n": {"not": "{none}"}}`, `{"none": "{none}"}`,
			`{"n": 86, "none": 1}`, `{"none": 1, "n": 86}`,
			`{"any": [{"n": 1}, {"none": 1}]}`, `{"any": [{"none": 1, "n": 86}, {"text": "a"}]}`,
			`{"n": {"<": "89"}}`, `{"text": {">": 1}}`, `{"yes": {">": "a"}}`,
		},
	}
	for want, conditions := range tests {
		for _, text := range conditions {
			t.Run(text, func(t *testing.T) {
				c := condOf(t, text)
				if got := c.judge(sceneOf(world), nil); got.word() != want {
					t.Errorf("%s, want %s", got.word(), want)
				}
			})
		}
	}
}

// TestTraces asks which tests decided, as reports tell them: "fact wanted: truth".
func TestTraces(t *testing.T) {
	tests := []struct {
		cond string
		want []string
	}{
		{`{"n": {"<": 89}, "text": ["a", "b"]}`, []string{"n < 89: yes", "text one of a, b: yes"}},
		{`{"n": {">": 80, "<": "{m}"}}`, []string{"n > 80 and < m: yes"}},
		{`{"text": {"not": "a"}, "none": {"known": false}}`, []string{"text not a: yes", "none unknown: yes"}},
		{`{"none": 1, "n": 86}`, []string{"none 1: unknown", "n 86: yes"}},
		{`{"none": 1, "n": 87, "text": "b"}`, []string{"n 87: no"}},
		{`{"any": [{"n": 87}, {"text": "b"}, {"yes": true}]}`, []string{"text b: yes"}},
		{`{"any": [{"none": 1, "n": 87}, {"none": 2}]}`, []string{"n 87: no", "none 2: unknown"}},
	}
	for _, test := range tests {
		t.Run(test.cond, func(t *testing.T) {
			c := condOf(t, test.cond)
			var got []string
			var why trace
			if c.judge(sceneOf(world), &why) != c.judge(sceneOf(world), nil) {
				t.Error("with a trace the truth is another")
			}
			for _, one := range why {
				got = append(got, one.Fact+" "+one.Wanted+": "+one.Truth.word())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("traces (-want +got):\n%s", diff)
			}
		})
	}
}

func TestConditionErrors(t *testing.T) {
	tests := []struct{ cond, want string }{
		{`[]`, `1: a condition is an object of facts, this is []`},
		{`"gpu.sm"`, `1: a condition is an object of facts, this is "gpu.sm"`},
		{`{"n": null}`, `7: null is no value of a fact; to ask whether it is known say {"known": false}`},
		{`{"n": {}}`, `7: {} tests nothing`},
		{`{"n": []}`, `7: an empty list can never hold`},
		{`{"n": {"any": []}}`, `15: an empty list can never hold`},
		{`{"any": []}`, `9: an empty list can never hold`},
		{`{"any": {"n": 1}}`, `9: a list of conditions is wanted, this is {"n": 1}`},
		{`{"any": [1]}`, `10: a condition is an object of facts, this is 1`},
		{`{"any": [{"n": null}]}`, `16: null is no value of a fact; to ask whether it is known say {"known": false}`},
		{`{"n": {"==": 1}}`, `8: unknown operator "==", the operators are < <= > >= not any known`},
		{`{"n": {"not": {"!": 1}}}`, `16: unknown operator "!", the operators are < <= > >= not any known`},
		{`{"n": {"known": "yes"}}`, `17: "known" takes true or false, this is "yes"`},
		{`{"n": {"any": "a"}}`, `15: "any" takes a list of tests, this is "a"`},
		{`{"n": {"<": [1]}}`, `13: "<" takes a number or text, this is [1]`},
		{`{"n": {">=": true}}`, `14: ">=" takes a number or text, this is true`},
		{`{"n": {">": null}}`, `13: ">" takes a number or text, this is null`},
		{`{"é": {"!": 1}, "n": []}`, "8: unknown operator \"!\", the operators are < <= > >= not any known\na:1:22: an empty list can never hold"},
	}
	for _, test := range tests {
		t.Run(test.cond, func(t *testing.T) {
			r := &reader{file: "a", src: []byte(test.cond)}
			c := r.cond(gjson.Parse(test.cond))
			if r.mistakes == nil {
				t.Fatalf("no error, read as %v", c)
			}
			if r.err().Error() != "a:1:"+test.want {
				t.Errorf("%q\nwant %q", r.err(), "a:1:"+test.want)
			}
		})
	}
}
