package rules

import (
	"encoding/json"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/software"
)

// TestSpans compares days of which only bounds are known: closed, open, and of two
// days and of one.
func TestSpans(t *testing.T) {
	world := map[string]any{
		"day":  software.Span{First: "2025-10-19", Last: "2025-10-30"},
		"open": software.Span{First: "2026-02-02"},
		"two":  software.Span{First: "2025-10-19", Last: "2025-10-20"},
		"one":  software.Span{First: "2025-10-19", Last: "2025-10-19"},
		"in":   "2025-10-21", "after": "2025-10-31", "n": 5.0, "none": nil,
	}
	tests := map[string][]string{
		"yes": {
			`{"day": {"<": "2025-10-31"}}`, `{"day": {"<=": "2025-10-30"}}`, `{"day": {">": "2025-10-18"}}`, `{"day": {">=": "2025-10-19"}}`,
			`{"day": {"<": "{after}"}}`, `{"day": {">=": "2025-10-01", "<": "2025-11-01"}}`,
			`{"day": {"not": "2025-10-18"}}`, `{"day": {"not": "2025-10-31"}}`, `{"day": {"not": {"<": "2025-10-19"}}}`, `{"day": {"not": ["2025-10-01", "2025-12-01"]}}`,
			// each half is unsure, together they leave no day out
			`{"day": [{"<": "2025-10-25"}, {">=": "2025-10-25"}]}`, `{"day": [{"<=": "2025-10-20"}, {">": "2025-10-20"}]}`,
			`{"two": ["2025-10-19", "2025-10-20"]}`, `{"two": {"not": {">": "2025-10-19", "<": "2025-10-20"}}}`,
			`{"one": "2025-10-19"}`, `{"one": ["2025-10-18", "2025-10-19"]}`, `{"one": {"<=": "2025-10-19", ">=": "2025-10-19"}}`,
			`{"open": {">=": "2026-02-02"}}`, `{"open": {">": "2026-02-01"}}`, `{"open": {"not": "2026-02-01"}}`, `{"open": {"not": {"<": "2026-02-02"}}}`,
			`{"day": {"known": true}}`, `{"open": {"known": true}}`, `{"day": {"known": true, ">=": "2025-10-19"}}`, `{"day": {"not": {"known": false}}}`,
		},
		"no": {
			`{"day": {"<": "2025-10-19"}}`, `{"day": {"<=": "2025-10-18"}}`, `{"day": {">": "2025-10-30"}}`, `{"day": {">=": "2025-10-31"}}`,
			`{"day": {">=": "{after}"}}`,
			`{"day": "2025-10-18"}`, `{"day": "2025-10-31"}`, `{"day": ["2025-10-18", "2025-10-31"]}`, `{"day": "new"}`,
			`{"day": {"not": {">=": "2025-10-19"}}}`, `{"day": {"known": false}}`, `{"day": [{"known": false}, {"<": "2025-10-19"}]}`,
			// each half is unsure, together they leave no day
			`{"day": {"<": "2025-10-25", ">": "2025-10-25"}}`, `{"day": {">": "2025-10-24", "<": "2025-10-25"}}`, `{"two": {">": "2025-10-19", "<": "2025-10-20"}}`,
			`{"one": {"<": "2025-10-19"}}`, `{"one": {"not": "2025-10-19"}}`,
			`{"open": {"<": "2026-02-02"}}`, `{"open": {"<=": "2026-02-01"}}`, `{"open": "2026-02-01"}`,
		},
		"unknown": {
			`{"day": {"<": "2025-10-20"}}`, `{"day": {"<": "2025-10-30"}}`, `{"day": {"<=": "2025-10-19"}}`, `{"day": {"<=": "2025-10-29"}}`,
			`{"day": {">": "2025-10-19"}}`, `{"day": {">": "2025-10-29"}}`, `{"day": {">=": "2025-10-20"}}`, `{"day": {">=": "2025-10-30"}}`,
			`{"day": {"<": "{in}"}}`, `{"day": "{in}"}`, `{"in": "{day}"}`, `{"in": {"<": "{day}"}}`, `{"day": "{day}"}`, `{"day": "{none}"}`,
			`{"day": "2025-10-19"}`, `{"day": "2025-10-25"}`, `{"day": "2025-10-30"}`, `{"day": {"not": "2025-10-25"}}`, `{"two": "2025-10-20"}`,
			`{"day": ["2025-10-19", "2025-10-30"]}`, `{"day": {"not": ["2025-10-20", "2025-12-01"]}}`,
			`{"day": {">=": "2025-10-20", "<": "2025-10-25"}}`, `{"day": {">": "2025-10-24", "<": "2025-10-26"}}`, `{"day": [{"<": "2025-10-24"}, {">": "2025-10-24"}]}`,
			`{"open": {"<": "2026-02-03"}}`, `{"open": {"<=": "2026-02-02"}}`, `{"open": {">": "2026-02-02"}}`, `{"open": {">=": "2026-02-03"}}`,
			`{"open": "2026-02-02"}`, `{"open": "2027-01-01"}`, `{"open": {"not": "2027-01-01"}}`, `{"open": {">=": "2027-01-01", "<": "2027-02-01"}}`,
			`{"day": {"<": 5}}`, `{"day": {">=": "2025-10-20"}, "n": 5}`,
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

// TestSpanOfTheWrapper asks for the day of a wrapper of which the version is known.
func TestSpanOfTheWrapper(t *testing.T) {
	facts := builtinFacts(t)
	ask := func(v software.Versions) Answer {
		return newStage(&detect.Machine{Software: v}, facts).of(nil).ask("software.wrapper")
	}
	versions := software.Versions{
		"wrapper":         {Why: "w is not a clone"},
		"wrapper_version": {Value: "1.3.7", Source: "w/pyproject.toml"},
	}
	got := ask(versions)
	const words, source = "some day from 2025-10-19 to 2025-10-30", "version 1.3.7 in w/pyproject.toml"
	if got.String() != words || got.Source != source {
		t.Errorf("%s (%s), want %s (%s)", got, got.Source, words, source)
	}
	if want := source + ": " + words + ": say --assume wrapper=…, the day it was last updated"; got.Why != want {
		t.Errorf("why: %q, want %q", got.Why, want)
	}
	if text, err := json.Marshal(got.Value); err != nil || string(text) != `"2025-10-19…2025-10-30"` {
		t.Errorf("as JSON %s, %v", text, err)
	}
	if jsonOf(got).Exists() {
		t.Error("a span is no value that a fix can set")
	}
	versions["wrapper"] = software.Fact{Value: "2025-10-21", Source: "--assume"}
	if got := ask(versions); got.Value != "2025-10-21" || got.Source != "--assume" {
		t.Errorf("%s (%s), want the day that is known", got, got.Source)
	}
	versions = software.Versions{"wrapper": {Why: "w is not a clone"}, "wrapper_version": {Value: "0.1.0", Source: "w"}}
	if got := ask(versions); got.Known() || got.Why != "w is not a clone" {
		t.Errorf("%s, %q of a version that is not listed", got, got.Why)
	}
}

// TestDays wants days where days are compared.
func TestDays(t *testing.T) {
	facts := builtinFacts(t)
	for text, fits := range map[string]bool{
		`{"software.wrapper": {"<": "2025-10-21"}}`: true,
		`{"software.wrapper": {"<": "2025-10"}}`:    false,
		`{"software.wrapper": "2025-02-30"}`:        false,
		`{"software.wrapper": ["1.3.7"]}`:           false,
		`{"software.wrapper": {"<": 2025}}`:         false,
		`{"software.wrapper": {"known": true}}`:     true,
	} {
		r := newReader(facts)
		if r.cond(gjson.Parse(text)); (r.err() == nil) != fits {
			t.Errorf("%s: %v", text, r.err())
		}
	}
}
