package comfy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/wanfix/wanfix/detect/internal/files"
)

// What is read of a file such as extra_model_paths.yaml. Real ones have a few sections of some twenty
// lines.
const (
	maxExtra   = 256 << 10 // bytes
	maxNesting = 20        // levels; the file has two
	maxFolders = 1000      // lines that name a folder
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
	sections, err := parseSections(text)
	if err != nil {
		return err
	}
	room := maxFolders
	for _, s := range sections {
		switch {
		case s.value.ShortTag() == "!!null":
		case s.value.Kind != yaml.MappingNode:
			in.note("%s line %d: section %q names no folders", path, s.key.Line, s.key.Value)
		default:
			if room -= in.section(s.value, path); room < 0 {
				return fmt.Errorf("more than %d folders", maxFolders)
			}
		}
	}
	return nil
}

// parseSections reads YAML that has sections with a name, or nothing.
func parseSections(text []byte) ([]pair, error) {
	var doc yaml.Node
	limit := loaderlimits.New(loaderlimits.DepthValue(maxNesting))
	loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithPlugin(limit))
	if err != nil {
		return nil, err
	}
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF): // no more than comments
		return nil, nil
	case err != nil:
		return nil, err
	case doc.Kind != yaml.DocumentNode || len(doc.Content) == 0:
		return nil, nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode && root.ShortTag() != "!!null" {
		return nil, fmt.Errorf("line %d: want sections with a name and folders in each", root.Line)
	}
	return pairs(root), nil
}

// section adds the folders of one section in the file at path, and returns how many lines it read.
func (in *Install) section(section *yaml.Node, path string) (lines int) {
	base, before := filepath.Dir(path), false
	entries := pairs(section)
	for _, e := range entries {
		switch e.key.Value {
		case "base_path":
			base = absolute(expand(e.value.Value), base)
		case "is_default":
			before = truth(e.value)
		}
	}
	for _, e := range entries {
		switch kind := e.key.Value; {
		case kind == "base_path", kind == "is_default":
		case kind == "<<", e.value.Kind != yaml.ScalarNode:
			in.note("%s line %d: %q is not text with one folder a line", path, e.key.Line, kind)
		default:
			for line := range strings.SplitSeq(e.value.Value, "\n") {
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

// pair is a key with its value; an alias is replaced by what it stands for.
type pair struct{ key, value *yaml.Node }

// pairs lists a mapping. A key that is written twice keeps its first place and its last value, as it
// does in Python.
func pairs(mapping *yaml.Node) []pair {
	var list []pair
	at := map[string]int{}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		p := pair{behind(mapping.Content[i]), behind(mapping.Content[i+1])}
		if old, twice := at[p.key.Value]; twice {
			list[old] = p
			continue
		}
		at[p.key.Value] = len(list)
		list = append(list, p)
	}
	return list
}

func behind(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

// truth is what Python takes a value for: text is true unless it is empty, "false" in quotes too.
func truth(n *yaml.Node) bool {
	var b bool
	if n.ShortTag() != "!!str" || n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 {
		if err := n.Decode(&b); err == nil {
			return b
		}
	}
	return n.Value != "" && n.Value != "0" && n.ShortTag() != "!!null"
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
