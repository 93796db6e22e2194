package rules

import (
	"math"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rules/plan"
)

// Plan is the planner's answer about a stack on a machine.
type Plan struct {
	plan.Choice
	Written plan.Swap // the settings in the workflow
	Budget  plan.Budget
	// Why says why the stack cannot be planned; then nothing else counts.
	Why string
}

// planFacts are what the planner answered. Rules that read them come after all others:
// see the strata in docs/rules.md.
func planFacts() []Fact {
	return []Fact{
		fact("plan.verdict", Text, "", "planner", "whether the video fits with the settings that are wanted: fits, tight, does not fit", planned(func(p Plan) any { return string(p.Verdict) })),
		fact("plan.action", Text, "", "planner", "what to do with block swap: keep, raise, lower, advise", planned(func(p Plan) any { return string(p.Action) })),
		fact("plan.why", Text, "", "planner", "why", planned(func(p Plan) any { return p.Choice.Why })),
		fact("plan.low", Number, "GiB", "planner", "memory that is needed at least", planned(func(p Plan) any { return gibibytes(p.Forecast.Low) })),
		fact("plan.likely", Number, "GiB", "planner", "memory that is needed most likely", planned(func(p Plan) any { return gibibytes(p.Forecast.Likely) })),
		fact("plan.high", Number, "GiB", "planner", "memory that is needed at most", planned(func(p Plan) any { return gibibytes(p.Forecast.High) })),
		fact("plan.budget", Number, "GiB", "planner", "the card's memory less what the desktop and ComfyUI keep", planned(func(p Plan) any { return gibibytes(p.Budget.Bytes) })),
		fact("plan.short", Number, "GiB", "planner", "how much is missing at most", planned(func(p Plan) any { return math.Ceil(float64(p.Short)/(1<<30)*10) / 10 })),
		fact("plan.blocks", Int, "blocks", "planner", "blocks to swap", planned(func(p Plan) any { return float64(p.Swap.Blocks) })),
		fact("plan.vace_blocks", Int, "blocks", "planner", "VACE blocks to swap", planned(func(p Plan) any { return float64(p.Swap.VACE) })),
		fact("plan.prefetch", Int, "blocks", "planner", "blocks to fetch ahead", planned(func(p Plan) any { return float64(p.Swap.Prefetch) })),
		fact("plan.non_blocking", Bool, "", "planner", "whether to copy blocks without waiting", planned(func(p Plan) any { return p.Swap.NonBlocking })),
		fact("plan.low_blocks", Int, "blocks", "planner", "the fewest blocks that fit at the low estimate; -1 is none", planned(func(p Plan) any { return float64(p.Low) })),
		fact("plan.high_blocks", Int, "blocks", "planner", "the fewest blocks that fit at the high estimate; -1 is none", planned(func(p Plan) any { return float64(p.High) })),
	}
}

func planned(value func(Plan) any) func(*scene) Answer {
	return func(s *scene) Answer {
		p := s.plan()
		if p.Why != "" {
			return unknown(p.Why)
		}
		return known(value(p), "the planner")
	}
}

// plan asks the planner about the stack, once for all facts.
func (s *scene) plan() Plan {
	if s.planned == nil {
		p := s.planner().For(s.machine.GPU)
		s.planned = &p
	}
	return *s.planned
}

// Planner plans one stack for whatever card: what it needs is found out once.
type Planner struct {
	input   plan.Input
	chooser *plan.Chooser
	why     string // why the stack cannot be planned
	machine *detect.Machine
}

// Planner returns the planner of a stack, which takes everything but the card from a
// machine.
func (s *Set) Planner(stack *Stack, machine *detect.Machine) *Planner {
	facts, _ := s.facts() // Judge tells the error
	return newScene(stack, machine, facts).planner()
}

func (s *scene) planner() *Planner {
	p := &Planner{machine: s.machine}
	if p.input, p.why = s.planInput(); p.why == "" {
		p.chooser = plan.NewChooser(p.input)
	}
	return p
}

// For plans for a card; nil is no card.
func (p *Planner) For(card *gpu.GPU) Plan {
	switch {
	case p.why != "":
		return Plan{Why: p.why}
	case card == nil:
		return Plan{Why: noCard}
	case card.Memory == 0:
		return Plan{Why: "the card's memory is not known"}
	}
	budget := plan.Budget{
		Bytes: card.Memory - plan.Reserve(p.input.OS),
		RAM:   p.machine.RAM,
		Link:  plan.Link{Generation: card.PCIeGen, Width: card.PCIeWidth},
	}
	if p.machine.Free > 0 {
		budget.Bytes = min(p.machine.Free, card.Memory)
	}
	return Plan{Choice: p.chooser.Choose(budget), Written: p.input.Swap, Budget: budget}
}
