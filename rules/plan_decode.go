package rules

import (
	"github.com/wanfix/wanfix/rules/plan"
	"github.com/wanfix/wanfix/workflows"
)

const (
	roleDecode   = "decode"
	takesSamples = "samples" // what samplers give and decoders take
	fieldTiled   = "tiled"
)

// planDecode is what decoding the video takes once it has been sampled, on its own and
// without tiles; ok is false where that is not known, or where tiles are used.
func (s *scene) planDecode(m plan.Model) (span plan.Span, ok bool) {
	sampler := s.stack.Sampler
	if sampler == nil || m.Stride > 8 || !s.decodesWhole(sampler) { // the 5B has a VAE of its own
		return plan.Span{}, false
	}
	w, knowsW := s.ask("size.width").Value.(float64)
	h, knowsH := s.ask("size.height").Value.(float64)
	n, knowsN := s.ask("size.frames").Value.(float64)
	return plan.Decode(int(w), int(h), int(n)), knowsW && knowsH && knowsN
}

// decodesWhole reports whether a node decodes what the sampler gives, for sure without tiles.
func (s *scene) decodesWhole(sampler *workflows.Run) bool {
	for _, run := range sampler.Home.Graph.Part.Runs {
		if run.Home.Role() != roleDecode || !run.Active() || fieldOf(run, fieldTiled).Value != false {
			continue
		}
		if wire := run.Wire(run.Home.Signature.Takes[takesSamples]); wire.Kind == workflows.Given && wire.From == sampler {
			return true
		}
	}
	return false
}
