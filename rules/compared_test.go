package rules_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/rules"
)

// TestCompared wants the versions in conditions and exceptions, also inside of "any", in the order
// of versions, and neither absence nor other facts.
func TestCompared(t *testing.T) {
	page := func(id, when, unless string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("# " + id + "\n\n```json\n" + `{"severity": "warning", "on": "stack", "when": ` + when + `, "unless": ` + unless + `, "unsure": "info", "message": "m"}` +
			"\n```\n\nWhy.\n\n```json example\n{\"given\": {}}\n```\n")}
	}
	set := rules.Load(fstest.MapFS{
		"p/one.md": page("one", `{"software.torch": {"<": "2.10"}, "software.triton": {"<": "3.3"}}`, `{"any": [{"software.torch": {">=": "2.9"}}, {"software.triton": "absent"}]}`),
		"p/two.md": page("two", `{"software.torch": {">=": "2.9", "<": "2.13"}}`, `{"software.python": {"<": "3.10"}}`),
	})
	for fact, want := range map[string][]string{
		"software.torch": {"2.9", "2.10", "2.13"}, "software.triton": {"3.3"}, "software.xformers": nil,
	} {
		t.Run(fact, func(t *testing.T) {
			got, err := set.Compared(fact)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
