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
	all, err := readRules(os.DirFS("packs"))
	if err != nil {
		t.Fatal(err)
	}
	packs := map[string]map[string][]string{} // pack to stratum to lines
	for _, r := range all {
		if packs[r.Pack] == nil {
			packs[r.Pack] = map[string][]string{}
		}
		in := stratum(r.When.asks("plan"))
		packs[r.Pack][in] = append(packs[r.Pack][in], fmt.Sprintf("    %q: %s", r.ID, conditionOf(t, r.Page)))
	}
	for pack, lines := range packs {
		path := "packs/" + pack + "/index.json"
		want := fmt.Sprintf("{\n  %q: {\n%s\n  },\n  %q: {\n%s\n  }\n}\n",
			stratum(false), strings.Join(lines[stratum(false)], ",\n"), stratum(true), strings.Join(lines[stratum(true)], ",\n"))
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
