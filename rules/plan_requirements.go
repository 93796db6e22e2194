package rules

import (
	"github.com/wanfix/wanfix/rules/plan"
)

// Requirements are what a stack takes of whatever computer, in bytes.
type Requirements struct {
	// Least is the memory of the smallest card: sampling takes as much at the low end of the
	// estimate, with everything swapped, and the desktop's share comes on top. With the size of
	// the video not known, weights and LoRAs alone are counted.
	Least int64
	// Comfortable is the memory of a card on which it runs without block swap at the high end, with
	// what comes before and after sampling as the file has it; 0 where the size of the video is not
	// known.
	Comfortable int64
	// Memory is what all models of the workflow that can be sized take of the computer's own, with
	// the block swap of the file.
	Memory plan.Span
	// Uncounted are nodes that decode the video and whose work could not be sized.
	Uncounted []string
	// Why says why nothing is known; then nothing else counts.
	Why string
}

// Requirements tells what the stack takes on whatever card.
func (p *Planner) Requirements() Requirements {
	if p.why != "" {
		return Requirements{Why: p.why}
	}
	reserve := plan.Reserve(p.input.OS)
	r := Requirements{
		Least:  p.chooser.Choose(plan.Budget{}).Least + reserve,
		Memory: p.others.Plus(plan.Memory(p.input)), Uncounted: p.uncounted,
	}
	whole := p.input
	whole.Swap = plan.Swap{Max: whole.Swap.Max, Dead: whole.Swap.Dead}
	if forecast := plan.Estimate(whole); !forecast.Partial {
		r.Comfortable = forecast.Most() + reserve
		for _, stage := range p.stages {
			r.Comfortable = max(r.Comfortable, stage.High+reserve)
		}
	}
	return r
}
