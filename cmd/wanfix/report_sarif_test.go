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

// TestSARIFBesides validates what stands beside the results that count: files that failed, rules
// of the user's, and what is silenced or known.
func TestSARIFBesides(t *testing.T) {
	pair, folder := hostileWorkflow(t), t.TempDir()
	t.Chdir(folder)
	write(t, folder, map[string]string{
		"broken.json": "{\"nodes\": [\n  {\"id\" 1}]}",
		"own/my-rule.md": "# my-rule\n\n```json\n{\"severity\": \"warning\", \"on\": \"stack\", \"when\": {\"loader.base_precision\": {\"known\": true}}, \"message\": \"mine\"}\n```\n\nWhy.\n\n" +
			"```json example\n{\"given\": {}, \"1\": {\"class_type\": \"WanVideoModelLoader\", \"inputs\": {\"model\": \"a.safetensors\", \"base_precision\": \"bf16\"}}}\n```\n```json after warning\n{}\n```\n",
	})
	report := func(args ...string) (*sarif.Run, string) {
		t.Helper()
		var out, told strings.Builder
		run(append([]string{"check", "--gpu", "3090", "--format", "sarif"}, args...), streams{in: strings.NewReader(""), out: &out, err: &told})
		all, err := sarif.FromString(out.String(), sarif.WithStrictValidation())
		if err != nil {
			t.Fatal(err, told.String())
		}
		known, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		wholly(t, "", decode(t, known), decode(t, []byte(out.String())))
		return all.Runs[0], out.String()
	}

	const rule = "e4m3fn-needs-sm89-to-compile"
	clean, _ := report(pair)
	if len(clean.Results) == 0 || len(clean.Results[0].Suppressions) > 0 || !*clean.Invocations[0].ExecutionSuccessful {
		t.Fatal("without all of that, results are suppressed or the run failed")
	}
	failed, _ := report(pair, "broken.json", "missing.json")
	told := failed.Invocations[0].ToolExecutionNotifications
	if len(told) != 2 || *failed.Invocations[0].ExecutionSuccessful {
		t.Fatalf("%d notifications of 2 files that failed", len(told))
	}
	if at := told[0].Locations[0].PhysicalLocation; *at.ArtifactLocation.URI != "broken.json" || *at.Region.StartLine != 2 {
		t.Errorf("broken.json is at fault in %s, line %d", *at.ArtifactLocation.URI, *at.Region.StartLine)
	}
	if told[1].Locations[0].PhysicalLocation.Region != nil {
		t.Error("a file that is not there has a line")
	}

	silenced, _ := report(pair, "--ignore", rule)
	if len(silenced.Results) != len(clean.Results) || *silenced.Results[0].Suppressions[0].Kind != "external" {
		t.Errorf("%d results with one rule silenced, %d without", len(silenced.Results), len(clean.Results))
	}
	report(pair, "--baseline", "known.json", "--update-baseline")
	known, _ := report(pair, "--baseline", "known.json")
	for _, result := range known.Results {
		if len(result.Suppressions) != 1 || *result.Suppressions[0].Justification != "known to the baseline" {
			t.Errorf("%s counts, and the baseline knows it", *result.RuleID)
		}
	}
	if len(known.Results) != len(clean.Results) {
		t.Errorf("%d results known, %d without the baseline", len(known.Results), len(clean.Results))
	}

	_, text := report(pair, "--rules", "own", "--select", "my-rule")
	if !strings.Contains(text, `"ruleId":"my-rule"`) || strings.Contains(text, "helpUri") {
		t.Errorf("a rule of the user's is not told, or has a page on the web:\n%s", text)
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
