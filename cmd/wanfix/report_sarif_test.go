package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/wanfix/wanfix/workflows"
)

// TestSARIF validates reports against the schema of SARIF 2.1.0, and makes every fix in them
// alone, as an editor does that offers them.
func TestSARIF(t *testing.T) {
	files, err := filepath.Glob("../../testdata/workflows/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(files, hostileWorkflow(t)) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			var out, told strings.Builder
			if exit := run([]string{"check", name, "--gpu", "2080 Ti", "--format", "sarif", "-v"}, streams{out: &out, err: &told}); exit == exitUsage {
				t.Fatal(told.String())
			}
			report, err := sarif.FromString(out.String(), sarif.WithStrictValidation())
			if err != nil {
				t.Fatal(err)
			}
			known, err := json.Marshal(report)
			if err != nil {
				t.Fatal(err)
			}
			wholly(t, "", decode(t, known), decode(t, []byte(out.String())))
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, result := range report.Runs[0].Results {
				for _, fix := range result.Fixes {
					made := replaced(t, text, fix.ArtifactChanges[0].Replacements)
					if err := workflows.Gate(made); err != nil || cmp.Equal(made, text) {
						t.Errorf("%s, %s: %v", *result.RuleID, *fix.Description.Text, err)
					}
				}
			}
		})
	}
}

// wholly makes sure that whatever a report says is known to the format.
func wholly(t *testing.T, at string, known, said any) {
	t.Helper()
	switch said := said.(type) {
	case map[string]any:
		known, _ := known.(map[string]any)
		for key, value := range said {
			wholly(t, at+"/"+key, known[key], value)
		}
	case []any:
		known, _ := known.([]any)
		for i, value := range said {
			if i >= len(known) {
				t.Errorf("%s: SARIF has no such list", at)
				return
			}
			wholly(t, at, known[i], value)
		}
	default:
		if !cmp.Equal(known, said) {
			t.Errorf("%s: SARIF reads %v as %v", at, said, known)
		}
	}
}

func decode(t *testing.T, text []byte) (value any) {
	t.Helper()
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// replaced makes replacements by line and column, last one first.
func replaced(t *testing.T, text []byte, all []*sarif.Replacement) []byte {
	t.Helper()
	lines := strings.SplitAfter(string(text), "\n")
	offset := func(line, column int) int {
		before := len(strings.Join(lines[:line-1], ""))
		return before + len(string([]rune(lines[line-1])[:column-1]))
	}
	out := string(text)
	for i := len(all) - 1; i >= 0; i-- {
		r := all[i].DeletedRegion
		from, to := offset(*r.StartLine, *r.StartColumn), offset(*r.EndLine, *r.EndColumn)
		if from > to || to > len(out) {
			t.Fatalf("replacements overlap at %d:%d", *r.StartLine, *r.StartColumn)
		}
		out = out[:from] + *all[i].InsertedContent.Text + out[to:]
	}
	return []byte(out)
}
