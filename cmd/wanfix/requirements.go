package main

import (
	"maps"
	"slices"
	"sync"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/detect/software"
	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// capabilities are a card for each compute capability there is.
var capabilities = sync.OnceValue(gpu.Capabilities)

// requiring finds out what a file requires of whatever computer. Of the one at hand nothing
// counts but its model files, and what --assume states.
type requiring struct {
	*input
	file    *workflows.File
	machine detect.Machine
	rules   *rules.Set
	options rules.Options
}

// on is the machine with a card.
func (q *requiring) on(card *gpu.GPU) *detect.Machine {
	m := q.machine
	m.GPU, m.Software = card, maps.Clone(m.Software)
	return &m
}

// newRequiring takes what is stated of a place.
func newRequiring(in *input, file *workflows.File, on *place, set *rules.Set) *requiring {
	stated := maps.Clone(on.Software)
	maps.DeleteFunc(stated, func(_ string, fact software.Fact) bool { return fact.Source != "--assume" })
	options, _ := on.said.over(rules.Options{})
	options.Preset = "" // the file counts as it stands
	return &requiring{in, file, detect.Machine{Software: stated, Models: on.Models, Nodes: on.Nodes}, set, options}
}

// errorsOn are the rules of certain errors that no allowed fix mends on a card.
func (q *requiring) errorsOn(card *gpu.GPU) (ids []string, err error) {
	result, err := rewrite.Tune(q.text, q.on(card), q.rules, q.options)
	if err != nil {
		return nil, err
	}
	for i := range result.Parts {
		for _, f := range result.Parts[i].Findings {
			if f.Wanted() == nil && f.Severity == rules.Error && f.Certain && !slices.Contains(ids, f.Rule.ID) {
				ids = append(ids, f.Rule.ID)
			}
		}
	}
	return ids, nil
}

// cards finds the cards on which no error remains, and the rules that keep the others from it.
func (q *requiring) cards() (fine, except []gpu.GPU, by []string, err error) {
	for _, card := range capabilities() {
		ids, err := q.errorsOn(&card)
		switch {
		case err != nil:
			return nil, nil, nil, err
		case len(ids) == 0:
			fine = append(fine, card)
		case len(fine) > 0:
			except = append(except, card)
		}
		by = append(by, ids...)
	}
	slices.Sort(by)
	return fine, except, slices.Compact(by), nil
}

// firedFinding is what a finding is known by on two machines.
type firedFinding struct{ part, rule, node, widget string }

// fired are the errors and warnings on a machine.
func (q *requiring) fired(on *detect.Machine) (map[firedFinding]bool, error) {
	fired := map[firedFinding]bool{}
	for _, part := range q.file.Parts {
		verdict, err := q.rules.Judge(part, on, q.options)
		if err != nil {
			return nil, err
		}
		for _, f := range verdict.Findings {
			if f.Severity != rules.Info {
				fired[firedFinding{part.Path, f.Rule.ID, f.At.ID, f.Widget}] = true
			}
		}
	}
	return fired, nil
}
