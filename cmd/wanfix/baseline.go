package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
)

// baseline is the list of findings that a repository knows of and lives with. What they say
// does not count, so that a new version of wanfix with better words finds them again. It is
// safe for concurrent use.
type baseline struct {
	path   string
	update bool // what is found is to be known from now on
	some   bool // not all rules are asked, so that nobody can say what is gone

	mu      sync.Mutex
	known   map[knownFinding]bool // and whether it was found again
	checked map[string]bool       // files
}

// knownFinding is what a finding is known by.
type knownFinding struct {
	File   string `json:"file"`           // from the folder of the baseline, with slashes
	Part   string `json:"part,omitempty"` // its path in the file
	Rule   string `json:"rule"`
	Node   string `json:"node"`
	Widget string `json:"widget,omitempty"` // the one whose value does not fit
}

func (k knownFinding) String() string {
	return fmt.Sprintf("%s #%s %s", k.File, k.Node, k.Rule)
}

func (k knownFinding) compare(o knownFinding) int {
	return cmp.Or(strings.Compare(k.File, o.File), strings.Compare(k.Part, o.Part), strings.Compare(k.Rule, o.Rule),
		strings.Compare(k.Node, o.Node), strings.Compare(k.Widget, o.Widget))
}

// knownResult is a finding that a baseline knows, where it was found again.
type knownResult struct {
	part *rewrite.PartResult
	*rules.Finding
}

// openBaseline reads the baseline that a flag names; nil is none. One that is to be updated
// need not exist.
func (c *checkCmd) openBaseline() (*baseline, error) {
	path, update, some := c.Baseline, c.Update, len(c.Select)+len(c.Ignore) > 0
	switch {
	case path == "" && update:
		return nil, errors.New("--update-baseline writes the file that --baseline names: say which")
	case update && some:
		return nil, errors.New("--update-baseline writes what all rules find: leave out --select and --ignore")
	case path == "":
		return nil, nil
	}
	b := &baseline{path: path, update: update, some: some, known: map[knownFinding]bool{}, checked: map[string]bool{}}
	text, err := readSmall(path, maxBaseline)
	switch {
	case errors.Is(err, fs.ErrNotExist) && update:
		return b, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s does not exist: wanfix check with --update-baseline writes it", path)
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	list, err := parseBaseline(text)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", path, err)
	}
	for _, k := range list {
		b.known[k] = false
	}
	return b, nil
}

// take takes the findings that are known out of a result. Information never counts, so it is
// never known either.
func (b *baseline) take(j *job) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	file := b.name(j.label)
	b.checked[file] = true
	for i := range j.result.Parts {
		part := &j.result.Parts[i]
		part.Findings = slices.DeleteFunc(part.Findings, func(f *rules.Finding) bool {
			k := knownFinding{file, part.Part.Path, f.Rule.ID, f.At.ID, f.Widget}
			if _, listed := b.known[k]; f.Severity == rules.Info || !listed && !b.update {
				return false
			}
			b.known[k] = true
			j.known = append(j.known, knownResult{part, f})
			return true
		})
	}
}

// name is a file's path from the folder of the baseline.
func (b *baseline) name(label string) string {
	if near, ok := pathFrom(filepath.Dir(b.path), label); ok {
		return near
	}
	return filepath.ToSlash(label)
}

// pathFrom is a file's path from a folder, with slashes; false where there is none.
func pathFrom(folder, label string) (string, bool) {
	file, err := filepath.Abs(label)
	folder, err2 := filepath.Abs(folder)
	near, err3 := filepath.Rel(folder, file)
	return filepath.ToSlash(near), label != standardInput && errors.Join(err, err2, err3) == nil
}

// gone are the known findings that are no more: of files that were checked, or that do not
// exist any longer.
func (b *baseline) gone() (all []knownFinding) {
	lost := map[string]bool{}
	for k, found := range b.known {
		if _, asked := lost[k.File]; !asked {
			_, err := os.Lstat(filepath.Join(filepath.Dir(b.path), filepath.FromSlash(k.File)))
			lost[k.File] = errors.Is(err, fs.ErrNotExist)
		}
		if !found && (b.checked[k.File] || lost[k.File]) {
			all = append(all, k)
		}
	}
	slices.SortFunc(all, knownFinding.compare)
	return all
}

// maxGone is how many known findings that are no more are told one by one.
const maxGone = 10

// end writes the baseline anew, or tells what in it is no more.
func (b *baseline) end(to io.Writer) error {
	if b == nil {
		return nil
	}
	gone := b.gone()
	switch {
	case b.some:
		return nil
	case !b.update:
		for _, k := range gone[:min(len(gone), maxGone)] {
			fmt.Fprintf(to, "wanfix: %s: %s is gone; --update-baseline forgets it\n", plain(b.path), plain(k.String()))
		}
		if more := len(gone) - maxGone; more > 0 {
			fmt.Fprintf(to, "wanfix: %s: %d more are gone\n", plain(b.path), more)
		}
		return nil
	}
	for _, k := range gone {
		delete(b.known, k)
	}
	if _, err := rewrite.WriteFile(b.path, baselineText(b.known)); err != nil {
		return err
	}
	fmt.Fprintf(to, "wanfix: %s: %s known now\n", plain(b.path), counted(len(b.known), "finding", "findings"))
	return nil
}
