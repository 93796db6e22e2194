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

// sidecar collects what files require, for one JSON file.
type sidecar struct {
	path  string
	files []*jsonRequirements
}

// add adds a file, by its path from the folder of the sidecar.
func (s *sidecar) add(p *planned) {
	if p.needs == nil {
		return
	}
	p.needs.File = filepath.ToSlash(p.label)
	if near, ok := pathFrom(filepath.Dir(s.path), p.label); ok {
		p.needs.File = near
	}
	s.files = append(s.files, p.needs)
}

// write writes them, one a line, by name: it is for git.
func (s *sidecar) write() error {
	slices.SortFunc(s.files, func(a, b *jsonRequirements) int { return strings.Compare(a.File, b.File) })
	var text strings.Builder
	fmt.Fprintf(&text, "{\n \"schema\": %d,\n \"files\": [", requirementsSchema)
	for i, file := range s.files {
		line, err := json.Marshal(file)
		if err != nil {
			return err
		}
		if i > 0 {
			text.WriteString(",")
		}
		text.WriteString("\n  " + safeJSON(string(line)))
	}
	text.WriteString("\n ]\n}\n")
	if _, err := rewrite.WriteFile(s.path, []byte(text.String())); err != nil {
		return fmt.Errorf("--requirements: %w", err)
	}
	return nil
}
