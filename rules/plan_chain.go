package rules

import (
	"fmt"
	"strings"

	"github.com/wanfix/wanfix/rules/plan"
)

// stageFacts are what the card has to hold before and after sampling.
func stageFacts() []Fact {
	return []Fact{
		fact("plan.stages", Text, "", "planner", "whether what can be sized of what comes before and after sampling fits: fits, tight, does not fit", ofStages(func(p Plan) string { return string(p.worstStage()) })),
		fact("plan.stages_need", Text, "", "planner", "what does not fit of that, in words", ofStages(func(p Plan) string {
			return p.misfits(func(s plan.Stage) string {
				return fmt.Sprintf("%s at %s takes %.1f GiB at least", s.Name, s.At, gibibytes(s.Low))
			})
		})),
		fact("plan.stages_help", Text, "", "planner", "what makes it fit, in words", ofStages(func(p Plan) string {
			return p.misfits(func(s plan.Stage) string { return s.Remedy })
		})),
		fact("plan.chain", Text, "", "planner", "what helps on a small card and is not done yet, in words", chain),
	}
}

func ofStages(value func(Plan) string) func(*scene) Answer {
	return func(s *scene) Answer {
		p := s.plan()
		if p.Why != "" {
			return unknown(p.Why)
		}
		return known(value(p), "the planner")
	}
}

func (p Plan) worstStage() plan.Verdict {
	worst := plan.Fits
	for _, stage := range p.Stages {
		worst = plan.Worse(worst, stage.Verdict(p.Budget))
	}
	return worst
}

// misfits joins what is to say of the stages that do not fit, each thing once.
func (p Plan) misfits(say func(plan.Stage) string) string {
	var words []string
	said := map[string]bool{}
	for _, stage := range p.Stages {
		if text := say(stage); stage.Verdict(p.Budget) == plan.DoesNotFit && !said[text] {
			words = append(words, text)
			said[text] = true
		}
	}
	return strings.Join(words, ", ")
}

// chain lists what keeps the card free for sampling and is not in the workflow yet.
func chain(s *scene) Answer {
	p := s.plan()
	if p.Why != "" {
		return unknown(p.Why)
	}
	var links []string
	add := func(missing bool, format string, args ...any) {
		if missing {
			links = append(links, fmt.Sprintf(format, args...))
		}
	}
	encoders := s.textEncoders()
	for _, run := range encoders {
		onCard := s.textEncoderOnCard(run) > 0 && fieldOf(run, "disk_cache").Value != true
		add(onCard, "the text encoder on the CPU, or its result cached on disk (%s)", run)
	}
	kept := s.keepsOnCard() != ""
	add(!kept && p.Verdict != plan.Fits && p.Swap.Blocks < len(s.planNeeds().input.Weights[0].Blocks), "all blocks swapped")
	if run := s.decodesWhole(); run != nil {
		vae := vaeOf(run)
		add(vae == nil || vae.Home.Role() != roleFlashVSR, "VAE tiling (%s)", run)
	}
	for _, run := range append(encoders, s.stack.Sampler) {
		add(run != nil && !kept && fieldOf(run, fieldForceOffload).Value == false, "force_offload (%s)", run)
	}
	if len(links) == 0 {
		return unknown("everything that helps is done, as far as that can be seen")
	}
	return known(strings.Join(links, ", "), "the planner")
}
