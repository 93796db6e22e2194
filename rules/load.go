package rules

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/tidwall/gjson"
	"github.com/tidwall/jsonc"

	"github.com/wanfix/wanfix/workflows"
)

// page is a rule of which only the condition is known, which is enough to pass over most
// rules. The rest is read when the rule fires, or by who wants all.
type page struct {
	id, pack string
	on       string
	planned  bool           // the condition asks the planner
	informs  bool           // the rule is about what is worth knowing and no more
	when     iter.Seq[term] // the condition

	folder fs.FS
	once   sync.Once
	read   *Rule
	err    error
}

func (p *page) rule() (*Rule, error) {
	p.once.Do(func() {
		if p.read == nil {
			p.read, p.err = readRule(p.folder, p.pack+"/"+p.id+".md")
		}
	})
	return p.read, p.err
}

// readPages reads rules that have no index.
func readPages(folder fs.FS) ([]*page, error) {
	all, err := readRules(folder)
	pages := make([]*page, len(all))
	for i, r := range all {
		pages[i] = &page{
			id: r.ID, pack: r.Pack, on: r.On, planned: r.When.asks("plan"), informs: r.Severity == Info, when: slices.Values(r.When), read: r,
		}
	}
	return pages, err
}

// readRules reads the rules of all packs.
func readRules(folder fs.FS) ([]*Rule, error) {
	names, err := fs.Glob(folder, "*/*.md")
	if err != nil {
		return nil, err
	}
	var all []*Rule
	for _, name := range names {
		r, err := readRule(folder, name)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// rulesOf reads all rules wholly, by pack and name.
func rulesOf(pages []*page, err error) ([]*Rule, error) {
	all := make([]*Rule, len(pages))
	for i, p := range pages {
		if all[i], err = p.rule(); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b *Rule) int {
		return cmp.Or(strings.Compare(a.Pack, b.Pack), strings.Compare(a.ID, b.ID))
	})
	return all, err
}

// readRule reads the rule of a page, which is its first block. The rest is for people and
// for tests, see [ParsePage].
func readRule(folder fs.FS, name string) (*Rule, error) {
	text, err := fs.ReadFile(folder, name)
	if err != nil {
		return nil, fmt.Errorf("read a rule: %w", err)
	}
	block, line, err := firstBlock(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	r, err := parseRule(string(jsonc.ToJSON(block)))
	if err != nil {
		return nil, fmt.Errorf("%s: block at line %d: %w", name, line, err)
	}
	r.Pack, r.ID, r.Page = path.Dir(name), strings.TrimSuffix(path.Base(name), ".md"), string(text)
	return r, nil
}

// firstBlock returns the JSON block that a page begins with, and the line it starts on.
func firstBlock(text []byte) (block []byte, line int, err error) {
	fence := []byte("```")
	before, rest, found := bytes.Cut(text, fence)
	info, rest, _ := bytes.Cut(rest, []byte("\n"))
	if !found || string(bytes.TrimSpace(info)) != "json" {
		return nil, 0, fmt.Errorf("the first block of a rule page is its rule: ```json")
	}
	line = bytes.Count(before, []byte("\n")) + 1
	block, _, closed := bytes.Cut(rest, []byte("\n```"))
	if !closed {
		return nil, 0, fmt.Errorf("line %d: the block is never closed with %s", line, fence)
	}
	return block, line + 1, nil
}

// readFacts returns the registry and the terms of all packs.
func readFacts(folder fs.FS) (map[string]*Fact, error) {
	all := registry()
	facts := make(map[string]*Fact, len(all)+10) // and some terms
	for i := range all {
		facts[all[i].Name] = &all[i]
	}
	return facts, addTerms(folder, facts)
}

// addTerms adds the named terms of all packs to the facts.
func addTerms(folder fs.FS, facts map[string]*Fact) error {
	files, err := fs.Glob(folder, "*/terms.json")
	if err != nil {
		return err
	}
	for _, name := range files {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return fmt.Errorf("read terms: %w", err)
		}
		if err := readTerms(text, facts); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// readTerms reads named terms: conditions on facts that rules use like a fact of
// their own. A term is true or false where its condition is yes or no.
func readTerms(text []byte, facts map[string]*Fact) error {
	text = jsonc.ToJSON(text)
	if err := workflows.Gate(text); err != nil {
		return err
	}
	return members(gjson.ParseBytes(text), func(name string, v gjson.Result) error {
		if _, taken := facts[name]; taken {
			return fmt.Errorf("there is a fact of that name already")
		}
		term := &Fact{Name: name, Type: Bool, Filler: "term"}
		var holds Cond
		err := members(v, func(key string, v gjson.Result) (err error) {
			switch key {
			case "meaning":
				term.Meaning = v.String()
			case "when":
				holds, err = parseCond(v)
			default:
				err = errUnknownKey
			}
			return err
		})
		term.terms = holds
		term.answer = func(s *scene) Answer { return holds.answer(s) }
		facts[name] = term
		return err
	})
}

// answer turns the truth of a term's condition into what is known of it.
func (c Cond) answer(s *scene) Answer {
	var why trace
	result := c.judge(s, &why)
	for _, t := range why {
		switch {
		case result == Unsure && t.Truth == Unsure:
			return unknown(t.Found.Why)
		case t.Truth == result && result == Yes:
			return known(true, t.Fact+" is "+t.Found.String())
		case t.Truth == result:
			return known(false, t.Fact+" is "+t.Found.String())
		}
	}
	return known(result == Yes, "")
}
