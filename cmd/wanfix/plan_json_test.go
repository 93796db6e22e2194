package main

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
)

// TestPlanJSON plans for all cards, and looks up what each of them needs.
func TestPlanJSON(t *testing.T) {
	var stdout, stderr strings.Builder
	if exit := run([]string{"plan", "../../testdata/workflows/wan22-high-low.json", "--gpu", "all", "--format", "json"},
		streams{in: strings.NewReader(""), out: &stdout, err: &stderr}); exit != exitClean {
		t.Fatalf("exit %d: %s", exit, stderr.String())
	}
	var line jsonPlan
	if err := json.Unmarshal([]byte(stdout.String()), &line); err != nil {
		t.Fatal(err)
	}
	if len(line.Stacks) != 2 {
		t.Fatalf("%d stacks, the file has 2", len(line.Stacks))
	}
	for _, s := range line.Stacks {
		used := map[int]bool{}
		for _, card := range s.Cards {
			if card.Settings < 0 || card.Settings >= len(s.Settings) || len(card.Stages) != len(s.Stages) {
				t.Fatalf("%s names settings %d of %d, and tells of %d stages of %d", card.GPU.Name, card.Settings, len(s.Settings), len(card.Stages), len(s.Stages))
			}
			used[card.Settings] = true
			if needs := s.Settings[card.Settings]; (card.Short > 0) != (max(needs.High, needs.Older) > card.Budget) {
				t.Errorf("%s is %d bytes short of %d with %d", card.GPU.Name, card.Short, needs.High, card.Budget)
			}
		}
		if len(s.Cards) < 100 || len(used) != len(s.Settings) {
			t.Errorf("%d cards use %d of %d settings", len(s.Cards), len(used), len(s.Settings))
		}
		told := map[jsonSwap]bool{}
		for _, needs := range s.Settings {
			total := int64(0)
			for _, part := range needs.Parts {
				total += part.High
			}
			if told[needs.Swap] || total != needs.High {
				t.Errorf("%+v again, or its parts are %d bytes of %d", needs.Swap, total, needs.High)
			}
			told[needs.Swap] = true
		}
	}
}

// TestPlanJSONInDocs wants each key explained: in full, or in the row of what it is a part of.
func TestPlanJSONInDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/json-plan.md")
	if err != nil {
		t.Fatal(err)
	}
	rowOf := func(key string) string {
		for row := range strings.Lines(string(text)) {
			if strings.HasPrefix(row, "| ") && (strings.Contains(row, "`"+key+"`") || strings.Contains(row, "`"+key+"[]`")) {
				return row
			}
		}
		return ""
	}
	var keys func(of reflect.Type, at string)
	keys = func(of reflect.Type, at string) {
		switch of.Kind() {
		case reflect.Pointer:
			keys(of.Elem(), at)
		case reflect.Slice:
			keys(of.Elem(), at+"[]")
		case reflect.Struct:
			for _, field := range reflect.VisibleFields(of) {
				name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
				key := strings.TrimPrefix(at+"."+name, ".")
				if field.Anonymous || field.Type == reflect.TypeFor[*jsonTaken]() { // which the report of check has, too
					continue
				}
				if rowOf(key) == "" && !strings.Contains(rowOf(at), "`"+name+"`") {
					t.Errorf("docs/json-plan.md does not explain %s", key)
				}
				keys(field.Type, key)
			}
		}
	}
	keys(reflect.TypeFor[jsonPlan](), "")
}
