package plan

import "slices"

// part is a summand; those up to rounding are what torch allocates.
type part int

const (
	resident part = iota
	swapped
	outsideBlocks
	lora
	vaceBlocks
	vaceHints
	activations
	temporaries
	ropeTable
	caches
	buffers
	shortfall
	vae
	loading
	rounding
	beside
	context
	partCount
)

// parts are bytes by part.
type parts [partCount]int64

func (p parts) total() int64 { return sum(p[:]) }

// parts computes a scenario at a level. Beside the sampling peak it looks at two others, the VAE
// between windows and loading, and counts what they exceed it by.
func (s *scenario) parts(l level) parts {
	in, w := s.in, s.weights
	n := in.tokens(l)
	a := float64(n) * float64(w.Model.Dim) * 2
	var p parts
	moved := in.moved(w, s.offByOne)
	stay := len(w.Blocks) - moved
	p[resident] = sum(w.Blocks[:stay])
	p[swapped] = largest(w.Blocks[stay:], 1+s.prefetch())
	p[outsideBlocks] = w.Outside
	p[lora] = s.loraBytes(l, stay)
	p[vaceBlocks], p[vaceHints] = s.vace(a)
	act := s.activations(n, l)
	p[activations] = int64(act)
	if n > 0 {
		inFFN := a*2 + float64(n)*float64(w.Model.FFN)*2
		p[temporaries] = int64(max(0, inFFN+s.temporaries(l)-act))
	}
	if w.Model.Heads > 0 {
		p[ropeTable] = int64(8 * w.Model.Dim / w.Model.Heads * n)
	}
	if in.CachedPredictions > 0 {
		p[caches] = int64(a) * int64(in.CachedPredictions+1)
	}
	p[buffers] = GiB / 10
	if w.Model.Short && n > 0 {
		p[shortfall] = int64(l.pick(0.7, 0.95, 1.2) * GiB)
	}
	stays := p[resident] + p[lora] + p[outsideBlocks] + p[buffers]
	p[vae] = max(0, stays+in.loopVAE(l)-p.total())
	if in.loadsWhole(w) {
		p[loading] = max(0, w.File+p[buffers]-p.total())
	}
	p[rounding] = int64(l.pick(0, 0.03, 0.03) * float64(p.total()))
	p[beside] = in.Beside
	p[context] = contextSpan.at(l)
	return p
}

// tokens is their number at a level; 0 where nothing is known.
func (in *Input) tokens(l level) int {
	switch {
	case in.partial():
		return 0
	case l == low:
		return in.Tokens.Low
	}
	return in.Tokens.High
}

// prefetch is how many blocks are copied ahead; the wrapper ignores the setting where it has not
// replaced the Linear layers.
func (s *scenario) prefetch() int {
	if s.in.patched(s.weights) == No {
		return 0
	}
	return s.in.Swap.Prefetch
}

// largest is the sum of the n largest.
func largest(blocks []int64, n int) int64 {
	switch {
	case n >= len(blocks):
		return sum(blocks)
	case n == 0:
		return 0
	case n == 1:
		return slices.Max(blocks)
	}
	sorted := slices.Clone(blocks)
	slices.Sort(sorted)
	return sum(sorted[len(sorted)-n:])
}

// loraBytes is what unmerged LoRAs take on the card: buffers inside of the blocks that stay, or all
// of them with older wrappers.
func (s *scenario) loraBytes(l level, stay int) int64 {
	bytes := s.in.LoRA.High
	if l == low {
		bytes = s.in.LoRA.Low
	}
	since := s.days.since(loraBuffersSince)
	blocks := len(s.weights.Blocks)
	if since == No || since == Unknown && l == high || blocks == 0 {
		return bytes
	}
	onCard := stay + min(blocks-stay, 1+s.prefetch())
	return int64(float64(bytes) * float64(onCard) / float64(blocks))
}

// vace is what VACE blocks and their hints take: one activation a block and one more, unless
// swapping a VACE block keeps the hints off the card.
func (s *scenario) vace(a float64) (blocks, hints int64) {
	w := s.weights
	if len(w.VACE) == 0 {
		return 0, 0
	}
	moved := s.vaceMoved()
	stay := len(w.VACE) - moved
	blocks = sum(w.VACE[:stay]) + largest(w.VACE[stay:], 1)
	if moved > 0 {
		return blocks, int64(a)
	}
	return blocks, int64(a) * int64(len(w.VACE)+1)
}

// vaceMoved is how many VACE blocks are swapped: with swap on, at least one where the wrapper has
// not replaced the Linear layers.
func (s *scenario) vaceMoved() int {
	if s.in.Swap.Dead != "" || s.in.Swap.Blocks <= 0 {
		return 0
	}
	moved := s.in.Swap.VACE
	if s.in.patched(s.weights) == No {
		moved = max(moved, 1)
	}
	return min(moved, len(s.weights.VACE))
}

// loadsWhole reports whether loading puts the whole file on the card before anything is swapped.
func (in *Input) loadsWhole(w *Weights) bool {
	return in.MainDevice == Yes && !w.Dtype.GGUF() && in.LoRA.High == 0
}
