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

// Result is a tuned workflow.
type Result struct {
	// Out is the new text. It is the text that was given where nothing changed.
	Out []byte
	// Changed tells whether Out differs from what was given.
	Changed bool
	// Parts are the workflows of the file. What was done in one was done in its companion.
	Parts []PartResult

	nodes workflows.Signatures // by which the text was read
}

// PartResult is what was found and done in one workflow of a file.
type PartResult struct {
	// Part is the workflow as it was given.
	Part *workflows.Part
	// After is the workflow as it is now, Part itself where nothing changed.
	After *workflows.Part
	*rules.Survey
	// Findings are those of all rounds, worst first: what was mended, and what remains.
	Findings []*rules.Finding
	// Around is advice about what stands around the workflow.
	Around []*rules.Finding
	// Unjudged are the facts that rules asked for in vain, at the end.
	Unjudged map[string]rules.Gap
	// Silenced are the findings that were silenced, at the end.
	Silenced []rules.Silenced
	// Changes are all changes that were made, with what stood there before.
	Changes []Made
	// Preset is what the preset wants, and what became of it; PresetUnjudged are the facts
	// that its pages asked for in vain.
	Preset         []*rules.Cell
	PresetUnjudged map[string]rules.Gap

	told []workflows.Note
}

// Made is a change that was made.
type Made struct {
	workflows.Change
	// From is what was written, as JSON; for a link, the node it came from, and for a
	// give that and what it held, or none.
	From string
}

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

func (t *tuning) result(text []byte, after *workflows.File) (r *Result, err error) {
	r = &Result{Out: text, nodes: t.nodes}
	for i, part := range t.before.Parts {
		last := t.verdicts[len(t.verdicts)-1][i]
		p := PartResult{Part: part, After: after.Parts[i], Survey: t.verdicts[0][i].Survey, Unjudged: last.Unjudged, Silenced: last.Silenced, Around: last.Around, told: t.set.Told(part)}
		if t.layer.preset != nil { // the rules have not seen the file as it was given
			p.Survey = rules.Look(part)
		}
		for _, verdicts := range t.verdicts {
			for _, f := range verdicts[i].Findings {
				t.giveWay(i, f)
				if t.stands(i, f) {
					p.Findings = append(p.Findings, f)
				}
			}
		}
		p.Findings = lasting(p.Findings, last.Findings)
		rules.Sort(p.Findings)
		if p.Preset, p.PresetUnjudged, err = t.layer.outcome(t, i, after.Parts[i]); err != nil {
			return nil, err
		}
		for _, c := range t.changes[i] {
			if t.restores(i, c) {
				continue
			}
			r.Changed = true
			p.Changes = append(p.Changes, Made{c, p.Written(c)})
		}
		r.Parts = append(r.Parts, p)
	}
	if r.Changed {
		r.Out = append(slices.Clone(t.before.BOM), after.Src...)
	}
	return r, nil
}

// giveWay tells of a rule of the user's that a later one of a pack has changed the place again,
// without the user's having anything against it.
func (t *tuning) giveWay(part int, f *rules.Finding) {
	lost := func(c workflows.Change) bool {
		return t.held[heldPlace{part, placeOf(c)}] == nil && !slices.Contains(t.changes[part], c)
	}
	if !f.Rule.Own || !slices.ContainsFunc(f.Wanted(), lost) {
		return
	}
	for i := range f.Fixes {
		if f.Fixes[i].State == rules.Applied {
			f.Fixes[i].State, f.Fixes[i].BlockedBy = rules.Blocked, "another rule changes it once more, and this one is content then"
		}
	}
}

// stands reports whether what a finding wanted is what was made: a rule of the user's may have
// set it otherwise in a later round.
func (t *tuning) stands(part int, f *rules.Finding) bool {
	return !slices.ContainsFunc(f.Wanted(), func(c workflows.Change) bool {
		held := t.held[heldPlace{part, placeOf(c)}] != nil
		return held && !slices.Contains(t.changes[part], c) || t.restores(part, c)
	})
}

// restores reports whether a rule of the user's sets what was there before another changed it.
func (t *tuning) restores(part int, c workflows.Change) bool {
	if c.Op != workflows.OpSet || t.held[heldPlace{part, placeOf(c)}] == nil {
		return false
	}
	run := t.before.Parts[part].Run(c.Run)
	if run == nil {
		return false
	}
	_, stray := run.Home.StraySite(c.Name)
	return !stray && run.Value(c.Name).Raw == c.Value
}

// lasting leaves out what an earlier round found and a later one found again or
// saw settled by another change: of the early findings only those that were
// mended, or that a rule of the user's overruled, of the last round all.
func lasting(all, last []*rules.Finding) []*rules.Finding {
	var kept []*rules.Finding
	for i, f := range all {
		if f.Rule.Own && f.Wanted() != nil && slices.ContainsFunc(all[i+1:], func(l *rules.Finding) bool {
			return l.Rule == f.Rule && l.At.ID == f.At.ID && slices.Equal(l.Wanted(), f.Wanted())
		}) {
			continue // it took back what another rule had changed, and is told once
		}
		again := slices.ContainsFunc(last, func(l *rules.Finding) bool { return l.Rule == f.Rule && l.At.ID == f.At.ID })
		if f.Wanted() != nil || slices.Contains(last, f) || overruled(f) && !again {
			kept = append(kept, f)
		}
	}
	return kept
}

// Notes returns what is odd about the workflow, and what it says to wanfix in vain, in the
// order of the text.
func (p *PartResult) Notes() []workflows.Note {
	notes := slices.Concat(p.Part.Notes(), p.told)
	slices.SortStableFunc(notes, workflows.Note.Compare)
	return notes
}

func overruled(f *rules.Finding) bool {
	return slices.ContainsFunc(f.Fixes, func(o rules.Offer) bool { return o.OverruledBy != nil || f.Rule.Own && o.State == rules.Blocked })
}

// Run returns a run of the workflow, or one that is new in it; nil if there is none.
func (p *PartResult) Run(id string) *workflows.Run {
	if run := p.Part.Run(id); run != nil {
		return run
	}
	return p.After.Run(id)
}

// Via returns the constant or primitive that a value is set at, because it drives the
// widget; nil where the widget's own is set.
func (p *PartResult) Via(c workflows.Change) *workflows.Run {
	if c.Op != workflows.OpSet {
		return nil
	}
	if from := p.Run(c.Run).Value(c.Name).From; from != nil && isDriver(from) {
		return from
	}
	return nil
}

// Written returns what stands where a change writes, as JSON; for a link, the node
// it comes from, and for a give that and what it holds, see [Supplied].
func (p *PartResult) Written(c workflows.Change) string {
	run := p.Run(c.Run)
	switch c.Op {
	case workflows.OpUnplug:
		if wire := run.Wire(c.Name); wire.From != nil {
			return wire.From.String()
		}
		return "linked"
	case workflows.OpGive:
		return p.Supplied(c).Was
	}
	if site, ok := run.Home.StraySite(c.Name); ok {
		return run.Home.Graph.Part.File.Text(site.Span)
	}
	return run.Value(c.Name).Raw
}
