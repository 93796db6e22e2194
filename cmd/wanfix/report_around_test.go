package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
)

// TestSurroundings tells no more than three pieces of advice unasked, each once.
func TestSurroundings(t *testing.T) {
	part := &rewrite.PartResult{}
	for i := range 5 {
		part.Around = append(part.Around, &rules.Finding{Rule: &rules.Rule{ID: fmt.Sprint("advice-", i)}, Message: fmt.Sprint("when ", i), Fixes: []rules.Offer{{Say: "so"}}})
	}
	for _, test := range []struct {
		verbose bool
		want    string
	}{
		{false, "\naround the workflow\n  when 0: so (advice-0)\n  when 1: so (advice-1)\n  when 2: so (advice-2)\n  2 more with -v\n"},
		{true, "\naround the workflow\n  when 0: so (advice-0)\n  when 1: so (advice-1)\n  when 2: so (advice-2)\n  when 3: so (advice-3)\n  when 4: so (advice-4)\n"},
	} {
		t.Run(fmt.Sprint(test.verbose), func(t *testing.T) {
			var out strings.Builder
			r := &textReport{to: &out, verbose: test.verbose}
			r.around.remember(part)
			r.around.remember(part)
			if err := r.end(&totals{}, false); err != nil || out.String() != test.want {
				t.Errorf("%v\n%s", err, out.String())
			}
		})
	}
}
