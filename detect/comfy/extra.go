package comfy

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/detect/internal/files"
)

// What is read of a file such as extra_model_paths.yaml. Real ones have a few sections of some twenty
// lines.
const (
	maxExtra   = 64 << 10 // bytes
	maxFolders = 1000     // lines that name a folder
	maxNotes   = 10
)

// readExtra adds the folders that a file such as extra_model_paths.yaml names. What is wrong with a
// part of it becomes a note.
func (in *Install) readExtra(path string) error {
	text, err := readFile(path, maxExtra)
	if err != nil {
		return err
	}
	return in.parseExtra(text, path)
}

// note keeps the first few complaints: a file that is something else altogether has thousands.
func (in *Install) note(format string, args ...any) {
	if len(in.Notes) < maxNotes {
		in.Notes = append(in.Notes, fmt.Sprintf(format, args...))
	}
}

// parseExtra reads the text of such a file. Each section names folders by kind, one a line, below the
// section's base_path; is_default puts them before all others.
func (in *Install) parseExtra(text []byte, path string) error {
	y, err := parseYAML(text)
	if err != nil {
		return err
	}
	sections, err := y.sections()
	if err != nil {
		return err
	}
	room := maxFolders
	for _, s := range sections {
		entries, ok := y.pairs(s.value)
		if !ok && !isNull(s.value) {
			in.note("%s line %d: section %q names no folders", path, s.line, s.key)
		}
		if room -= in.section(entries, path); room < 0 {
			return fmt.Errorf("more than %d folders", maxFolders)
		}
	}
	return nil
}

// section adds the folders of one section in the file at path, and returns how many lines it read.
func (in *Install) section(entries []pair, path string) (lines int) {
	base, before := filepath.Dir(path), false
	for _, e := range entries {
		switch e.key {
		case "base_path":
			text, _ := scalar(e.value)
			base = absolute(expand(text), base)
		case "is_default":
			before = truth(e.value)
		}
	}
	for _, e := range entries {
		text, ok := scalar(e.value)
		switch kind := e.key; {
		case kind == "base_path", kind == "is_default":
		case kind == "<<", !ok:
			lines++
			in.note("%s line %d: %q is not text with one folder a line", path, e.line, kind)
		default:
			for line := range strings.SplitSeq(text, "\n") {
				if lines++; lines > maxFolders {
					return lines
				}
				if line = strings.TrimSuffix(line, "\r"); line != "" {
					in.add(current(kind), absolute(line, base), before)
				}
			}
		}
	}
	return lines
}

func (in *Install) add(kind, dir string, before bool) {
	if in.extra == nil {
		in.extra, in.first = map[string][]string{}, map[string][]string{}
	}
	known := slices.Contains(in.first[kind], dir) || slices.Contains(in.usual(kind), dir) || slices.Contains(in.extra[kind], dir)
	switch {
	case before: // the last one wins, so that each goes to the front
		in.first[kind] = slices.Insert(without(in.first[kind], dir), 0, dir)
		in.extra[kind] = without(in.extra[kind], dir)
	case !known:
		in.extra[kind] = append(in.extra[kind], dir)
	}
}

func without(dirs []string, dir string) []string {
	return slices.DeleteFunc(dirs, func(d string) bool { return d == dir })
}

// readFile reads a regular file of at most limit bytes.
func readFile(path string, limit int64) ([]byte, error) {
	f, _, err := files.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("it has more than %d KiB", limit>>10)
	}
	return text, err
}
