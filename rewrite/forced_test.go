package rewrite

import (
	"math/rand/v2"
	"testing"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// TestCorpusForced makes changes that no rule wants, at random, so that real files
// see more of them than the rules of the day ask for.
func TestCorpusForced(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	random := rand.New(rand.NewPCG(5, 6))
	sets, cuts := 0, 0
	for _, name := range corpus(t) {
		text, file := readable(t, name)
		if file == nil {
			continue
		}
		changes := wild(file.Parts[0], random)
		if len(changes) == 0 {
			continue
		}
		edits, err := lower(file.Parts[0], changes)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		out, err := splice(file.Src, edits)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		after, err := workflows.Parse(out, rules.BuiltinNodes())
		if err != nil {
			t.Errorf("%s: the result: %v", name, err)
			continue
		}
		if err := prove(file, after, [][]workflows.Change{changes}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		told := PartResult{Part: file.Parts[0], After: after.Parts[0]}
		for _, c := range changes {
			told.Changes = append(told.Changes, Made{Change: c})
			if c.Op == workflows.OpSet {
				sets++
			} else {
				cuts++
			}
		}
		checkResult(t, name, text, &Result{Out: append(file.BOM, out...), Changed: true, Parts: []PartResult{told}})
	}
	t.Logf("%d values set, %d links cut", sets, cuts)
	if sets == 0 || cuts == 0 {
		t.Error("nothing was tried")
	}
}

// wild returns changes of a part that can be made, at most one a place.
func wild(part *workflows.Part, random *rand.Rand) (changes []workflows.Change) {
	taken := map[string]bool{}
	try := func(c workflows.Change) {
		if place := c.Run + "." + c.Name; !taken[place] && can(part, changes)([]workflows.Change{c}) == "" {
			taken[place] = true
			changes = append(changes, c)
		}
	}
	for _, run := range part.Runs {
		if passesOn(run) || !run.Active() {
			continue // what others get through it is not for a change of it
		}
		for _, in := range run.Home.Inputs() {
			if in.Linked && in.Name != "" && random.IntN(8) == 0 {
				try(unplug(run.ID, in.Name))
			}
		}
		if run.Home.Signature == nil || passesOn(run) { // the name of a set node is no value
			continue
		}
		for _, in := range run.Home.Signature.Inputs() {
			if in.Widget() && random.IntN(4) == 0 {
				try(set(run.ID, in.Name, valueOf(in.Kind)))
			}
		}
	}
	return changes
}

// valueOf writes a value that every widget of a kind takes.
func valueOf(kind string) string {
	switch kind {
	case workflows.KindInt, workflows.KindFloat:
		return "3"
	case workflows.KindBoolean:
		return "true"
	}
	return `"x"`
}
