package rules_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/rewrite/examples"
	"github.com/wanfix/wanfix/rules"
)

// cataloguePage lists every fact that is known: the rules by fact, which the tests write, and by
// hand those that are no rule.
const cataloguePage = "../docs/catalogue.md"

// factGroups are the letters that ids of facts begin with. W are found by wanfix's own makers.
var factGroups = []struct{ letter, name string }{
	{"A", "fp8 and quantization"}, {"B", "GGUF"}, {"C", "torch.compile"}, {"D", "block swap and VRAM management"},
	{"E", "precision and devices"}, {"F", "attention"}, {"G", "LoRAs"}, {"H", "text encoder and VAE"},
	{"I", "files in the wrong place"}, {"M", "found when the wrapper's code was run"}, {"W", "values of widgets"},
}

// factID is a group, a number, and a letter for a second one of that number.
var factID = regexp.MustCompile(`^([A-Z])([0-9]+)([a-z]?)$`)

func byFactID(a, b string) int {
	x, y := factID.FindStringSubmatch(a), factID.FindStringSubmatch(b)
	if x == nil || y == nil {
		return cmp.Compare(a, b)
	}
	n, _ := strconv.Atoi(x[2])
	m, _ := strconv.Atoi(y[2])
	return cmp.Or(cmp.Compare(x[1], y[1]), cmp.Compare(n, m), cmp.Compare(x[3], y[3]))
}

// TestCatalogue compares docs/catalogue.md with the pages, and wants every fact to be on a page
// whose examples show it, or to be told as no rule, with the reason.
func TestCatalogue(t *testing.T) {
	text, err := os.ReadFile(cataloguePage)
	if err != nil {
		t.Fatal(err)
	}
	onPages := map[string][]*rules.Rule{}
	for _, rule := range builtin(t) {
		fires := slices.ContainsFunc(examplesOf(t, rules.Builtin(), rule), func(e examples.Example) bool { return e.Verdict != examples.Silent })
		for _, fact := range rule.Facts {
			if !fires {
				t.Errorf("%s: no example shows %s", rule.ID, fact)
			}
			onPages[fact] = append(onPages[fact], rule)
		}
	}
	noRules := noRuleFacts(t, string(text))
	all := slices.SortedFunc(maps.Keys(onPages), byFactID)
	for fact := range noRules {
		if len(onPages[fact]) > 0 {
			t.Errorf("%s is told as no rule, and it is one: %s", fact, onPages[fact][0].ID)
		}
		all = append(all, fact)
	}
	for _, fact := range all {
		if m := factID.FindStringSubmatch(fact); m == nil || !slices.ContainsFunc(factGroups, func(g struct{ letter, name string }) bool { return g.letter == m[1] }) {
			t.Errorf("%q is no id of a fact", fact)
		}
	}
	t.Run("sheets", func(t *testing.T) { compareWithSheets(t, all) })
	compareCatalogue(t, string(text), onPages, len(noRules))
}

// noRuleFacts reads the table of facts that are no rule: each with what it is and why.
func noRuleFacts(t *testing.T, text string) map[string]bool {
	t.Helper()
	_, table, found := strings.Cut(text, "| fact | what happens | why it is no rule |\n| --- | --- | --- |\n")
	if !found {
		t.Fatal(cataloguePage + " has no table of what is no rule")
	}
	facts, before := map[string]bool{}, ""
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "|") {
			break
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		fact := strings.TrimSpace(cells[0])
		if len(cells) != 3 || strings.TrimSpace(cells[1]) == "" || strings.TrimSpace(cells[2]) == "" {
			t.Errorf("%s: want an id, what happens, and why it is no rule: %s", cataloguePage, line)
		}
		if before != "" && byFactID(before, fact) >= 0 {
			t.Errorf("%s stands behind %s", fact, before)
		}
		facts[fact], before = true, fact
	}
	return facts
}

// compareCatalogue compares the part of the page that is written by the tests.
func compareCatalogue(t *testing.T, text string, onPages map[string][]*rules.Rule, noRules int) {
	t.Helper()
	const begin, end = "<!-- rules: written by go test ./rules -update -->\n", "<!-- rules end -->"
	before, rest, found := strings.Cut(text, begin)
	have, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for the rules between %q and %q", cataloguePage, begin, end)
	}
	want := strings.Builder{}
	own := 0
	for _, group := range factGroups {
		fmt.Fprintf(&want, "\n### %s: %s\n\n| fact | rule | |\n| --- | --- | --- |\n", group.letter, group.name)
		for _, fact := range slices.SortedFunc(maps.Keys(onPages), byFactID) {
			if fact[:1] != group.letter {
				continue
			}
			if group.letter == "W" {
				own++
			}
			for _, rule := range onPages[fact] {
				fmt.Fprintf(&want, "| %s | [%s](../rules/packs/%s/%s.md) | %s |\n", fact, rule.ID, rule.Pack, rule.ID, rule.Severity)
			}
		}
	}
	counted := len(onPages) - own
	page := fmt.Sprintf("%d of %d facts are rules, in %d pages.\n%s\n", counted, counted+noRules, len(builtin(t)), want.String())
	if flag.Lookup("update").Value.String() == "true" { // the flag of the tests inside the package
		if err := os.WriteFile(cataloguePage, []byte(before+begin+page+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if page != have {
		t.Errorf("%s shows other rules than there are, go test ./rules -update mends it", cataloguePage)
	}
}

// compareWithSheets wants the catalogue to be the ids of the sheets that it was made from, where
// they stand beside the corpus.
func compareWithSheets(t *testing.T, all []string) {
	folder := filepath.Join(cmp.Or(os.Getenv("WANFIX_CORPUS"), filepath.Join("..", "..", "shared", "corpus")), "..", "facts")
	known := map[string]bool{}
	for _, name := range []string{"known-bad.json", "known-bad-corrections.json"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Skipf("the sheets of facts are not there: %v", err)
		}
		var sheet []struct{ ID string }
		if err := json.Unmarshal(text, &sheet); err != nil {
			t.Fatal(err)
		}
		for _, fact := range sheet {
			if m := factID.FindStringSubmatch(fact.ID); m != nil && m[1] != "S" && m[1] != "T" {
				known[fact.ID] = true
			}
		}
	}
	for _, fact := range all {
		if !known[fact] && fact[:1] != "W" {
			t.Errorf("no sheet has a fact %s", fact)
		}
		delete(known, fact)
	}
	for _, fact := range slices.SortedFunc(maps.Keys(known), byFactID) {
		t.Errorf("%s is neither on a page nor told as no rule", fact)
	}
}
