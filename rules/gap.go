package rules

import (
	"slices"
	"strings"
)

// Gap is a fact that rules asked for in vain, with their names.
type Gap struct {
	Rules []string
	// Infos are those that are about what is worth knowing and no more.
	Infos []string
	// Why tells why the fact is unknown, and may end in what to say, see [Gap.Say].
	Why string
}

// Count is how many rules there are.
func (g Gap) Count() int { return len(g.Rules) + len(g.Infos) }

// saying stands in a reason before what would make the fact known.
const saying = ": say "

// Say is what would make the fact known, such as "--assume torch=…"; "" where nothing is known
// to.
func (g Gap) Say() string {
	_, say, _ := strings.Cut(g.Why, saying)
	return say
}

// miss counts the facts whose absence kept a rule silent.
func (v *Verdict) miss(id string, informs bool, gaps []Trace) {
	for _, gap := range gaps {
		if gap.Found.idle || gap.Truth != Unsure {
			continue
		}
		fact := gap.Fact
		if of, _ := splitFact(fact); of == "plan" {
			fact = "plan.verdict" // what the planner answers is known or unknown together
		}
		told := v.Unjudged[fact]
		silent := &told.Rules
		if informs {
			silent = &told.Infos
		}
		if !slices.Contains(*silent, id) {
			*silent = append(*silent, id)
		}
		told.Why = gap.Found.Why
		v.Unjudged[fact] = told
	}
}
