package rewrite

import (
	"os"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// TestSuppliedTellsWhatDiffers leaves out of a report what a node held already.
func TestSuppliedTellsWhatDiffers(t *testing.T) {
	text, err := os.ReadFile("../testdata/workflows/wan22-high-low.json")
	if err != nil {
		t.Fatal(err)
	}
	r := tune(t, string(text), "sm_86:8GiB", rules.Options{Select: []string{"not-enough-blocks-swapped"}})
	gives := 0
	for _, c := range r.Parts[0].Changes {
		if c.Op != workflows.OpGive {
			continue
		}
		gives++
		s := r.Parts[0].Supplied(c.Change)
		for _, told := range []string{s.Was, s.Is} {
			if !strings.Contains(told, "blocks_to_swap") || strings.Contains(told, "use_non_blocking") {
				t.Errorf("%s → %s, want the number of blocks and not what stays", s.Was, s.Is)
			}
		}
	}
	if gives != 2 {
		t.Errorf("%d gives, want one for each loader", gives)
	}
}
