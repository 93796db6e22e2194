package rules_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/software"
	"github.com/wanfix/wanfix/rules"
)

// withTerms returns a set of no rules and some terms.
func withTerms(terms string) *rules.Set {
	return rules.Load(fstest.MapFS{"test/terms.json": {Data: []byte(terms)}})
}

// TestTerms asks for terms, which are known where their conditions are.
func TestTerms(t *testing.T) {
	set := withTerms(`{
		// two ways to be fine
		"software.fine": {"meaning": "it is fine", "when": {"any": [{"software.torch": {">=": "2.10"}}, {"os": "windows", "software.triton_post": {">=": 21}}]}},
		"software.finer": {"meaning": "it is fine, and fast", "when": {"software.fine": true, "gpu.sm": {">=": 89}}},
		"circle.a": {"meaning": "a circle", "when": {"circle.b": true}},
		"circle.b": {"meaning": "a circle", "when": {"circle.a": true}}
	}`)
	tests := []struct {
		name, fact, os string
		software       map[string]string
		want, why      string
	}{
		{"new enough", "software.fine", "linux", map[string]string{"torch": "2.10.0"}, "true", ""},
		{"the other way", "software.fine", "windows", map[string]string{"torch": "2.9", "triton_windows": "3.5.0.post21"}, "true", ""},
		{"neither", "software.fine", "linux", map[string]string{"torch": "2.9"}, "false", ""},
		{"neither, as far as is known", "software.fine", "windows", map[string]string{"torch": "2.9"}, "unknown", "the installed triton_windows is not known"},
		{"known not to be there", "software.fine", "windows", map[string]string{"torch": "2.9", "triton_windows": "absent"}, "false", ""},
		{"nothing is known", "software.fine", "", nil, "unknown", "the installed torch is not known"},
		{"a term of a term", "software.finer", "linux", map[string]string{"torch": "2.9"}, "false", ""},
		{"a term of a term, unknown", "software.finer", "linux", map[string]string{"torch": "2.10"}, "unknown", "no card is known: say --gpu"},
		{"a circle", "circle.a", "", nil, "unknown", "it asks for itself"},
	}
	stack := rules.Look(parseAPI(t, graph("1 WanVideoModelLoader model=a.gguf"))).Stacks[0]
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := &detect.Machine{Software: software.Versions{"os": {Value: test.os, Source: "a test"}}}
			for name, value := range test.software {
				m.Software[name] = software.Fact{Value: value, Source: "a test"}
			}
			a := set.Asker(stack, m)(test.fact)
			if a.String() != test.want || !strings.Contains(a.Why, test.why) {
				t.Errorf("%s, %q; want %s, %q", a, a.Why, test.want, test.why)
			}
		})
	}
}

func TestTermErrors(t *testing.T) {
	tests := []struct{ name, terms, want string }{
		{"no JSON", `{"a": }`, "test/terms.json:1:7: not JSON"},
		{"a fact of that name", `{"os": {"when": {"gpu.sm": 1}}}`, "test/terms.json:1:2: there is a fact os already"},
		{"an unknown key", `{"a.b": {"if": {}}}`, `test/terms.json:1:10: there is no key "if"`},
		{"a bad condition", `{"a.b": {"when": {"gpu.sm": {"=": 1}}}}`, `test/terms.json:1:30: unknown operator "="`},
		{"a fact nobody knows", `{"a.b": {"when": {"weather": "rain"}}}`, `test/terms.json:1:19: there is no fact "weather"`},
		{"a value of the wrong type", `{"a.b": {"when": {"gpu.sm": "8.6"}}}`, "test/terms.json:1:29: gpu.sm is of type int"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := withTerms(test.terms).Check(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}
