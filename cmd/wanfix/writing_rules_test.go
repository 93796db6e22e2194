package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWritingRules does what docs/writing-rules.md tells: saves the page it shows, runs the
// commands, and compares what they print. With -update it writes the output anew.
func TestWritingRules(t *testing.T) {
	const page = "../../docs/writing-rules.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	path, err := filepath.Abs(page)
	if err != nil {
		t.Fatal(err)
	}
	workflow, err := os.ReadFile("../../testdata/workflows/wan22-high-low.json")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	save(t, "workflow.json", string(workflow))
	commands := 0
	var out strings.Builder
	fence := ""
	for line := range strings.Lines(string(text)) {
		switch {
		case fence == "" && strings.HasPrefix(line, "```console"):
			fence = "```\n"
		case fence == "" && strings.HasPrefix(line, "````markdown"):
			_, rest, _ := strings.Cut(string(text), line)
			rule, _, _ := strings.Cut(rest, "````")
			save(t, "studio/fp16-fast-at-home.md", rule)
			slips := strings.NewReplacer(`"loader.base_precision"`, `"loader.base_precison"`, `{"<=": 24}`, `{"<=": "24"}`)
			save(t, "slips/fp16-fast-at-home.md", slips.Replace(rule))
			fence = "````\n"
		case line == fence:
			fence = ""
		case fence == "```\n" && strings.HasPrefix(line, "$ wanfix "):
			args := strings.Fields(line)[2:]
			var told strings.Builder
			run(args, streams{in: strings.NewReader(""), out: &told, err: &told, args: args})
			out.WriteString(line + strings.TrimLeft(told.String(), "\n"))
			commands++
			continue
		case fence == "```\n":
			continue // what it printed before
		}
		out.WriteString(line)
	}
	if commands < 5 {
		t.Errorf("%d commands", commands)
	}
	if *update {
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(out.String(), string(text)); diff != "" {
		t.Errorf("docs/writing-rules.md shows another output (-now +shown), go test ./cmd/wanfix -update mends it:\n%s", diff)
	}
}

func save(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
