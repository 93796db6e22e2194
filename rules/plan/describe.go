package plan

import "fmt"

// names of the parts, as reports print them.
var names = [partCount]string{
	resident:      "resident blocks",
	swapped:       "swapped blocks on the card",
	outsideBlocks: "weights outside of blocks",
	lora:          "unmerged LoRAs",
	vaceBlocks:    "VACE blocks",
	vaceHints:     "VACE hints",
	activations:   "activations",
	temporaries:   "Linear temporaries",
	ropeTable:     "rope table",
	caches:        "cached predictions",
	buffers:       "small buffers",
	shortfall:     "shortfall of this family",
	vae:           "VAE between windows",
	loading:       "loading to main_device",
	rounding:      "allocator's rounding",
	beside:        "other models on the card",
	context:       "CUDA context",
}

// describe names a part, how it is known, and why.
func (s *scenario) describe(p part) (name string, basis Basis, why string) {
	basis, why = s.reason(p)
	return names[p], basis, why
}

func (s *scenario) reason(p part) (Basis, string) {
	moved := s.in.moved(s.weights, s.offByOne)
	switch p {
	case resident:
		basis, why := s.fromFile()
		return basis, fmt.Sprintf("%d of %d, %s", len(s.weights.Blocks)-moved, len(s.weights.Blocks), why)
	case swapped:
		basis, _ := s.fromFile()
		return basis, fmt.Sprintf("%d moved, of which %d at a time", moved, min(moved, 1+s.prefetch()))
	case outsideBlocks, vaceBlocks:
		return s.fromFile()
	case lora:
		return Derived, "buffers inside of the blocks, swapped with them since " + loraBuffersSince
	case vaceHints:
		if s.vaceMoved() > 0 {
			return Derived, "one activation, the hints leave the card"
		}
		return Derived, "one activation a VACE block, and one"
	case activations:
		return s.activationReason()
	case temporaries:
		return Derived, "16-bit copies of the largest weight"
	case ropeTable:
		return Derived, "8 bytes a token and head channel"
	case caches:
		return Derived, "one activation a prediction, and one"
	case buffers:
		return Measured, "what two logs show beyond the parts"
	case shortfall:
		return Measured, "predictions of such models were 0.7 to 1.2 GiB too low"
	case vae:
		return Measured, "encoding or decoding with the model on the card, beyond the sampling peak"
	case loading:
		return Derived, "the whole file is put on the card before blocks are swapped, beyond the sampling peak"
	case rounding:
		return Measured, "3 %; what else is reserved is given back"
	case beside:
		return Derived, "not offloaded before sampling"
	}
	return Measured, "0.4 to 0.7 GiB of context and modules in logs"
}

func (s *scenario) fromFile() (Basis, string) {
	if s.weights.Header {
		return Measured, "the file's header"
	}
	return Derived, "parameters of " + s.weights.Model.Name + " as " + string(s.weights.Dtype)
}

func (s *scenario) activationReason() (Basis, string) {
	n := s.in.tokens(likely)
	how := fmt.Sprintf("%d tokens (%s), rope %s", n, s.in.Tokens.Source, s.rope)
	switch {
	case s.weights.Model.More > 0:
		return Measured, how + ", attention of its own (two logs)"
	case s.compile && s.rope != "default":
		return Assumed, how + ", compiled (one log)"
	case s.era == modulatedOnce && s.rope == "comfy":
		return Measured, how + ", code since " + modulatedOnceSince + " (traced, two logs)"
	case s.era == fp32Residual:
		return Assumed, how + ", code before " + leanFFNSince
	}
	return Derived, how + ", traced in the code"
}
