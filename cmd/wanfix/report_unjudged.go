package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rules"
)

// unjudged tells how many rules could not be judged, and what to say so that they can. Each
// fact that is missing, and rules whose findings are shown with -v only, are told with -v.
func (r *textReport) unjudged(b *strings.Builder, gaps map[string]rules.Gap) {
	var lines []string
	if r.verbose {
		for _, fact := range slices.Sorted(maps.Keys(gaps)) {
			gap := gaps[fact]
			lines = append(lines, fmt.Sprintf("%s %s: %s", counted(gap.Count(), "rule needs", "rules need"), fact, gap.Why))
		}
	} else {
		for _, n := range needsOf(gaps) {
			lines = append(lines, n.String())
		}
	}
	if len(lines) > 0 {
		b.WriteString("\n")
	}
	for i, line := range lines {
		fmt.Fprintf(b, "  %-12s%s\n", first(i, "not judged"), r.style.dim(plain(line)))
	}
}

// need is what gaps have in common: what to say so that the facts are known.
type need struct {
	say    string   // "" where nothing helps
	values []string // of --assume
	rules  []string
}

// needsOf are the needs of rules that do more than inform, what nothing helps with last.
func needsOf(gaps map[string]rules.Gap) []*need {
	bySay := map[string]*need{}
	for _, gap := range gaps {
		if len(gap.Rules) == 0 {
			continue
		}
		say := gap.Say()
		assumed, isAssumed := strings.CutPrefix(say, "--assume ")
		if isAssumed {
			say = "--assume "
		}
		n := bySay[say]
		if n == nil {
			n = &need{say: say}
			bySay[say] = n
		}
		if isAssumed {
			value, _, _ := strings.Cut(assumed, ",") // behind it stands what is meant
			n.values = append(n.values, value)
		}
		n.rules = append(n.rules, gap.Rules...)
	}
	return slices.SortedFunc(maps.Values(bySay), func(a, b *need) int { return strings.Compare(b.say, a.say) })
}

func (n *need) String() string {
	distinct := func(names []string) []string { return slices.Compact(slices.Sorted(slices.Values(names))) }
	count := len(distinct(n.rules))
	if n.say == "" {
		return counted(count, "rule needs", "rules need") + " what is not known: -v says what"
	}
	return counted(count, "rule needs more", "rules need more") + ": say " + n.say + strings.Join(distinct(n.values), ",")
}
