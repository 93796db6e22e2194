package rules

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/wanfix/wanfix/detect"
)

// Set is a number of rules. Its pages are read when rules are first asked for.
// A Set is safe for concurrent use.
type Set struct {
	rules func() ([]*Rule, error)
	facts func() map[string]Fact
}

// Load reads every rule page below a folder: <pack>/<rule>.md.
func Load(folder fs.FS) *Set {
	return &Set{
		rules: sync.OnceValues(func() ([]*Rule, error) { return readRules(folder) }),
		facts: sync.OnceValue(factIndex),
	}
}

// Builtin returns the rules that wanfix brings along.
var Builtin = sync.OnceValue(func() *Set {
	folder, err := fs.Sub(packs, "packs")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return Load(folder)
})

// Assume returns the same rules with some facts answered by hand: a value is a
// string, float64 or bool, nil makes a fact unknown.
func (s *Set) Assume(facts map[string]any) *Set {
	return &Set{rules: s.rules, facts: sync.OnceValue(func() map[string]Fact {
		index := maps.Clone(s.facts())
		for name, value := range facts {
			fact := index[name]
			fact.Name = name
			fact.answer = func(*scene) Answer {
				return Answer{Value: value, Source: "assumed", Why: "assumed to be unknown"}
			}
			index[name] = fact
		}
		return index
	})}
}

// Asker answers facts about a stack on a machine, by name, for reports.
func (s *Set) Asker(stack *Stack, machine *detect.Machine) func(fact string) Answer {
	return newScene(stack, machine, s.facts()).ask
}

// Fact returns the fact of that name from the registry. Fields of roles, which
// are facts too, are not in it.
func (s *Set) Fact(name string) (Fact, bool) {
	fact, ok := s.facts()[name]
	return fact, ok
}

// Rules returns the rules by pack and name.
func (s *Set) Rules() ([]*Rule, error) { return s.rules() }

// Rule returns the rule of that name.
func (s *Set) Rule(id string) (*Rule, bool) {
	all, err := s.rules()
	if err != nil {
		return nil, false
	}
	i := slices.IndexFunc(all, func(r *Rule) bool { return r.ID == id })
	if i < 0 {
		return nil, false
	}
	return all[i], true
}

// ByError returns the rules whose mistake ends in the error text, which may be a
// whole log.
func (s *Set) ByError(text string) []*Rule {
	all, err := s.rules()
	if err != nil {
		return nil
	}
	folded := strings.ToLower(text)
	var found []*Rule
	for _, r := range all {
		if slices.ContainsFunc(r.Errors, func(piece string) bool { return strings.Contains(folded, strings.ToLower(piece)) }) {
			found = append(found, r)
		}
	}
	return found
}

func readRules(folder fs.FS) ([]*Rule, error) {
	pages, err := fs.Glob(folder, "*/*.md")
	if err != nil {
		return nil, err
	}
	var all []*Rule
	for _, name := range pages {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read a rule: %w", err)
		}
		r, err := readPage(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		r.Pack, r.ID = path.Dir(name), strings.TrimSuffix(path.Base(name), ".md")
		all = append(all, r)
	}
	return all, nil
}

// readPage reads the rule of a page: its first block. The rest is for people and
// for tests, see [ParsePage].
func readPage(text string) (*Rule, error) {
	const fence = "```"
	before, rest, found := strings.Cut(text, fence)
	info, rest, _ := strings.Cut(rest, "\n")
	if !found || strings.TrimSpace(info) != "json" {
		return nil, fmt.Errorf("the first block of a rule page is its rule: ```json")
	}
	line := strings.Count(before, "\n") + 1
	block, _, closed := strings.Cut(rest, "\n"+fence)
	if !closed {
		return nil, fmt.Errorf("line %d: the block is never closed with %s", line, fence)
	}
	r, err := parseRule(block)
	if err != nil {
		return nil, fmt.Errorf("block at line %d: %w", line+1, err)
	}
	r.Page = text
	return r, nil
}
