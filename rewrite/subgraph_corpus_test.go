package rewrite

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// TestCorpusSubgraphs makes random changes inside the subgraphs of real workflows: what
// is made at once is what is made one by one, it holds just what was wanted, nothing else
// differs, and no link is broken.
func TestCorpusSubgraphs(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	o := newOracle(t)
	counts, why := map[string]int{}, map[string]int{}
	for _, name := range corpus(t) {
		text, file := readable(t, name)
		if file == nil || len(file.Parts[0].Definitions) == 0 {
			continue
		}
		part := file.Parts[0]
		groups := changesInside(part, random, func(reason string) { why[reasonKind(reason)]++ })
		if len(groups) == 0 {
			counts["files without a change"]++
			continue
		}
		counts["files"]++
		all := slices.Concat(groups...)
		for _, c := range all {
			counts[string(c.Op)+fmt.Sprintf(" at depth %d", strings.Count(c.Run, ":"))]++
		}
		out := lowered(t, string(file.Src), all...)
		if err := prove(file, parse(t, out), [][]workflows.Change{all}); err != nil {
			t.Errorf("%s: %v of %v", name, err, all)
			continue
		}
		byOne := string(file.Src)
		for _, group := range groups {
			byOne = lowered(t, byOne, group...)
		}
		if diff := cmp.Diff(byOne, out); diff != "" {
			t.Errorf("%s: at once differs from one by one (-one by one +at once):\n%s", name, diff)
		}
		var made []Made
		for _, c := range all {
			made = append(made, Made{Change: c})
		}
		was, is := decoded(t, string(file.Src)), decoded(t, out)
		may := explained(was, made)
		for _, path := range differences("", was, is) {
			if !may(path) {
				t.Errorf("%s: %s differs, which no change explains", name, path)
			}
		}
		before := faults(was)
		for fault := range faults(is) {
			if !before[fault] {
				t.Errorf("%s: new fault: %s", name, fault)
			}
		}
		checkDefinitions(t, name, was, is)
		if len(text)%3 == 0 { // a sample, the checker is slow
			o.ask(name, [][]byte{[]byte(out)})
		}
	}
	o.wait()
	t.Log(counts, why)
	for _, kind := range []string{"set at depth 1", "set at depth 2", "unplug at depth 1", "unplug at depth 2"} {
		if counts[kind] == 0 {
			t.Errorf("no %s", kind)
		}
	}
}

// changesInside returns random changes of runs inside subgraphs that can be made together: of
// one run, or of all runs of its node.
func changesInside(part *workflows.Part, random *rand.Rand, blocked func(reason string)) (groups [][]workflows.Change) {
	var all []workflows.Change
	taken := map[place]bool{}
	for range 40 {
		run := part.Runs[random.IntN(len(part.Runs))]
		c, ok := anyChange(run, random)
		if !run.Inside() || !run.Active() || passesOn(run) || !ok || taken[place{run.Home, c.Name}] {
			continue
		}
		group := []workflows.Change{c}
		for _, other := range part.Runs {
			if other == run || !other.Active() || random.IntN(2) > 0 {
				continue
			}
			for _, name := range append(drivenWidgets(other), c.Name) {
				twin := workflows.Change{Op: c.Op, Run: other.ID, Name: name, Value: c.Value}
				if other.Home == run.Home && name == c.Name || drivenAlike(run, c.Name, other, name) && !passesOn(other) {
					if !slices.Contains(group, twin) {
						group = append(group, twin)
					}
					taken[place{other.Home, name}] = true
				}
			}
		}
		if reason := can(part, nil)(group); reason != "" {
			blocked(reason)
			continue
		}
		if can(part, all)(group) != "" {
			continue
		}
		taken[place{run.Home, c.Name}] = true
		groups, all = append(groups, group), append(all, group...)
	}
	return groups
}

// drivenAlike reports whether one input of an instance drives two widgets.
func drivenAlike(a *workflows.Run, widget string, b *workflows.Run, other string) bool {
	one, two := a.Wire(widget), b.Wire(other)
	return one.Kind == workflows.Promoted && two.Kind == one.Kind && one.From == two.From && one.Slot == two.Slot
}

// anyChange wants something else of a random widget of a run, or one of its links gone.
func anyChange(run *workflows.Run, random *rand.Rand) (c workflows.Change, ok bool) {
	if class := run.Home.Signature; class != nil && random.IntN(2) == 0 && len(class.Widgets()) > 0 {
		widgets := class.Widgets()
		in := class.Input(widgets[random.IntN(len(widgets))])
		value := map[string]string{workflows.KindInt: "32", workflows.KindFloat: "0.25", workflows.KindBoolean: "true", workflows.KindString: `"other"`, workflows.KindFile: `"other.safetensors"`}[in.Kind]
		if in.Kind == workflows.KindCombo && len(in.Options) > 0 {
			if text, isText := in.Options[random.IntN(len(in.Options))].(string); isText {
				value = string(quote(text))
			}
		}
		return set(run.ID, in.Name, value), value != "" && in.Legal(gjson.Parse(value))
	}
	names := map[string]bool{}
	for _, in := range run.Home.Inputs() {
		if in.Linked && in.Widget == "" && run.Wire(in.Name).Arrives() {
			names[in.Name] = true
		}
	}
	if len(names) == 0 {
		return c, false
	}
	sorted := slices.Sorted(maps.Keys(names))
	return unplug(run.ID, sorted[random.IntN(len(sorted))]), true
}
