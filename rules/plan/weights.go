package plan

import (
	"fmt"
	"slices"
)

// Weights is the bytes of a model path as the loader leaves them in memory.
type Weights struct {
	// Model is the shape; its Dim is never 0.
	Model Model
	// Dtype is what most weights are; "" is unknown.
	Dtype Dtype
	// Blocks and VACE are the bytes of each block, Outside those that block swap never moves.
	Blocks, VACE []int64
	Outside      int64
	// File is what loading puts on the card at once where load_device is main_device.
	File int64
	// FP32Norms says whether the modulation stays fp32, which makes activations larger.
	FP32Norms Maybe
	// Header says that the bytes come from the file's header.
	Header bool
}

// Weights are the model's bytes as a dtype, from the number of its parameters. The error says that
// the table has no parameters for the model, or does not know the dtype.
func (m Model) Weights(d Dtype) (Weights, error) {
	if _, known := mixes[d]; !known {
		return Weights{}, fmt.Errorf("size %s: unknown dtype %q", m.Name, d)
	}
	if m.Block.Count()+m.StepBlock.Count()+m.VACEBlock.Count()+m.Outside.Count() == 0 {
		return Weights{}, fmt.Errorf("size %s: its parameters are not in the table", m.Name)
	}
	const norm = 16
	w := Weights{Model: m, Dtype: d, Blocks: make([]int64, m.Blocks), VACE: make([]int64, m.VACE)}
	for i := range w.Blocks {
		w.Blocks[i] = int64(m.block(i).bits(d, norm) / 8)
	}
	for i := range w.VACE {
		w.VACE[i] = int64(m.vaceBlock(i).bits(d, norm) / 8)
	}
	outside := d
	if d.GGUF() {
		outside = "bf16" // converters leave everything outside of blocks alone
	}
	w.Outside = int64(m.Outside.bits(outside, norm) / 8)
	w.File = w.total()
	return w, nil
}

// Add joins a module (VACE, MultiTalk, …) to the model that it is loaded into.
func (w Weights) Add(module Weights) Weights {
	w.Blocks, w.VACE = sums(w.Blocks, module.Blocks), sums(w.VACE, module.VACE)
	w.Outside += module.Outside
	w.File += module.File
	w.Header = w.Header && module.Header
	if len(w.VACE) > w.Model.VACE {
		w.Model.VACE = len(w.VACE)
	}
	return w
}

// BlockBytes is the size of the largest block.
func (w Weights) BlockBytes() int64 {
	if len(w.Blocks) == 0 {
		return 0
	}
	return slices.Max(w.Blocks)
}

// Resident is the bytes that stay on the card with these settings.
func (w Weights) Resident(s Swap) int64 {
	stay := len(w.Blocks)
	if s.Dead == "" {
		stay = max(0, stay-max(0, s.Blocks))
	}
	return sum(w.Blocks[:stay]) + sum(w.VACE) + w.Outside
}

func (w Weights) total() int64 { return sum(w.Blocks) + sum(w.VACE) + w.Outside }

func sum(all []int64) (total int64) {
	for _, bytes := range all {
		total += bytes
	}
	return total
}

// sums adds two lists, the shorter of which ends in zeros.
func sums(a, b []int64) []int64 {
	if len(a) < len(b) {
		a, b = b, a
	}
	all := slices.Clone(a)
	for i, bytes := range b {
		all[i] += bytes
	}
	return all
}
