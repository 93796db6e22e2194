package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rewrite"
)

// requirementsSchema is the number of the format, see docs/requirements.schema.json.
const requirementsSchema = 1

// sidecar collects what files require, for one JSON file. It keeps their lines alone, in which
// nothing holds on to the text of a workflow.
type sidecar struct {
	path  string
	lines []sidecarLine
}

type sidecarLine struct{ file, text string }

// add adds a file, by its path from the folder of the sidecar.
func (s *sidecar) add(p *planned) error {
	if p.needs == nil {
		return nil
	}
	p.needs.File = filepath.ToSlash(p.label)
	if near, ok := pathFrom(filepath.Dir(s.path), p.label); ok {
		p.needs.File = near
	}
	text, err := json.Marshal(p.needs)
	s.lines = append(s.lines, sidecarLine{p.needs.File, safeJSON(string(text))})
	return err
}

// write writes them, one a line, by name: it is for git.
func (s *sidecar) write() error {
	slices.SortFunc(s.lines, func(a, b sidecarLine) int { return strings.Compare(a.file, b.file) })
	var text strings.Builder
	fmt.Fprintf(&text, "{\n \"schema\": %d,\n \"files\": [", requirementsSchema)
	for i, line := range s.lines {
		if i > 0 {
			text.WriteString(",")
		}
		text.WriteString("\n  " + line.text)
	}
	text.WriteString("\n ]\n}\n")
	if _, err := rewrite.WriteFile(s.path, []byte(text.String())); err != nil {
		return fmt.Errorf("--requirements: %w", err)
	}
	return nil
}
