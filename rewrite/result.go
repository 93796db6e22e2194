package rewrite

import (
	"slices"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

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
