package rules

import (
	"github.com/wanfix/wanfix/detect/software"
	"github.com/wanfix/wanfix/rules/plan"
	"github.com/wanfix/wanfix/workflows"
)

// planInput gathers what the planner asks about the stack. Why says what keeps the
// stack from being planned at all; what else is unknown widens the forecast.
func (s *scene) planInput() (in plan.Input, why string) {
	if in.Weights, why = s.planWeights(); why != "" {
		return in, why
	}
	if in.Swap, why = s.planSwap(); why != "" {
		return in, why
	}
	in.LoRA = s.planLoRA()
	in.Tokens = s.planTokens(in.Weights[0].Model)
	in.Rope = s.planRope()
	in.Attention, _ = s.ask("loader.attention").Value.(string)
	in.Compile = s.planCompile()
	in.MainDevice = maybe(s.ask("loader.load_device"), "main_device")
	if s.keepsOnCard() != "" {
		in.MainDevice = plan.Yes
	}
	in.CachedPredictions = s.cachedPredictions()
	in.Speakers = s.planSpeakers()
	in.Beside = s.planBeside()
	in.Loop = s.planLoop()
	in.PerToken = s.planPerToken()
	in.FusedRope = s.planFusedRope()
	in.Wrapper = s.planDays()
	in.OS, _ = s.ask("os").Value.(string)
	return in, ""
}

// maybe turns a comparison into the planner's truth.
func maybe(a Answer, value any) plan.Maybe {
	switch {
	case !a.Known():
		return plan.Unknown
	case a.Value == value:
		return plan.Yes
	}
	return plan.No
}

// maxSwap is more blocks than any model has.
const maxSwap = 1000

// planSwap are the block-swap settings that reach the loader.
func (s *scene) planSwap() (swap plan.Swap, why string) {
	swap.Max = s.mostBlocks()
	if s.ask("vram.linked").Value != false {
		return swap, "VRAM management may move weights as it likes"
	}
	if option := s.keepsOnCard(); option != "" {
		swap.Dead = "ComfyUI runs with " + option
	}
	linked := s.ask("swap.linked")
	switch {
	case !linked.Known():
		return swap, linked.Why
	case linked.Value == false:
		return swap, ""
	}
	for field, to := range map[string]*int{"swap.blocks": &swap.Blocks, "swap.vace_blocks": &swap.VACE, "swap.prefetch": &swap.Prefetch} {
		a := s.ask(field)
		n, ok := a.Value.(float64)
		switch {
		case !ok && field == "swap.blocks":
			return swap, a.Why
		case n < 0 || n > maxSwap:
			return swap, "nothing has " + a.String() + " blocks to swap"
		}
		*to = int(n)
	}
	swap.NonBlocking = s.ask("swap.non_blocking").Value == true
	return swap, ""
}

// planDays bounds the day of the installed wrapper: as the machine knows it, else by the newest
// class that the workflow uses, which an older wrapper could not run.
func (s *scene) planDays() (days plan.Days) {
	switch day := s.ask("software.wrapper").Value.(type) {
	case string:
		return plan.Day(day)
	case software.Span:
		days = plan.Days{From: day.First, To: day.Last}
	}
	for _, run := range s.stack.Loader.Home.Graph.Part.Runs {
		class := run.Home.Signature
		if class == nil || !run.Active() || class.Since <= days.From || days.To != "" && class.Since > days.To {
			continue
		}
		days.From, days.Why = class.Since, run.String()+" is in no older wrapper"
	}
	return days
}

func (s *scene) planCompile() plan.Maybe {
	switch linked := s.ask("compile.linked"); {
	case linked.Value == false:
		return plan.No
	case linked.Value == true:
		return maybe(s.ask("compile.backend"), "inductor")
	}
	return plan.Unknown
}

// planFusedRope tells whether ComfyUI computes rope in one kernel: not with a torch for a CUDA
// before 13, and after that it depends on ComfyUI.
func (s *scene) planFusedRope() plan.Maybe {
	if cuda, ok := s.ask("software.cuda").Value.(version); ok && cuda != notInstalled && cuda.compare("13") < 0 {
		return plan.No
	}
	return plan.Unknown
}

// planLoop is the VAE's work between the windows that are sampled, nil for none.
func (s *scene) planLoop() *plan.Loop {
	embeds, _ := s.embeds()
	for _, run := range embeds {
		if run.Home.Signature.Loop == "" {
			continue
		}
		last := embeds[len(embeds)-1]
		loop := &plan.Loop{
			Kind:         run.Home.Signature.Loop,
			ForceOffload: maybe(s.offloads(run), true),
			Width:        int(extentAt(last, width).most),
			Height:       int(extentAt(last, height).most),
			Tiled:        fieldOf(run, fieldTiled).Value == true,
		}
		for _, field := range []string{"window", "framepack_window", frames} {
			if n, ok := fieldOf(run, field).Value.(float64); ok {
				loop.Window = int(n)
				break
			}
		}
		return loop
	}
	return nil
}

// planBeside is the bytes of other models that stay on the card because nothing offloads
// them: the text encoder, and the other half of a pair.
func (s *scene) planBeside() (bytes int64) {
	for _, run := range s.textEncoders() {
		if s.offloads(run).Value == false {
			bytes += s.textEncoderOnCard(run)
		}
	}
	counted := map[*workflows.Run]bool{s.stack.Loader: true}
	for _, other := range s.stack.survey.Stacks {
		if other.Sampler == nil || counted[other.Loader] || s.offloads(other.Sampler).Value != false {
			continue
		}
		counted[other.Loader] = true
		there := s.of(other)
		weights, why := there.planWeights()
		swap, _ := there.planSwap()
		if why == "" {
			bytes += weights[0].Resident(swap)
		}
	}
	return bytes
}

// cachedPredictions counts what TeaCache and its like keep on the card.
func (s *scene) cachedPredictions() int {
	sampler := s.stack.Sampler
	if sampler == nil {
		return 0
	}
	supply := s.taken("cache")
	if arrives(supply).Value != true || s.keepsOnCard() == "" && fieldOf(supply.Runs[0], "cache_device").Value != "main_device" {
		return 0
	}
	if s.ask("sampler.cfg").Value == 1.0 {
		return 1
	}
	return 2
}

// planSpeakers is 2, for several, where masks tell speakers apart. How many they are makes no
// difference.
func (s *scene) planSpeakers() int {
	if s.stack.Sampler == nil {
		return 0
	}
	for _, run := range s.taken("multitalk_embeds").Runs {
		if class := run.Home.Signature; class != nil && run.Wire(class.Takes["masks"]).Arrives() {
			return 2
		}
	}
	return 0
}

// planRope is the rope function of the sampler or of its extra arguments; "" is unknown.
func (s *scene) planRope() string {
	rope := s.ask("sampler.rope")
	if sampler := s.stack.Sampler; sampler != nil && !rope.Known() {
		for _, run := range SupplyOf(sampler, sampler.Home.Signature.Takes[roleArgs]).Runs {
			rope = fieldOf(run, "rope")
		}
	}
	name, _ := rope.Value.(string)
	return name
}
