package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"
	"github.com/tidwall/jsonc"
)

// TestIndex compares every pack's index with its pages.
func TestIndex(t *testing.T) {
	all, err := Load(os.DirFS("packs")).Rules()
	if err != nil {
		t.Fatal(err)
	}
	packs := map[string]map[string][]string{} // pack to stratum to lines
	for _, r := range all {
		if packs[r.Pack] == nil {
			packs[r.Pack] = map[string][]string{}
		}
		for _, in := range strata {
			if in.holds(r) {
				packs[r.Pack][in.name] = append(packs[r.Pack][in.name], fmt.Sprintf("    %q: %s", r.ID, conditionOf(t, r.Page)))
			}
		}
	}
	for pack, lines := range packs {
		path := "packs/" + pack + "/index.json"
		var parts []string
		for _, in := range strata {
			parts = append(parts, fmt.Sprintf("  %q: {\n%s\n  }", in.name, strings.Join(lines[in.name], ",\n")))
		}
		want := "{\n" + strings.Join(parts, ",\n") + "\n}\n"
		if *update {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		have, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(have)); diff != "" {
			t.Errorf("%s tells of other rules (-pages +index), go test ./rules -update mends it:\n%s", path, diff)
		}
	}
}

// conditionOf returns a page's condition on one line.
func conditionOf(t *testing.T, page string) string {
	t.Helper()
	parsed, err := ParsePage(page)
	if err != nil {
		t.Fatal(err)
	}
	var line bytes.Buffer
	when := gjson.GetBytes(jsonc.ToJSON([]byte(parsed.Blocks[0].Text)), "when")
	if err := json.Compact(&line, []byte(when.Raw)); err != nil {
		t.Fatal(err)
	}
	return line.String()
}

// holds reports whether a rule stands in the stratum.
func (s stratum) holds(r *Rule) bool {
	if r.Around || s.around {
		return r.Around && s.around
	}
	planned := r.When.asks("plan")
	return r.On == s.on && planned == s.planned && (r.Severity == Info && r.On == onStack && !planned) == s.informs
}
