package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// corpusFile is what somebody else's reader says of a real workflow file.
type corpusFile struct {
	File, Format string
	Version      any
	Oddities     map[string]any
}

// corpus returns the folder of real workflows, which are no part of the project, and what is in
// it; without one the test is skipped.
func corpus(t *testing.T) (dir string, files []corpusFile) {
	t.Helper()
	dir = os.Getenv("WANFIX_CORPUS")
	if dir == "" {
		dir = "../../../shared/corpus"
	}
	text, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("there is no corpus at %s; WANFIX_CORPUS names another folder", dir)
	}
	var index struct{ Files []corpusFile }
	if err == nil {
		err = json.Unmarshal(text, &index)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir, index.Files
}

// outcome is what became of a file on all cards.
type outcome struct {
	changed bool
	refused string // the reason, "" for a file that is handled
}

// refusal is how a file is refused: its name, line, column and one sentence.
var refusal = regexp.MustCompile(`^wanfix: (.+\.json):[0-9]+:[0-9]+: ([^\n]+[^.\n])$`)

// TestCorpusForms tunes every real file for eight cards, as a user would. Each is handled
// or refused with a place and a reason; -v prints a table by form and oddity.
func TestCorpusForms(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	dir, files := corpus(t)
	outcomes := map[string]*outcome{}
	for i, card := range []string{"2080 Ti", "3060", "3090", "4070 Ti", "4090", "5090", "A100 80GB", "H100"} {
		args := []string{"--format", "json", "--gpu", card}
		for _, f := range files {
			args = append(args, filepath.Join(dir, f.File))
		}
		var stdout, stderr bytes.Buffer
		run(args, streams{out: &stdout, err: &stderr, args: args})
		told := readOutcomes(t, &stdout, &stderr)
		for _, f := range files {
			now := told[filepath.Join(dir, f.File)]
			was := outcomes[f.File]
			switch {
			case now == nil:
				t.Errorf("%s: neither handled nor refused for %s", f.File, card)
				continue
			case i > 0 && was != nil && was.refused != now.refused:
				t.Errorf("%s: %q for %s, %q for others", f.File, now.refused, card, was.refused)
			}
			now.changed = now.changed || was != nil && was.changed
			outcomes[f.File] = now
		}
	}
	logTable(t, dir, files, outcomes)
}

// readOutcomes reads the reports on files, and the reasons why others were refused.
func readOutcomes(t *testing.T, stdout, stderr *bytes.Buffer) map[string]*outcome {
	t.Helper()
	told := map[string]*outcome{}
	lines := bufio.NewScanner(stdout)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var report struct {
			File    string
			Changed bool
		}
		if err := json.Unmarshal(lines.Bytes(), &report); err != nil {
			t.Fatalf("%v in %s", err, lines.Text())
		}
		if told[report.File] == nil {
			told[report.File] = &outcome{}
		}
		told[report.File].changed = report.Changed
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(strings.TrimSpace(stderr.String()) + "\n") {
		found := refusal.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		switch {
		case strings.TrimSpace(line) == "":
		case found == nil:
			t.Errorf("this is no refusal with a place and one sentence: %s", line)
		case told[found[1]] != nil:
			t.Errorf("%s is both handled and refused", found[1])
		default:
			told[found[1]] = &outcome{refused: found[2]}
		}
	}
	return told
}

// logTable prints how many files of each form and oddity there are, and what became of
// them.
func logTable(t *testing.T, dir string, files []corpusFile, outcomes map[string]*outcome) {
	t.Helper()
	type count struct{ files, handled, changed, refused int }
	rows, reasons := map[string]*count{}, map[string]int{}
	for _, f := range files {
		o := outcomes[f.File]
		if o == nil {
			continue
		}
		if o.refused != "" {
			reasons[o.refused]++
		}
		form := fmt.Sprintf("form: %s, version %v", f.Format, f.Version)
		labels := append(oddities(t, filepath.Join(dir, f.File)), "all", form)
		for oddity := range f.Oddities {
			labels = append(labels, "index: "+oddity)
		}
		for _, label := range labels {
			if rows[label] == nil {
				rows[label] = &count{}
			}
			row := rows[label]
			row.files++
			switch {
			case o.refused != "":
				row.refused++
			case o.changed:
				row.changed++
				row.handled++
			default:
				row.handled++
			}
		}
	}
	t.Logf("%6s %8s %8s %8s", "files", "handled", "changed", "refused")
	for _, label := range slices.Sorted(maps.Keys(rows)) {
		row := rows[label]
		t.Logf("%6d %8d %8d %8d  %s", row.files, row.handled, row.changed, row.refused, label)
	}
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		t.Logf("%6d refused: %s", reasons[reason], reason)
	}
}

// oddities finds in plain JSON what is odd about the form of a workflow.
func oddities(t *testing.T, name string) (odd []string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	type node struct {
		ID, Type, Pos any
		Named         any `json:"widgets_values_named"`
	}
	var file struct {
		Nodes         []node
		Links         []any
		Version       any
		FloatingLinks []any
		Reroutes      []any
		Extra         struct{ Reroutes []any }
		Definitions   struct{ Subgraphs []any }
	}
	if json.Unmarshal(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), &file) != nil || file.Nodes == nil {
		return nil
	}
	found := map[string]bool{
		"ui: no links":          len(file.Links) == 0,
		"ui: floating links":    len(file.FloatingLinks) > 0,
		"ui: reroutes in extra": len(file.Extra.Reroutes) > 0,
		"ui: reroutes":          len(file.Reroutes) > 0,
		"ui: subgraphs":         len(file.Definitions.Subgraphs) > 0,
	}
	ids := map[string]bool{}
	for _, n := range file.Nodes {
		id, kind := fmt.Sprint(n.ID), fmt.Sprint(n.Type)
		_, isObject := n.Pos.(map[string]any)
		_, isText := n.ID.(string)
		for what, is := range map[string]bool{
			"ui: an id twice": ids[id], "ui: ids as text": isText, "ui: a type that is none": n.Type == nil,
			"ui: pos as an object": isObject, "ui: values by name": n.Named != nil,
			"ui: group nodes": strings.HasPrefix(kind, "workflow>") || strings.HasPrefix(kind, "workflow/"),
		} {
			found[what] = found[what] || is
		}
		ids[id] = true
	}
	for _, row := range file.Links {
		_, isList := row.([]any)
		found["ui: links that the version does not have"] = found["ui: links that the version does not have"] || isList != (file.Version == 0.4)
	}
	for what, is := range found {
		if is {
			odd = append(odd, what)
		}
	}
	return odd
}
