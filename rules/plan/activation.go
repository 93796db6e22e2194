package plan

// level is which of the three numbers is computed.
type level int

const (
	low level = iota
	likely
	high
)

// pick takes the value of a level.
func (l level) pick(low, likely, high float64) float64 { return [...]float64{low, likely, high}[l] }

// chunked is the number of tokens up to which comfy_chunked does not split the feed-forward layers.
const chunked = 8192

// activations are the bytes that a block holds at its peak, in one forward of n tokens. They are
// counted in A, one activation of 16 bit (n × dim), and F, one inside of the feed-forward layers
// (n × ffn): attention holds up to 9 A while it turns the keys, the feed-forward layers 2 A + 2 F
// at their nonlinearity, and older code more of both.
func (s *scenario) activations(n int, l level) float64 {
	m := &s.weights.Model
	a := float64(n) * float64(m.Dim) * 2
	f := float64(n) * float64(m.FFN) * 2
	peak := s.block(n, a, f, l)
	peak += m.More * a
	if s.in.Speakers > 1 {
		perPair := 30.0
		if s.era < modulatedOnce {
			perPair = 120
		}
		peak = max(peak, 6*a+perPair*float64(n)*float64(s.in.Tokens.Frame))
	}
	if s.perToken(l) {
		peak += 12 * a
		if s.weights.FP32Norms == Yes {
			peak += 6 * a
		}
	}
	return peak * l.pick(0.97, 1, 1.05)
}

// block is the peak of an ordinary block.
func (s *scenario) block(n int, a, f float64, l level) float64 {
	attention, ffn := s.eager(a, f, l)
	switch {
	case s.rope == "default": // in fp64, which is kept out of compilation
		attention += 5.8 * a
	case s.compile && s.weights.Model.More == 0:
		return min(s.compiled(a, f, l), max(attention, ffn))
	case s.rope == "comfy_chunked":
		split := 7 * a
		if s.era < halfResidual {
			split = l.pick(10.35, 10.35, 12) * a // from one log, of which this is not sure
		}
		if n <= chunked {
			return min(max(split, ffn), max(attention, ffn))
		}
		whole := float64(chunked) / float64(n)
		return min(max(split, ffn*whole), max(attention, ffn)) // more tokens never take less
	}
	return max(attention, ffn)
}

// eager is what attention and feed-forward layers hold where nothing is compiled.
func (s *scenario) eager(a, f float64, l level) (attention, ffn float64) {
	switch s.era {
	case fp32Residual:
		return 9 * a, 9*a + 2*f
	case leanFFN:
		return 17 * a, 8*a + 2*f
	case halfResidual:
		attention, ffn = 9*a, 3*a+2*f
	default:
		attention, ffn = 9*a, 2*a+2*f
	}
	if s.autocast(l) {
		ffn = max(ffn, 4*a+2*f)
	}
	if s.fusedRope(l) {
		attention = 6 * a
		if s.sage() != No {
			attention = 7.5 * a
		}
	}
	return attention, ffn
}

// compiled is what a block holds that torch.compile took in one piece.
func (s *scenario) compiled(a, f float64, l level) float64 {
	switch s.sage() {
	case Yes:
		return max(l.pick(6.5, 7, 7.5)*a, 3*a+f)
	case No:
		return max(l.pick(5, 5, 6)*a, l.pick(2, 2, 3)*a+f)
	}
	return max(l.pick(5, 6, 7.5)*a, l.pick(2, 2.5, 3)*a+f)
}

// temporaries are the bytes that a Linear layer holds beside its input and output: copies of its
// weight in 16 bit, of which the largest counts.
func (s *scenario) temporaries(l level) float64 {
	w := s.weights
	copies := 0.0
	switch {
	case w.Dtype.GGUF():
		copies = 3
	case w.Dtype.Scaled():
		copies = 2
	case w.Dtype.fp8():
		copies = 1
	case w.Dtype == "":
		copies = l.pick(0, 2, 3)
	}
	switch {
	case s.in.LoRA.Count > 1:
		copies = max(copies, 5)
	case s.in.LoRA.High > 0:
		copies = max(copies, 4)
	}
	if s.compile && l == low {
		copies = 0 // if they are fused away
	}
	return copies * float64(w.Model.Dim) * float64(w.Model.FFN) * 2
}

// autocast tells whether norms are computed in fp32: their weights are, or the weights are fp8
// without scales in torch's own Linear layers.
func (s *scenario) autocast(l level) bool {
	w := s.weights
	return w.FP32Norms == Yes || w.FP32Norms == Unknown && l == high ||
		w.Dtype.fp8() && s.in.patched(w) == No
}

func (s *scenario) fusedRope(l level) bool {
	return s.rope == "comfy" && s.era >= halfResidual &&
		(s.in.FusedRope == Yes || s.in.FusedRope == Unknown && l == low)
}

func (s *scenario) perToken(l level) bool {
	return s.in.PerToken == Yes ||
		s.in.PerToken == Unknown && l == high && s.weights.Model.Family == "ti2v"
}
