package rules

import (
	"fmt"
	"slices"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/workflows"
)

// checkCell reports a page that is no page of a preset.
func (r *Rule) checkCell() error {
	for i, fix := range r.Fixes {
		if fix.Safety != Advice && (len(fix.Do) != 1 || fix.Do[0].Op != workflows.OpSet) {
			return fmt.Errorf("%s/%s.md: fix %d: a page of a preset sets one value", r.Pack, r.ID, i+1)
		}
	}
	if r.On != onStack {
		return fmt.Errorf("%s/%s.md: a page of a preset is on a %s, this is on a %s", r.Pack, r.ID, onStack, r.On)
	}
	return nil
}

// Cell is one value that a preset wants of a model path.
type Cell struct {
	Page  *Rule
	Stack *Stack
	// At is the node to look at.
	At *workflows.Run
	// Wants says in words what is wanted, Because are the tests that say so.
	Wants   string
	Because []Trace
	// State tells what became of it: Stood, Overruled, Offered or Blocked; Applied as long
	// as the rules have not had their say.
	State State
	// By is the finding of the rule that overruled it, if a rule did; else Why is the reason
	// why it does not stand.
	By  *Finding
	Why string
	// Sets are the values that it is about, Changes what has to be written, or was, and Cuts
	// the unplugs that would leave the values without effect.
	Sets, Changes, Cuts []workflows.Change
	// Target is the field that it is about, as "role.field"; "" where it only tells.
	Target string

	asked *Finding // what has to be chosen for it, nil where nothing has to be written
}

// Cells asks a preset what it wants of a part. planned chooses its pages: those that ask
// the planner, whose answer counts once everything is settled, or the others. gaps are the
// facts that pages asked for in vain.
func (p *Preset) Cells(part *workflows.Part, machine *detect.Machine, o Options, planned bool) (cells []*Cell, gaps map[string]Gap, err error) {
	pages, err := p.Rules()
	if err != nil {
		return nil, nil, err
	}
	v := newVerdict(part)
	v.silences.all = p.silencesOf(part, Options{})
	stage, err := v.on(p.Set, machine)
	if err != nil {
		return nil, nil, err
	}
	for _, stack := range v.Stacks {
		for _, page := range pages {
			if page.asksPlanner() != planned || named(o.Ignore, page.ID, page.Pack) {
				continue
			}
			s := stage.of(stack)
			var why trace
			fires := page.When.judge(s, &why)
			if fires == Unsure {
				v.miss(page.ID, false, why)
			}
			if fires != Yes {
				continue
			}
			cell := page.cell(s)
			if cell == nil {
				continue
			}
			cell.Because = slices.Concat(why, cell.Because)
			cells = append(cells, cell)
			if cell.asked != nil {
				offer := &cell.asked.Fixes[0]
				offer.rule = page
				if by, _ := v.kept(offer); by != nil {
					cell.State, cell.Why, cell.asked = Blocked, "silenced by "+by.String(), nil
				}
			}
			if cell.asked != nil {
				v.Findings = append(v.Findings, cell.asked)
			}
		}
	}
	choose(v, Options{Unsafe: o.Unsafe, Can: o.Can})
	for _, cell := range cells {
		if cell.asked != nil {
			cell.settle(cell.asked.Fixes[0])
		}
	}
	return cells, v.Unjudged, nil
}

// settle takes over what was chosen.
func (c *Cell) settle(o Offer) {
	c.State, c.Why = o.State, o.BlockedBy
	switch o.State {
	case Applied:
		c.Changes = o.Changes
	case Offered:
		c.Why = "it changes the picture: made with --unsafe"
	}
}

// asksPlanner reports whether a rule reads anywhere what the planner answers.
func (r *Rule) asksPlanner() bool {
	return r.When.asks("plan") || r.Unless.asks("plan") || slices.ContainsFunc(r.Fixes, func(f Fix) bool { return f.Needs.asks("plan") })
}

// cell makes the cell of a preset's page that fires, by the first fix whose needs are met.
// It is nil where there is none, as where a tuning leaves a value open.
func (r *Rule) cell(s *scene) *Cell {
	c := &Cell{Page: r, Stack: s.stack, At: s.stack.Loader, Wants: fill(r.Message, s), State: Stood}
	if len(r.Unless) > 0 && r.Unless.judge(s, nil) == Yes {
		return c
	}
	for _, fix := range r.Fixes {
		var why trace
		if fix.Needs.judge(s, &why) != Yes {
			continue
		}
		c.Because = why
		say := fill(fix.Say, s)
		if fix.Safety == Advice {
			c.State, c.Why = Overruled, say
			return c
		}
		c.Wants = say
		action := fix.Do[0]
		c.Target = action.Target
		c.Sets, _ = action.sets(s)
		role, _ := splitFact(c.Target)
		if supply, ok := s.stack.Role(role); ok {
			c.Cuts = []workflows.Change{{Op: workflows.OpUnplug, Run: supply.At.ID, Name: supply.Input}}
		}
		changes, possible := fix.changes(s)
		switch {
		case !possible:
			c.State, c.Why = Blocked, "no node here takes it, or not all that count can be seen"
			return c
		case len(changes) == 0:
			c.At = s.stack.survey.part.Run(c.Sets[0].Run)
			return c
		}
		c.At = s.stack.survey.part.Run(changes[0].Run)
		c.asked = &Finding{
			Rule: r, Severity: r.Severity, Certain: true, Stacks: []*Stack{s.stack}, At: c.At,
			Fixes: []Offer{{Say: say, Safety: fix.Safety, Changes: changes, State: Offered}},
		}
		return c
	}
	return nil
}
