package rules

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

const (
	maxPages = 500     // of one folder
	maxRules = 8 << 20 // bytes of all its pages
)

// With returns the set with the user's own rules besides: the pages <rule>.md of a folder, and
// its terms.json. They come first and outrank packs. name is what reports call the folder's
// pack, file what messages call the folder. Every mistake is looked for, also in what the
// rules ask for and want; the error has one a line, as "file:line:col: reason".
func (s *Set) With(folder fs.FS, name, file string) (*Set, error) {
	facts, err := s.facts()
	if err != nil {
		return nil, err
	}
	others, err := s.pages()
	if err != nil {
		return nil, err
	}
	p := pack{name: name, folder: folder, path: file, own: true}
	r := newReader(maps.Clone(facts))
	r.terms(p)
	all := r.pages(p)
	pages := make([]*page, 0, len(all)+len(others))
	for _, rule := range all {
		r.name(rule, others)
		if r.mistakes == nil {
			pages = append(pages, pageOf(p, rule))
		}
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	pages = append(pages, others...)
	return &Set{
		check: s.check,
		pages: func() ([]*page, error) { return pages, nil },
		rules: sync.OnceValues(func() ([]*Rule, error) { return rulesOf(pages, nil) }),
		facts: func() (map[string]*Fact, error) { return r.facts, nil },
	}, nil
}

// names are the files of a pack that are rules. A folder of the user's may have a README.md.
func (r *reader) names(p pack) []string {
	names, err := fs.Glob(p.folder, "*"+pageSuffix)
	r.file = p.path
	switch {
	case err != nil:
		r.unread(err)
	case p.own:
		names = slices.DeleteFunc(names, func(name string) bool { return strings.EqualFold(name, "README.md") })
		if len(names) > maxPages {
			r.unread(fmt.Errorf("%d pages are too many, at most %d are read", len(names), maxPages))
			return nil
		}
	}
	return names
}

// name looks whether a rule of the user's has a name of its own.
func (r *reader) name(rule *Rule, others []*page) {
	if rule.ID == "" {
		return // it has not been read
	}
	r.file = rule.File
	i := slices.IndexFunc(others, func(other *page) bool { return other.id == rule.ID })
	switch {
	case i >= 0:
		r.unread(fmt.Errorf("there is a rule %s already, in %s: give yours another name, and ignore the other where yours is to stand in its place", rule.ID, others[i].from.path))
	case !IsRuleName(rule.ID):
		r.unread(fmt.Errorf("the name of a rule is made of small letters, digits and hyphens, this is %q", path.Base(rule.File)))
	}
}

// IsRuleName reports whether a rule of the user's may have the name.
func IsRuleName(name string) bool { return ruleName().MatchString(name) && len(name) <= maxWord }

var ruleName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`) })
