package rewrite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// maxRounds is how often rules are asked again about what they made. Two rounds
// are the rule, the second of which finds nothing more to do.
const maxRounds = 4

// Tune reads a workflow, asks the rules about it for a machine, and makes what
// they want and the options allow. What it returns has been read again and proven:
// the rules want nothing more, and nothing differs but what Changes tell.
//
// A text that is no workflow gives a *[workflows.Error]. Any other error means
// that the result could not be proven; nothing of it may be used.
func Tune(text []byte, machine *detect.Machine, set *rules.Set, o rules.Options) (*Result, error) {
	nodes := rules.NodesOf(machine)
	before, err := workflows.Parse(text, nodes)
	if err != nil {
		return nil, err
	}
	t := &tuning{before: before, nodes: nodes, machine: machine, set: set, options: o}
	if t.layer, err = t.newLayer(); err != nil {
		return nil, err
	}
	after, err := t.layer.settle(t)
	if err != nil {
		return nil, err
	}
	if err := prove(before, after, t.changes); err != nil {
		return nil, fmt.Errorf("the result is not what it should be, nothing is written: %w", err)
	}
	return t.result(text, after)
}

// tuning is one call of Tune.
type tuning struct {
	before   *workflows.File
	nodes    workflows.Signatures
	machine  *detect.Machine
	set      *rules.Set
	options  rules.Options
	layer    *layer
	changes  [][]workflows.Change // by part
	verdicts [][]*rules.Verdict   // by round, then part
	held     map[heldPlace]*rules.Rule
}

// heldPlace is a place that a rule of the user's has set once more, after another had changed it:
// it is theirs from then on. What they leave alone they do not hold, or a second run would
// change what the first has made.
type heldPlace struct {
	part int
	at   taker
}

// settle asks the rules again and again about what they made of the original with a
// layer of changes, until they want nothing more. It returns the file they are content with.
func (t *tuning) settle(layer [][]workflows.Change) (*workflows.File, error) {
	t.changes, t.verdicts, t.held = layer, nil, map[heldPlace]*rules.Rule{}
	now, err := t.written(make([]int, len(layer)))
	if err != nil {
		return nil, err
	}
	for range maxRounds {
		earlier := make([]int, len(t.changes))
		for i := range t.changes {
			earlier[i] = len(t.changes[i])
		}
		more, err := t.round(now)
		if err != nil || !more {
			return now, err
		}
		if now, err = t.written(earlier); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("the rules still want changes after %d rounds, nothing is written: %s", maxRounds, strings.Join(t.restless(), ", "))
}

// restless names the rules that wanted something in the last round.
func (t *tuning) restless() (ids []string) {
	for _, v := range t.verdicts[len(t.verdicts)-1] {
		for _, f := range v.Findings {
			if f.Wanted() != nil && !slices.Contains(ids, f.Rule.ID) {
				ids = append(ids, f.Rule.ID)
			}
		}
	}
	return ids
}

// written reads the original with all changes made, of which some were wanted earlier.
func (t *tuning) written(earlier []int) (*workflows.File, error) {
	var edits []Edit
	for i, part := range t.before.Parts {
		if len(t.changes[i]) == 0 {
			continue
		}
		ix := &index{part: part}
		t.changes[i] = ix.join(t.changes[i][:earlier[i]], t.changes[i][earlier[i]:])
		planned, err := ix.lower(t.changes[i])
		if err != nil {
			return nil, err
		}
		edits = append(edits, planned...)
	}
	if len(edits) == 0 {
		return t.before, nil
	}
	src, err := splice(t.before.Src, edits)
	if err != nil {
		return nil, err
	}
	now, err := workflows.Parse(src, t.nodes)
	if err != nil {
		return nil, fmt.Errorf("the result cannot be read: %w", err)
	}
	return now, nil
}

// round asks the rules about a file and adds what they want to the changes.
func (t *tuning) round(now *workflows.File) (more bool, err error) {
	var verdicts []*rules.Verdict
	for i, part := range now.Parts {
		o := t.options
		o.Can = can(t.before.Parts[i], t.changes[i])
		o.Held = func(c workflows.Change) *rules.Rule { return t.held[heldPlace{i, placeOf(c)}] }
		v, err := t.set.Judge(part, t.machine, o)
		if err != nil {
			return false, err
		}
		verdicts = append(verdicts, v)
		for _, f := range v.Findings {
			for _, c := range f.Wanted() {
				if f.Rule.Own && t.otherwise(i, c) {
					t.held[heldPlace{i, placeOf(c)}] = f.Rule
				}
				more = t.want(i, c) || more
			}
		}
	}
	t.verdicts = append(t.verdicts, verdicts)
	return more, nil
}

// otherwise reports whether an earlier round changed a place to something else.
func (t *tuning) otherwise(part int, c workflows.Change) bool {
	return slices.ContainsFunc(t.changes[part], func(have workflows.Change) bool { return placeOf(have) == placeOf(c) && have != c })
}

// want adds a change, in the place of an earlier one for the same widget or input.
func (t *tuning) want(part int, c workflows.Change) (isNew bool) {
	t.changes[part], isNew = with(t.changes[part], c)
	return isNew
}
