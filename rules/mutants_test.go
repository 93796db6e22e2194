package rules_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/tidwall/jsonc"

	"github.com/wanfix/wanfix/rewrite/examples"
	"github.com/wanfix/wanfix/rules"
)

// TestMutants makes every mistake of a fixed list in every rule: some example or row of its
// page must fail with it. What survives is either not needed in the rule or not shown on its page.
func TestMutants(t *testing.T) {
	mutate := mutator{newNeighbours(builtin(t))}
	terms := readTerms(t)
	var made atomic.Int64
	t.Cleanup(func() { t.Logf("%d mistakes", made.Load()) })
	for _, rule := range builtin(t) {
		t.Run(rule.ID, func(t *testing.T) {
			t.Parallel()
			cases := examplesOf(t, rules.Builtin(), rule)
			if shown(t, rule, blockOf(rule), terms, cases) {
				t.Fatal("a case fails without a mistake")
			}
			for _, one := range mutate.rule(blockOf(rule)) {
				made.Add(1)
				tell(t, rule.ID+": "+one.words, shown(t, rule, one.is, terms, cases))
			}
		})
	}
}

// TestMutantTerms does so in the terms: the page of some rule that asks for one must fail.
func TestMutantTerms(t *testing.T) {
	mutate := mutator{newNeighbours(builtin(t))}
	terms := readTerms(t)
	for name, term := range terms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, one := range mutate.cond(term.(object)["when"].(object)) {
				mistaken := with(terms, name, with(term.(object), "when", one.is))
				tell(t, name+": "+one.words, slices.ContainsFunc(builtin(t), func(rule *rules.Rule) bool {
					asks := strings.Contains(rule.Page, `"`+name+`"`)
					return asks && shown(t, rule, blockOf(rule), mistaken, examplesOf(t, rules.Builtin(), rule))
				}))
			}
		})
	}
}

// equal are mistakes that change nothing, with the reason.
var equal = map[string]string{
	"flash-attention-needs-other-cards: unless: gpu.sm: >=: 100 is 90": "the rule fires on no card from sm_80 to sm_90",
}

// tell wants a mistake to be shown, unless it changes nothing.
func tell(t *testing.T, mistake string, shown bool) {
	t.Helper()
	switch _, listed := equal[mistake]; {
	case !shown && !listed:
		t.Errorf("no page fails with %s", mistake)
	case shown && listed:
		t.Errorf("it changes something after all: %s", mistake)
	}
}

// shown reports whether some case fails with a rule or terms that have a mistake in them.
func shown(t *testing.T, rule *rules.Rule, block, terms object, cases []examples.Example) bool {
	t.Helper()
	set := rules.Load(fstest.MapFS{
		rule.Pack + "/" + rule.ID + ".md": {Data: fmt.Appendf(nil, "# %s\n\n```json\n%s\n```\n", rule.ID, text(block))},
		rule.Pack + "/terms.json":         {Data: []byte(text(terms))},
	})
	if set.Check() != nil {
		return true // it is refused when it is read
	}
	return slices.ContainsFunc(cases, func(e examples.Example) bool {
		prompt, err := json.Marshal(e.Prompt)
		if err != nil {
			t.Fatal(err)
		}
		failures, err := e.Try(set, rule, prompt)
		if err != nil {
			t.Fatal(err)
		}
		return len(failures) > 0
	})
}

func readTerms(t *testing.T) (terms object) {
	t.Helper()
	written, err := os.ReadFile("packs/wanvideo/terms.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(jsonc.ToJSON(written), &terms); err != nil {
		t.Fatal(err)
	}
	return terms
}

// blockOf returns the rule of a page as JSON.
func blockOf(rule *rules.Rule) (block object) {
	page, err := rules.ParsePage(rule.Page)
	if err == nil {
		err = json.Unmarshal(jsonc.ToJSON([]byte(page.Blocks[0].Text)), &block)
	}
	if err != nil {
		panic(err) // the rule has been read from it
	}
	return block
}
