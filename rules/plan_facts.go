package rules

import (
	"fmt"
	"math"
	"strings"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rules/plan"
	"github.com/wanfix/wanfix/workflows"
)

// Plan is the planner's answer about a stack on a machine.
type Plan struct {
	plan.Choice
	Written plan.Swap // the settings in the workflow
	Budget  plan.Budget
	tokens  int // that are sampled at once, at most; 0 is unknown
	vace    int // VACE blocks of the model
	// Stages are what the card has to hold before and after sampling, as far as that is known.
	Stages []plan.Stage
	// Uncounted are nodes that decode the video on the card and whose work could not be sized.
	Uncounted []string
	// Memory is what all models of the workflow that can be sized take of the computer's, and Models
	// how many they are.
	Memory plan.Span
	Models int
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
		fact("plan.blocks_now", Int, "blocks", "planner", "blocks that the file swaps: 0 without block swap", planned(func(p Plan) any { return float64(p.Written.Blocks) })),
		fact("plan.need_now", Text, "", "planner", "memory that is needed with the settings in the file, in words", planned(func(p Plan) any { return p.needNow() })),
		fact("plan.low", Number, "GiB", "planner", "memory that is needed at least", planned(func(p Plan) any { return gibibytes(p.Forecast.Low) })),
		fact("plan.likely", Number, "GiB", "planner", "memory that is needed most likely", planned(func(p Plan) any { return gibibytes(p.Forecast.Likely) })),
		fact("plan.high", Number, "GiB", "planner", "memory that is needed at most, with today's wrapper where nothing tells how old it is", planned(func(p Plan) any { return gibibytes(p.Forecast.High) })),
		fact("plan.least", Number, "GiB", "planner", "memory that is needed at least, with everything swapped where block swap has an effect", planned(func(p Plan) any { return gibibytes(p.Least) })),
		fact("plan.swapping", Text, "", "planner", "what the least is counted with, in words: with everything swapped, or without block swap where it has no effect", planned(func(p Plan) any { return p.Swapping() })),
		fact("plan.budget", Number, "GiB", "planner", "the card's memory less what the desktop and ComfyUI keep", planned(func(p Plan) any { return gibibytes(p.Budget.Bytes) })),
		fact("plan.short", Number, "GiB", "planner", "how much is missing at most", planned(func(p Plan) any { return math.Ceil(float64(p.Short)/(1<<30)*10) / 10 })),
		fact("plan.blocks", Int, "blocks", "planner", "blocks to swap", planned(func(p Plan) any { return float64(p.Swap.Blocks) })),
		fact("plan.vace_blocks", Int, "blocks", "planner", "VACE blocks to swap", planned(func(p Plan) any { return float64(p.Swap.VACE) })),
		fact("plan.vace_in_model", Int, "blocks", "planner", "VACE blocks of the model, those of a module that is linked to it included", planned(func(p Plan) any { return float64(p.vace) })),
		fact("plan.prefetch", Int, "blocks", "planner", "blocks to fetch ahead", planned(func(p Plan) any { return float64(p.Swap.Prefetch) })),
		fact("plan.non_blocking", Bool, "", "planner", "whether to copy blocks without waiting", planned(func(p Plan) any { return p.Swap.NonBlocking })),
		fact("plan.low_blocks", Int, "blocks", "planner", "the fewest blocks that fit at the low estimate; -1 is none", planned(func(p Plan) any { return float64(p.Low) })),
		fact("plan.high_blocks", Int, "blocks", "planner", "the fewest blocks that fit at the high estimate; -1 is none", planned(func(p Plan) any { return float64(p.High) })),
		fact("plan.remedies", Text, "", "planner", "what else would make it fit, in words", planRemedies),
	}
}

// Overall is the verdict on the whole video with the swap that is wanted, with what comes
// before and after sampling as the file has it, and with the computer's memory.
func (p Plan) Overall() plan.Verdict {
	return plan.Worse(p.OnMemory(), plan.Worse(p.Verdict, p.worstStage()))
}

// OnMemory is the verdict on the computer's memory: that it is enough where it is not known.
func (p Plan) OnMemory() plan.Verdict {
	if p.Budget.RAM == 0 {
		return plan.Fits
	}
	return plan.VerdictOnMemory(p.Memory, p.Budget.RAM)
}

// Swapping says what the least that is needed and the remedies are counted with.
func (p Plan) Swapping() string {
	if p.Written.Dead != "" {
		return "without block swap"
	}
	return "with everything swapped"
}

// needNow says what the settings in the file need.
func (p Plan) needNow() string {
	low, high := gibibytes(p.BeforeLow), gibibytes(p.BeforeHigh)
	switch {
	case p.Forecast.Partial:
		return fmt.Sprintf("at least %.1f GiB (the size of the video is not known)", low)
	case low == high:
		return fmt.Sprintf("%.1f GiB", low)
	}
	return fmt.Sprintf("%.1f to %.1f GiB", low, high)
}

// Words tell what would make it fit, for people who do not count in tokens.
func (p Plan) Words(r plan.Remedy) string {
	if r.Tokens == 0 || p.tokens == 0 {
		return r.What
	}
	return fmt.Sprintf("fewer frames at a time or a smaller size, with %d %% of the tokens", r.Tokens*100/p.tokens)
}

func planRemedies(s *scene) Answer {
	p := s.plan()
	var words []string
	for _, r := range p.Remedies {
		words = append(words, p.Words(r))
	}
	switch {
	case p.Why != "":
		return unknown(p.Why)
	case len(words) == 0:
		return unknown("nothing that is tried makes it fit")
	}
	return known(strings.Join(words, ", or "), "the planner")
}

func planned(value func(Plan) any) func(*scene) Answer {
	return func(s *scene) Answer {
		p := s.plan()
		if p.Why != "" {
			return unknown(p.Why)
		}
		return known(value(p), "the planner: "+p.Choice.Why)
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
	*needs
	machine *detect.Machine
	mates   []*plan.Chooser // of the stacks that use the same settings
	all     bool            // of these stacks can be planned
	others  plan.Span       // what the workflow's other models take of the computer's memory
	models  int             // that the workflow has and that can be sized
}

// needs are what a model path needs by itself, whoever shares its settings.
type needs struct {
	input   plan.Input
	chooser *plan.Chooser
	why     string // why the stack cannot be planned
	stages  []plan.Stage
	// uncounted are nodes that could not be sized beside them.
	uncounted []string
}

// Planner returns the planner of a stack, which takes everything but the card from a
// machine.
func (s *Set) Planner(stack *Stack, machine *detect.Machine) *Planner {
	return s.scene(stack, machine).planner()
}

func (s *scene) planner() *Planner {
	p := &Planner{needs: s.planNeeds(), machine: s.machine, all: true}
	for _, mate := range s.stack.mates {
		if needs := s.of(mate).planNeeds(); needs.why == "" {
			p.mates = append(p.mates, needs.chooser)
		} else {
			p.all = false
		}
	}
	p.models = 1
	seen := map[*workflows.Run]bool{s.stack.Loader: true}
	for _, other := range s.stack.survey.Stacks {
		if needs := s.of(other).planNeeds(); needs.why == "" && !seen[other.Loader] {
			seen[other.Loader] = true
			p.models++
			p.others = p.others.Plus(plan.Memory(needs.input))
		}
	}
	return p
}

// planNeeds finds out what the model path needs, once for all who share its settings.
func (s *scene) planNeeds() *needs {
	if s.needs != nil {
		return s.needs
	}
	n := &needs{}
	if n.input, n.why = s.planInput(); n.why == "" {
		n.chooser = plan.NewChooser(n.input)
		n.stages = s.planStages(n.input)
		n.uncounted = s.uncounted(n.stages)
	}
	s.needs = n
	return n
}

// Tokens is the length of the sequence that is sampled at once, as far as it is known.
func (p *Planner) Tokens() plan.Tokens {
	if p.why != "" {
		return plan.Tokens{Source: plan.NotKnown}
	}
	return p.input.Tokens
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
	case card.Unified:
		return Plan{Why: "the card has the computer's memory, where swapping blocks saves nothing"}
	}
	budget := plan.Budget{
		Bytes: max(0, card.Memory-plan.Reserve(p.input.OS)),
		RAM:   p.machine.RAM,
		Link:  plan.Link{Generation: card.PCIeGen, Width: card.PCIeWidth},
	}
	if p.machine.Free > 0 {
		budget.Bytes = min(p.machine.Free, card.Memory)
	}
	choice := p.chooser.ChooseWith(p.mates, p.all, budget)
	return Plan{
		Choice: choice, Written: p.input.Swap, Budget: budget, tokens: p.input.Tokens.High, vace: len(p.input.Weights[0].VACE), Stages: p.stages, Uncounted: p.uncounted,
		Memory: p.others.Plus(choice.Memory), Models: p.models,
	}
}
