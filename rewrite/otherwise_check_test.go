package rewrite

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDifferences makes sure that the comparison which others rely on sees things.
func TestDifferences(t *testing.T) {
	tests := []struct {
		name, was, is string
		paths         []string
	}{
		{"the same", `{"a": [1, {"b": null}]}`, `{"a":[1,{"b":null}]}`, nil},
		{"a number written otherwise", `[1.0]`, `[1]`, []string{"/0"}},
		{"text for a number", `{"a": "1"}`, `{"a": 1}`, []string{"/a"}},
		{"a member more and one less", `{"a": 1, "b": 2}`, `{"b": 2, "c": 3}`, []string{"/a", "/c"}},
		{"a row less", `{"links": [[1, 2], [3, 4]]}`, `{"links": [[3, 4]]}`, []string{"/links/-[1 2]"}},
		{"a row less, another changed", `[[1, 2], [3, 4]]`, `[[3, 5]]`, []string{"/-[1 2]", "/-[3 4]", "/+[3 5]"}},
		{"a list for an object", `{"a": {}}`, `{"a": []}`, []string{"/a"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.paths, differences("", decoded(t, test.was), decoded(t, test.is))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestBrokenLinks(t *testing.T) {
	whole := pairWith("", "")
	tests := []struct{ name, text, fault string }{
		{"whole", whole, ""},
		{"an input without its row", replaced(t, whole, "\n    [1, 1, 0, 2, 0, \"WANCOMPILEARGS\"],", ""), "input 0 of node 2 has link 1, the table does not"},
		{"a row that nobody knows", replaced(t, whole, `"link": 1`, `"link": null`), "link 1 has no end to "},
		{"an output that forgot", replaced(t, whole, `[1, 2]`, `[2]`), "link 1 has no end from "},
		{"a prompt's link into nothing", `{"1": {"class_type": "A", "inputs": {"x": ["9", 0]}}}`, "input x of 1 comes from nowhere"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			faults := brokenLinks(decoded(t, test.text))
			if test.fault == "" && len(faults) > 0 || test.fault != "" && !faults[test.fault] {
				t.Errorf("%v, want %q", faults, test.fault)
			}
		})
	}
}
