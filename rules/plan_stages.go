package rules

import (
	"maps"
	"slices"

	"github.com/wanfix/wanfix/rules/plan"
	"github.com/wanfix/wanfix/workflows"
)

// Roles and inputs of the nodes that use the card before and after sampling.
const (
	roleDecode      = "decode"
	roleTextEncoder = "text_encoder"
	roleVAE         = "vae"
	roleFlashVSR    = "flashvsr_vae"

	takesSamples = "samples" // what samplers give and decoders take
	takesText    = "text"
	takesT5      = "t5"
	givesText    = "text"

	fieldTiled        = "tiled"
	fieldDevice       = "device"
	fieldForceOffload = "force_offload"
	fieldPrecision    = "precision"
)

// planStages are what the card has to hold before and after sampling, as far as that is known.
func (s *scene) planStages(in plan.Input) (stages []plan.Stage) {
	for _, run := range s.textEncoders() {
		if bytes := s.textEncoderOnCard(run); bytes > 0 {
			stages = append(stages, plan.EncodingText(run.String(), bytes))
		}
	}
	if in.Weights[0].Model.Stride > 8 { // the 5B has a VAE of its own, which nobody has measured
		return stages
	}
	if run := s.encodesPictures(); run != nil {
		if work, known := s.vaeStage(run, in.Wrapper); known {
			stages = append(stages, work.Encoding())
		}
	}
	if run := s.decodesWhole(); run != nil {
		if work, known := s.vaeStage(run, in.Wrapper); known {
			if s.offloads(s.stack.Sampler).Value == false {
				work.Beside = in.Weights[0].Resident(in.Swap)
			}
			stages = append(stages, work.Decoding())
		}
	}
	return stages
}

// uncounted are the nodes that decode what the sampler gives without tiles, or may do so, and are
// in none of the stages.
func (s *scene) uncounted(stages []plan.Stage) (at []string) {
	for _, run := range s.decoders() {
		vae := vaeOf(run)
		small := vae != nil && vae.Home.Role() == roleVAE && fieldOf(run, fieldTiled).Value == true
		counted := slices.ContainsFunc(stages, func(stage plan.Stage) bool { return stage.At == run.String() })
		if run.Home.Signature.Takes[roleVAE] != "" && !small && !counted {
			at = append(at, run.String())
		}
	}
	return at
}

// vaeStage is the work of the VAE at a node, without tiles and on the whole video; known is
// false where it works in another way, or the size of the video is not known.
func (s *scene) vaeStage(at *workflows.Run, wrapper plan.Days) (work plan.VAEStage, known bool) {
	vae := vaeOf(at)
	if vae == nil {
		return work, false
	}
	switch role := vae.Home.Role(); {
	case role == roleFlashVSR:
		work.FlashVSR = true
	case role != roleVAE, fieldOf(at, fieldTiled).Value == true:
		return work, false
	}
	var sizes [3]int
	work.Exact = true
	for i, what := range []string{width, height, frames} {
		n, exact := s.ask("size." + what).Value.(float64)
		if !exact {
			n, _ = s.ask("size.max_" + what).Value.(float64)
		}
		sizes[i], work.Exact = int(n), work.Exact && exact
	}
	work.At = at.String()
	work.Video = plan.Video{Width: sizes[0], Height: sizes[1], Frames: sizes[2]}
	precision, _ := fieldOf(vae, fieldPrecision).Value.(string)
	work.VAE, work.Doubled = plan.Dtype(precision), plan.No
	if torch, _ := s.ask("software.torch").Value.(version); !work.FlashVSR {
		work.Doubled = plan.DoubledBy(string(torch), wrapper)
	}
	return work, !slices.Contains(sizes[:], 0)
}

// vaeOf is the VAE that reaches a node, nil for none that is known.
func vaeOf(at *workflows.Run) *workflows.Run {
	if wire := at.Wire(at.Home.Signature.Takes[roleVAE]); wire.Kind == workflows.Given {
		return wire.From
	}
	return nil
}

// encodesPictures is the node that encodes as many frames as are sampled, nil for none.
func (s *scene) encodesPictures() *workflows.Run {
	chain, _ := s.embeds()
	for _, run := range chain {
		fields := run.Home.Signature.Fields
		if run.Home.Signature.Loop == "" && fields[width] != "" && fields[height] != "" && fields[frames] != "" &&
			run.Home.Signature.Takes[roleVAE] != "" {
			return run
		}
	}
	return nil
}

// decodesWhole is a node that decodes what the sampler gives, for sure without tiles; nil for none.
func (s *scene) decodesWhole() *workflows.Run {
	for _, run := range s.decoders() {
		if vae := vaeOf(run); fieldOf(run, fieldTiled).Value == false || vae != nil && vae.Home.Role() == roleFlashVSR {
			return run
		}
	}
	return nil
}

// decoders are the nodes that decode what the sampler gives.
func (s *scene) decoders() (found []*workflows.Run) {
	if s.stack.Sampler == nil {
		return nil
	}
	for _, run := range s.stack.Sampler.Home.Graph.Part.Runs {
		if run.Home.Role() != roleDecode || !run.Active() {
			continue
		}
		if wire := run.Wire(run.Home.Signature.Takes[takesSamples]); wire.Kind == workflows.Given && wire.From == s.stack.Sampler {
			found = append(found, run)
		}
	}
	return found
}

// decodingVAE is the VAE of the first of them, if it is one of the whole ones.
func (s *scene) decodingVAE() []*workflows.Run {
	for _, run := range s.decoders() {
		if vae := vaeOf(run); vae != nil && vae.Home.Role() == roleVAE {
			return []*workflows.Run{vae}
		}
	}
	return nil
}

// textEncoders are the nodes whose text reaches the sampler, through whatever changes it on the way.
func (s *scene) textEncoders() (found []*workflows.Run) {
	if s.stack.Sampler == nil {
		return nil
	}
	seen := map[*workflows.Run]bool{}
	var climb func(at *workflows.Run, input string)
	climb = func(at *workflows.Run, input string) {
		wire := at.Wire(input)
		if wire.Kind != workflows.Given || seen[wire.From] || len(seen) > maxChain {
			return
		}
		from := wire.From
		seen[from] = true
		switch signature := from.Home.Signature; {
		case signature == nil || signature.Gives != givesText:
		case from.Home.Role() == roleTextEncoder:
			found = append(found, from)
		default:
			for _, role := range slices.Sorted(maps.Keys(signature.Takes)) {
				climb(from, signature.Takes[role])
			}
		}
	}
	climb(s.stack.Sampler, s.stack.Sampler.Home.Signature.Takes[takesText])
	slices.SortStableFunc(found, func(a, b *workflows.Run) int { return a.Home.Span.Start - b.Home.Span.Start })
	return found
}

// textEncoderLoader is the node that loads what encodes text at a node, which may be that node
// itself; nil where it is none of the wrapper's.
func textEncoderLoader(at *workflows.Run) *workflows.Run {
	input, ok := at.Home.Signature.Takes[takesT5]
	if !ok {
		return at
	}
	wire := at.Wire(input)
	if wire.Kind != workflows.Given || wire.From.Home.Role() != roleTextEncoder {
		return nil
	}
	return wire.From
}

// textEncoderOnCard is the bytes that encoding text at a node puts on the card; 0 is none, or not
// known.
func (s *scene) textEncoderOnCard(at *workflows.Run) int64 {
	if fieldOf(at, fieldDevice).Value == "cpu" {
		return 0
	}
	loader := textEncoderLoader(at)
	if loader == nil {
		return 0
	}
	file, _ := fieldOf(loader, fieldFile).Value.(string)
	hints := hintsOf(file)
	switch {
	case hints.dtype == "e4m3fn", hints.dtype == "e5m2", hints.dtype == "fp8":
		return plan.TextEncoder("e4m3fn")
	case hints.dtype != "16bit":
		return 0
	}
	quantization, _ := fieldOf(loader, "quantization").Value.(string)
	if dtype := hintsOf(quantization).dtype; dtype != "" {
		return plan.TextEncoder(plan.Dtype(dtype))
	}
	precision, _ := fieldOf(loader, fieldPrecision).Value.(string)
	return plan.TextEncoder(plan.Dtype(precision))
}
