package rules

import (
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/wanfix/wanfix/detect"
)

// Set is a number of rules, and the facts they may ask for. It reads them when it is
// first asked. A Set is safe for concurrent use.
type Set struct {
	check func() error // of the packs
	pages func() ([]*page, error)
	rules func() ([]*Rule, error)
	facts func() (map[string]*Fact, error)
}

// Load takes the rule pages below a folder, <pack>/<rule>.md, and the packs' named
// terms, <pack>/terms.json. Mistakes are told by whoever comes across them;
// [Set.Check] looks for all of them.
func Load(folder fs.FS) *Set { return newSet(folder, readPages) }

func newSet(folder fs.FS, read func([]pack) ([]*page, error)) *Set {
	pages := sync.OnceValues(func() ([]*page, error) { return ofPacks(folder, read) })
	return &Set{
		check: func() error {
			packs, err := packsOf(folder)
			if err != nil {
				return err
			}
			return checkPacks(packs, registered())
		},
		pages: pages,
		rules: sync.OnceValues(func() ([]*Rule, error) { return rulesOf(pages()) }),
		facts: sync.OnceValues(func() (map[string]*Fact, error) { return ofPacks(folder, readFacts) }),
	}
}

// ofPacks reads something of the packs below a folder.
func ofPacks[T any](folder fs.FS, read func([]pack) (T, error)) (all T, err error) {
	packs, err := packsOf(folder)
	if err != nil {
		return all, err
	}
	return read(packs)
}

// Check reports every mistake in the packs, also in what their rules ask for and want. It
// decodes every class, so it is for tests.
func (s *Set) Check() error { return s.check() }

// checkPacks reads packs with all that there is to say against them.
func checkPacks(packs []pack, facts map[string]*Fact) error {
	r := newReader(facts)
	for _, p := range packs {
		r.terms(p)
	}
	for _, p := range packs {
		r.pages(p)
	}
	return r.err()
}

// Builtin returns the rules that wanfix brings along, whose pages it opens one by one as
// their rules fire.
var Builtin = sync.OnceValue(func() *Set {
	folder, err := fs.Sub(packs, "packs")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return newSet(folder, readIndex)
})

// Assume returns the same rules with some facts answered by hand: a value is a
// string, float64 or bool, nil makes a fact unknown. A text such as
// "2025-10-19…2025-10-30" bounds a day. source says where the answers come from.
func (s *Set) Assume(facts map[string]any, source string) *Set {
	return &Set{check: s.check, pages: s.pages, rules: s.rules, facts: sync.OnceValues(func() (map[string]*Fact, error) {
		all, err := s.facts()
		index := maps.Clone(all)
		for name, value := range facts {
			fact := Fact{Name: name}
			if known := index[name]; known != nil {
				fact = *known
			}
			if text, ok := value.(string); ok {
				value = fact.Type.value(text)
			}
			fact.answer = func(*scene) Answer {
				return Answer{Value: value, Source: source, Why: "assumed to be unknown"}
			}
			index[name] = &fact
		}
		return index, err
	})}
}

// Asker answers facts about a stack on a machine, by name, for reports.
func (s *Set) Asker(stack *Stack, machine *detect.Machine) func(fact string) Answer {
	return s.scene(stack, machine).ask
}

// scene is the stack's scene on a machine.
func (s *Set) scene(stack *Stack, machine *detect.Machine) *scene {
	stage, err := stack.survey.on(s, machine)
	if err != nil {
		stage = newStage(machine, nil) // Judge tells the error
	}
	return stage.of(stack)
}

// Fact returns the fact of that name. Fields of roles, which are facts too, are
// not among them.
func (s *Set) Fact(name string) (Fact, bool) {
	facts, _ := s.facts()
	fact, ok := facts[name]
	if !ok {
		return Fact{}, false
	}
	return *fact, true
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

// Known tells whether rules can be chosen by a name: a rule's, a pack's, or [All]; pages of
// presets go by their names too. Its error says so, with the name that was probably meant.
func (s *Set) Known(name string) error {
	names, err := s.names()
	switch {
	case err != nil || slices.Contains(names, name):
		return err
	case len(name) > maxWord:
		return fmt.Errorf("there is no rule with a name of %d bytes", len(name))
	}
	return fmt.Errorf("there is no rule %q%s", name, nearWords(name, slices.Values(names)))
}

// names are all by which rules can be chosen, each once.
func (s *Set) names() ([]string, error) {
	pages, err := s.pages()
	names := []string{All}
	for _, p := range pages {
		names = append(names, p.id, p.pack)
	}
	for _, page := range presetPages() {
		pack, id, _ := strings.Cut(page, "/")
		names = append(names, id, pack)
	}
	slices.Sort(names)
	return slices.Compact(names), err
}

// ByError returns the rules whose mistake ends in the error text, which may be a
// whole log.
func (s *Set) ByError(text string) []*Rule {
	all, err := s.rules()
	if err != nil {
		return nil
	}
	log := lettersOf(text)
	var found []*Rule
	for _, r := range all {
		if slices.ContainsFunc(r.Errors, func(piece string) bool { return strings.Contains(log, lettersOf(piece)) }) {
			found = append(found, r)
		}
	}
	return found
}

// lettersOf is what a text says in whatever colours, and however its lines are broken and framed.
func lettersOf(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) || c >= '\u2500' && c <= '\u257f' { // which frame lines
			return -1
		}
		return unicode.ToLower(c)
	}, colour().ReplaceAllString(text, ""))
}

var colour = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\x1b\[[0-9;:]*[A-Za-z]`) })
