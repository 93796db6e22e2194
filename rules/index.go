package rules

import (
	"fmt"
	"io/fs"
	"iter"
	"path"
	"sync"

	"github.com/tidwall/gjson"
)

// A pack's index, <pack>/index.json, has the condition of every rule, so that a page is
// opened only where its rule fires. The settings rules stand apart from those that only inform,
// from those about widgets and from the plan rules, which ask the planner. go test ./rules
// -update writes it.

// readIndex returns the rules of packs that have an index.
func readIndex(folder fs.FS) ([]*page, error) {
	names, err := fs.Glob(folder, "*/index.json")
	if err != nil {
		return nil, err
	}
	var all []*page
	read := &tests{read: map[[2]string]term{}}
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read the index of rules: %w", err)
		}
		index, pack := gjson.ParseBytes(text), path.Dir(name)
		for _, of := range strata {
			index.Get(of.name).ForEach(func(id, when gjson.Result) bool {
				all = append(all, &page{
					id: id.Str, pack: pack, on: of.on, planned: of.planned, informs: of.informs, folder: folder, when: read.of(when.Raw),
				})
				return true
			})
		}
	}
	return all, nil
}

// stratum is a part of an index.
type stratum struct {
	name, on string
	planned  bool // the rules ask the planner
	informs  bool // the rules are about what is worth knowing and no more
}

var strata = []stratum{
	{name: "settings", on: onStack}, {name: "worth knowing", on: onStack, informs: true},
	{name: "widgets", on: onWorkflow}, {name: "plan", on: onStack, planned: true},
}

// holds reports whether a rule stands in the stratum.
func (s stratum) holds(r *Rule) bool {
	planned := r.When.asks("plan")
	return r.On == s.on && planned == s.planned && (r.Severity == Info && r.On == onStack && !planned) == s.informs
}

// tests are the tests of an index by fact and text. Each is read when it is first asked, which
// few are: most conditions fail at their first, and rules that ask the same share it.
type tests struct {
	mu   sync.Mutex
	read map[[2]string]term
}

// of returns the tests of a condition, one by one.
func (t *tests) of(condition string) iter.Seq[term] {
	return func(yield func(term) bool) {
		gjson.Parse(condition).ForEach(func(fact, test gjson.Result) bool { return yield(t.term(fact.Str, test)) })
	}
}

func (t *tests) term(fact string, test gjson.Result) term {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := [2]string{fact, test.Raw}
	one, ok := t.read[text]
	if !ok {
		var err error
		if one, err = parseTerm(fact, test); err != nil {
			panic("index.json: " + err.Error()) // the tests read every condition
		}
		t.read[text] = one
	}
	return one
}
