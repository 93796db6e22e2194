package rules

import (
	"testing"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// TestFieldsAgree wants one type of fact for a field, whichever class has it.
func TestFieldsAgree(t *testing.T) {
	facts := builtinFacts(t)
	for name, widgets := range BuiltinNodes().fields() {
		kinds := map[Type][]string{}
		for _, in := range widgets {
			one := &reader{words: &vocabulary{fields: map[string][]*workflows.InputType{name: {in}}}}
			kind := one.fact(gjson.Result{}, name).Type
			kinds[kind] = append(kinds[kind], in.Kind)
		}
		if len(kinds) > 1 {
			t.Errorf("%s is %v", name, kinds)
		}
		if _, taken := facts[name]; taken {
			t.Errorf("%s is a fact that is worked out and a field as well", name)
		}
	}
}

// TestUnknownClass is told of nothing.
func TestUnknownClass(t *testing.T) {
	if c := BuiltinNodes().Class("SomebodysNode"); c != nil {
		t.Errorf("found %+v", c)
	}
	if a, b := BuiltinNodes().Class("Note"), BuiltinNodes().Class("Note"); a == nil || a != b {
		t.Error("a class is decoded once")
	}
}
