package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"github.com/tidwall/gjson"
)

// A pack's index, <pack>/index.json, has the condition of every rule, so that a page is
// opened only where its rule fires. The settings rules stand apart from those that only inform,
// from those about widgets, from the plan rules, which ask the planner, and from advice about
// what stands around the workflow. go test ./rules -update writes it.

// readIndex returns the rules of packs that have an index.
func readIndex(packs []pack) ([]*page, error) {
	var all []*page
	read := &tests{read: make(map[[2]string]*term, 128)}
	for _, p := range packs {
		text, err := fs.ReadFile(p.folder, "index.json")
		if errors.Is(err, fs.ErrNotExist) {
			continue // it has no rules
		} else if err != nil {
			return nil, fmt.Errorf("read the index of rules: %w", err)
		}
		gjson.ParseBytes(text).ForEach(func(name, rules gjson.Result) bool {
			of := strata[slices.IndexFunc(strata, func(one stratum) bool { return one.name == name.Str })]
			rules.ForEach(func(id, when gjson.Result) bool {
				all = append(all, &page{
					id: id.Str, pack: p.name, from: p, on: of.on, planned: of.planned, informs: of.informs, around: of.around,
					when: condition{tests: read, text: when.Raw},
				})
				return true
			})
			return true
		})
	}
	return all, nil
}

// stratum is a part of an index.
type stratum struct {
	name, on string
	planned  bool // the rules ask the planner
	informs  bool // the rules are about what is worth knowing and no more
	around   bool // they advise about what stands around the workflow, and may ask the planner
}

var strata = []stratum{
	{name: "settings", on: onStack}, {name: "worth knowing", on: onStack, informs: true},
	{name: "widgets", on: onWorkflow}, {name: "plan", on: onStack, planned: true},
	{name: "around", on: onStack, around: true},
}

// condition is a condition whose members are read when they are first asked, which few are:
// most conditions fail at their first.
type condition struct {
	tests *tests
	text  string // of all members

	mu   sync.Mutex
	read []*term // the first of them
}

func (c *condition) member(i int) *term {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i >= len(c.read) && c.text != "" {
		n := 0
		gjson.Parse(c.text).ForEach(func(fact, test gjson.Result) bool {
			if n++; n > len(c.read) {
				c.read = append(c.read, c.tests.term(fact, test))
			}
			return len(c.read) <= i
		})
	}
	if i >= len(c.read) {
		return nil
	}
	return c.read[i]
}

// tests are the tests of an index by fact and text: rules that ask the same share one.
type tests struct {
	mu   sync.Mutex
	read map[[2]string]*term
}

func (t *tests) term(fact, test gjson.Result) *term {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := [2]string{fact.Str, test.Raw}
	if one := t.read[text]; one != nil {
		return one
	}
	r := &reader{}
	one := r.member(fact, test)
	if r.mistakes != nil {
		panic("index.json" + r.err().Error()) // the tests read every condition
	}
	t.read[text] = &one
	return &one
}
