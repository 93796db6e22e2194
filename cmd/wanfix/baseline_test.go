package main

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/workflows"
)

// FuzzBaseline reads whatever may stand in a baseline, and what it wrote of it.
func FuzzBaseline(f *testing.F) {
	for _, text := range []string{
		"{}", `{"findings": []}`, `{"findings": [{"file": "a\u001b.json", "part": "prompt", "rule": "x", "node": "5:\u202e", "widget": "w"}, {"file": "<b>"}]}`,
		`{"findings": 7}`, `{"findings": [7]}`, `{"findings": [{"file": 7}]}`, "[", `{"findings": [{"rules": "x"}]}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := parseBaseline(text)
		var placed *workflows.Error
		if err != nil {
			if !errors.As(err, &placed) {
				t.Errorf("the error has no place: %v", err)
			}
			return
		}
		known := map[knownFinding]bool{}
		for _, k := range list {
			known[k] = false
		}
		again, err := parseBaseline(baselineText(known))
		if err != nil {
			t.Fatalf("%v in %s", err, baselineText(known))
		}
		read := map[knownFinding]bool{}
		for _, k := range again {
			read[k] = false
		}
		if diff := cmp.Diff(known, read); diff != "" {
			t.Errorf("written and read again (-want +got):\n%s", diff)
		}
	})
}

// TestManyGone tells of some findings that are gone, and how many more there are.
func TestManyGone(t *testing.T) {
	for _, tt := range []struct{ gone, lines int }{{0, 0}, {1, 1}, {10, 10}, {11, 11}, {1000, 11}} {
		t.Run(strconv.Itoa(tt.gone), func(t *testing.T) {
			b := &baseline{path: "known.json", known: map[knownFinding]bool{}, checked: map[string]bool{"a.json": true}}
			for i := range tt.gone {
				b.known[knownFinding{File: "a.json", Rule: "x", Node: strconv.Itoa(i)}] = false
			}
			var out strings.Builder
			if err := b.end(&out); err != nil || strings.Count(out.String(), "\n") != tt.lines {
				t.Errorf("%v, want %d lines: %q", err, tt.lines, out.String())
			}
		})
	}
}
