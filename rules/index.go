package rules

import (
	"fmt"
	"io/fs"
	"path"
	"sync"

	"github.com/tidwall/gjson"
)

// A pack's index, <pack>/index.json, has the condition of every rule, so that a page is
// opened only where its rule fires. The settings rules stand apart from those about widgets
// and from the plan rules, which ask the planner. go test ./rules -update writes it.

// readIndex returns the rules of packs that have an index.
func readIndex(folder fs.FS) ([]*page, error) {
	names, err := fs.Glob(folder, "*/index.json")
	if err != nil {
		return nil, err
	}
	var all []*page
	first := guards{}
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read the index of rules: %w", err)
		}
		index, pack := gjson.ParseBytes(text), path.Dir(name)
		for _, of := range strata {
			index.Get(of.name).ForEach(func(id, when gjson.Result) bool {
				all = append(all, &page{
					id: id.Str, pack: pack, on: of.on, planned: of.planned, folder: folder,
					guard: first.of(when), when: condition{text: when.Raw},
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
}

var strata = []stratum{{"settings", onStack, false}, {"widgets", onWorkflow, false}, {"plan", onStack, true}}

// holds reports whether a rule stands in the stratum.
func (s stratum) holds(r *Rule) bool { return r.On == s.on && r.When.asks("plan") == s.planned }

// guards are first tests of conditions by their text: rules that begin alike share one.
type guards map[string]*condition

func (g guards) of(when gjson.Result) (guard *condition) {
	when.ForEach(func(fact, test gjson.Result) bool {
		text := when.Raw[:test.Index-when.Index+len(test.Raw)]
		if guard = g[text]; guard == nil {
			guard = &condition{text: text + "}"}
			g[text] = guard
		}
		return false
	})
	return guard
}

// condition is a condition of an index. It is read when it is first asked.
type condition struct {
	text string
	once sync.Once
	read Cond
}

func (c *condition) judge(s *scene) (Truth, []Trace) {
	c.once.Do(func() {
		if c.read != nil {
			return
		}
		var err error
		if c.read, err = parseCond(gjson.Parse(c.text)); err != nil {
			panic("index.json: " + err.Error()) // the tests read every condition
		}
	})
	return c.read.judge(s)
}
