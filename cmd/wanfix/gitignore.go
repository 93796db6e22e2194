package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	ignoreName = ".gitignore"
	maxIgnore  = 1 << 20 // bytes
)

// ignores are the lines of a folder's .gitignore, below those of the folders around it.
type ignores struct {
	around *ignores
	depth  int // of the folder, in names below the outermost one
	lines  []ignoreLine
}

type ignoreLine struct {
	pattern []string // a single one counts at any depth
	any     bool
	not     bool // it takes back what lines before it say
	folders bool // it is about folders alone
}

// inside adds the .gitignore of a folder, if it has one.
func (g *ignores) inside(folder string, depth int) (*ignores, error) {
	text, err := readIgnores(filepath.Join(folder, ignoreName))
	if err != nil || len(text) == 0 {
		return g, err
	}
	return &ignores{g, depth, parseIgnores(text)}, nil
}

// readIgnores reads a .gitignore; without one there is no text. Git does not follow links to one.
func readIgnores(path string) (string, error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return "", nil
	}
	if err == nil && info.Size() > maxIgnore {
		return "", fmt.Errorf("it has more than %d KiB", maxIgnore>>10)
	}
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxIgnore))
	return string(text), err
}

func parseIgnores(text string) (lines []ignoreLine) {
	text = strings.TrimPrefix(text, "\ufeff")
	for text := range strings.SplitSeq(text, "\n") {
		text = trimBlanks(strings.TrimSuffix(text, "\r"))
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		var line ignoreLine
		text, line.not = strings.CutPrefix(text, "!")
		text, line.folders = strings.CutSuffix(text, "/")
		line.any = !strings.Contains(text, "/")
		line.pattern = strings.Split(strings.ReplaceAll(strings.TrimPrefix(text, "/"), "[!", "[^"), "/")
		if last := len(line.pattern) - 1; line.pattern[last] == anyFolders {
			line.pattern = append(line.pattern, "*") // "a/**" is what is in a, not a itself
		}
		lines = append(lines, line)
	}
	return lines
}

// trimBlanks takes blanks off the end of a line, but one behind a backslash.
func trimBlanks(text string) string {
	short := strings.TrimRight(text, " ")
	if strings.HasSuffix(short, `\`) && len(short) < len(text) {
		short += " "
	}
	return short
}

// ignored reports whether Git would leave out a file or folder. Its names count from the
// outermost folder. The last line that fits has the word, in the innermost folder with one.
func (g *ignores) ignored(names []string, folder bool) bool {
	for ; g != nil; g = g.around {
		for i := len(g.lines) - 1; i >= 0; i-- {
			if line := &g.lines[i]; line.fits(names[g.depth:], folder) {
				return !line.not
			}
		}
	}
	return false
}

func (l *ignoreLine) fits(names []string, folder bool) bool {
	switch {
	case l.folders && !folder:
		return false
	case l.any:
		names = names[len(names)-1:]
	}
	return matchPath(l.pattern, names)
}
