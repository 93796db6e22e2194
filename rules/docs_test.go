package rules

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the table of facts in docs/writing-rules.md and the indexes of rules anew")

// TestFactsInDocs compares the table of facts in docs/writing-rules.md with the registry.
func TestFactsInDocs(t *testing.T) {
	const page = "../docs/writing-rules.md"
	const begin, end = "<!-- facts: written by go test ./rules -update -->\n", "<!-- facts end -->"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	have, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for the facts between %q and %q", page, begin, end)
	}
	want := "| fact | type | from | meaning |\n| --- | --- | --- | --- |\n"
	for _, f := range registry() {
		kind := string(f.Type)
		if f.Unit != "" {
			kind += ", " + f.Unit
		}
		want += fmt.Sprintf("| `%s` | %s | %s | %s |\n", f.Name, kind, f.Filler, f.Meaning)
	}
	if *update {
		if err := os.WriteFile(page, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("%s shows other facts (-registry +page), go test ./rules -update mends it:\n%s", page, diff)
	}
}

// builtinFacts returns the registry and the packs' terms.
func builtinFacts(t testing.TB) map[string]*Fact {
	t.Helper()
	facts, err := Builtin().facts()
	if err != nil {
		t.Fatal(err)
	}
	return facts
}
