package rules

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/wanfix/wanfix/workflows"
)

// page is a rule of which only the condition is known, which is enough to pass over most
// rules. The rest is read when the rule fires, or by who wants all.
type page struct {
	id      string
	pack    string
	from    pack
	on      string
	planned bool // the condition asks the planner
	informs bool // the rule is about what is worth knowing and no more
	around  bool // it is advice about what stands around the workflow
	when    condition

	once sync.Once
	read *Rule
	err  error
}

func (p *page) rule() (*Rule, error) {
	p.once.Do(func() {
		if p.read == nil {
			p.read, p.err = p.from.rule(p.id)
		}
	})
	return p.read, p.err
}

// pageOf makes a page of a rule that has been read wholly.
func pageOf(p pack, rule *Rule) *page {
	one := &page{
		id: rule.ID, pack: p.name, from: p, on: rule.On, planned: rule.When.asks("plan"), informs: rule.Severity == Info, around: rule.Around, read: rule,
	}
	for i := range rule.When {
		one.when.read = append(one.when.read, &rule.When[i])
	}
	return one
}

// readPages reads the rules of packs that have no index.
func readPages(packs []pack) ([]*page, error) {
	var pages []*page
	r := &reader{}
	for _, p := range packs {
		for _, rule := range r.pages(p) {
			if r.mistakes == nil {
				pages = append(pages, pageOf(p, rule))
			}
		}
	}
	return pages, r.err()
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

// rule reads one rule of a pack.
func (p pack) rule(id string) (*Rule, error) {
	r := &reader{}
	rule := r.page(p, id+pageSuffix)
	return rule, r.err()
}

const pageSuffix = ".md"

// pages reads the rules of a pack.
func (r *reader) pages(p pack) (all []*Rule) {
	for _, name := range r.names(p) {
		if !r.full() {
			all = append(all, r.page(p, name))
		}
	}
	return all
}

// page reads the rule of a page, which is its first block. The rest is for people and for
// tests, see [ParsePage].
func (r *reader) page(p pack, name string) *Rule {
	r.file = path.Join(p.path, name)
	text, err := p.file(name)
	if r.bytes += len(text); err == nil && r.bytes > maxRules {
		err = fmt.Errorf("all rules together have more than %d MiB", maxRules>>20)
	}
	if err != nil {
		r.unread(err)
		return &Rule{}
	}
	block, fault := firstBlock(text)
	if fault != nil {
		r.note(fault)
		return &Rule{}
	}
	top, ok := r.open(block)
	if !ok {
		return &Rule{}
	}
	rule := r.rule(top)
	rule.File, rule.Page, rule.Pack, rule.Own = r.file, string(text), p.name, p.own
	rule.ID = strings.TrimSuffix(name, pageSuffix)
	return rule
}

// firstBlock returns the JSON block that a page begins with. The lines before it are empty,
// so that every byte has its place in the page.
func firstBlock(text []byte) (block []byte, fault *workflows.Error) {
	fence := []byte("```")
	before, rest, found := bytes.Cut(text, fence)
	info, rest, _ := bytes.Cut(rest, []byte("\n"))
	if !found || string(bytes.TrimSpace(info)) != "json" {
		return nil, &workflows.Error{Position: workflows.PositionOf(text, len(before)), Reason: "the first block of a rule page is its rule: ```json"}
	}
	inner, _, closed := bytes.Cut(rest, []byte("\n```"))
	if !closed {
		return nil, &workflows.Error{Position: workflows.PositionOf(text, len(before)), Reason: "the block is never closed with ```"}
	}
	start := len(text) - len(rest)
	block = bytes.Repeat([]byte(" "), start+len(inner))
	for i, c := range text[:start] {
		if c == '\n' {
			block[i] = c
		}
	}
	copy(block[start:], inner)
	return block, nil
}
