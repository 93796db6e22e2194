package examples

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// compare reads a tuned workflow of either form and tells what differs from a prompt.
func compare(want Prompt, text []byte) ([]string, error) {
	file, err := workflows.Parse(text, rules.BuiltinNodes())
	if err != nil {
		return nil, err
	}
	var got map[string]any
	if part := file.Parts[0]; part.Form == workflows.UI {
		got = promptOf(part, want)
	} else if err := json.Unmarshal(text, &got); err != nil {
		return nil, err
	}
	return differences("", want, got), nil
}

// promptOf writes what the editor saved as a prompt, as far as a page tells of it: the editor
// writes widgets that a page leaves out.
func promptOf(part *workflows.Part, page Prompt) map[string]any {
	got := map[string]any{}
	for _, run := range part.Runs {
		node, _ := page[run.ID].(map[string]any)
		if node = maps.Clone(node); node == nil {
			node = map[string]any{}
		}
		node["class_type"] = run.Home.Class
		inputs := inputsOf(run, page.Inputs(run.ID))
		if _, told := node["inputs"]; told || len(inputs) > 0 {
			node["inputs"] = inputs
		}
		got[run.ID] = node
	}
	return got
}

func inputsOf(run *workflows.Run, page map[string]any) map[string]any {
	got := map[string]any{}
	for _, in := range run.Home.Signature.Inputs() {
		_, told := page[in.Name]
		if wire := run.Wire(in.Name); wire.Kind == workflows.Lost {
			got[in.Name] = wire.Why
		} else if wire.Arrives() {
			got[in.Name] = []any{wire.From.ID, float64(wire.Slot)}
		} else if told {
			got[in.Name] = run.Value(in.Name).Value()
		}
	}
	return got
}

// differences tells where two objects of JSON differ, a sentence a place.
func differences(path string, want, got map[string]any) (told []string) {
	keys := map[string]bool{}
	for key := range want {
		keys[key] = true
	}
	for key := range got {
		keys[key] = true
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		a, inWant := want[key]
		b, inGot := got[key]
		inner, isObject := a.(map[string]any)
		other, areObjects := b.(map[string]any)
		switch {
		case isObject && areObjects:
			told = append(told, differences(path+key+".", inner, other)...)
		case inWant != inGot || !reflect.DeepEqual(a, b):
			told = append(told, fmt.Sprintf("%s%s: the page has %s, the result %s", path, key, inWords(a, inWant), inWords(b, inGot)))
		}
	}
	return told
}

func inWords(value any, exists bool) string {
	if !exists {
		return "nothing"
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
