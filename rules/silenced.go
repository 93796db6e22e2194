package rules

import (
	"slices"

	"github.com/wanfix/wanfix/workflows"
)

// Silenced are the findings of a rule that one silence kept from being told.
type Silenced struct {
	By       *Silence
	Rule     string
	Findings []*Finding
}

// silences are all that hold for a part, and of each rule those that name it.
type silences struct {
	all    []*Silence
	naming map[string][]*Silence
}

// of returns the silence that covers a run and names a rule, nil if there is none.
func (q *silences) of(id, pack string, run *workflows.Run) *Silence {
	if len(q.all) == 0 {
		return nil
	}
	naming, known := q.naming[id]
	if !known {
		for _, s := range q.all {
			if named(s.Names, id, pack) {
				naming = append(naming, s)
			}
		}
		q.naming[id] = naming
	}
	if i := slices.IndexFunc(naming, func(s *Silence) bool { return s.covers(run) }); i >= 0 {
		return naming[i]
	}
	return nil
}

// hush takes out the findings that are silenced, and keeps them by silence. Of those that stay it
// blocks the fixes that would change what is to be left alone.
func (v *Verdict) hush() {
	v.Findings = slices.DeleteFunc(v.Findings, func(f *Finding) bool {
		by := v.silencing(f)
		if by != nil {
			v.silence(by, f)
		}
		return by != nil
	})
	slices.SortStableFunc(v.Silenced, func(a, b Silenced) int {
		return slices.Index(v.silences.all, a.By) - slices.Index(v.silences.all, b.By)
	})
	for _, f := range v.Findings {
		for i := range f.Fixes {
			offer := &f.Fixes[i]
			if kept, _ := v.kept(offer); kept != nil && offer.State == Offered {
				offer.State, offer.BlockedBy = Blocked, "silenced by "+kept.String()
			}
		}
	}
}

// silencing returns the silence of a finding, nil if there is none: it covers the node
// that the finding is at, or all that its best fix would change.
func (v *Verdict) silencing(f *Finding) *Silence {
	if by := v.silences.of(f.Rule.ID, f.Rule.Pack, f.At); by != nil {
		return by
	}
	for i := range f.Fixes {
		if offer := &f.Fixes[i]; len(offer.Changes) > 0 {
			by, all := v.kept(offer)
			if all {
				return by
			}
			return nil
		}
	}
	return nil
}

// kept returns the silence that keeps a fix from a node that it would change, nil if
// there is none, and whether one keeps it from each.
func (v *Verdict) kept(offer *Offer) (by *Silence, all bool) {
	all = len(offer.Changes) > 0
	for _, c := range offer.Changes {
		s := v.keeping(offer.rule, c)
		if by == nil {
			by = s
		}
		all = all && s != nil
	}
	return by, all
}

// keeping returns the silence that keeps a change from its node, or from the one that
// gives what is changed there.
func (v *Verdict) keeping(rule *Rule, c workflows.Change) *Silence {
	run := v.part.Run(c.Run)
	if s := v.silences.of(rule.ID, rule.Pack, run); s != nil || len(v.silences.all) == 0 {
		return s
	}
	var from *workflows.Run
	switch c.Op {
	case workflows.OpSet:
		from = run.Value(c.Name).From
	case workflows.OpGive:
		from = run.Wire(c.Name).From
	}
	if from == nil {
		return nil
	}
	return v.silences.of(rule.ID, rule.Pack, from)
}

func (v *Verdict) silence(by *Silence, f *Finding) {
	i := slices.IndexFunc(v.Silenced, func(s Silenced) bool { return s.By == by && s.Rule == f.Rule.ID })
	if i < 0 {
		i = len(v.Silenced)
		v.Silenced = append(v.Silenced, Silenced{By: by, Rule: f.Rule.ID})
	}
	v.Silenced[i].Findings = append(v.Silenced[i].Findings, f)
}
