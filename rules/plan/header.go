package plan

import (
	"github.com/wanfix/wanfix/detect/modelfile"
)

// Load is what the loader does to a file.
type Load struct {
	// Quantization is the dtype that linears are cast to; "" leaves them as they are in the file.
	// GGUF is never cast, and a scaled file only to 16 bit, by merging a LoRA into it the low-memory
	// way.
	Quantization Dtype
	// Base is base_precision: "fp32", "fp16" or "bf16"; "" counts as 16 bit.
	Base Dtype
}

// FromHeader are the bytes that a header shows, adjusted for what the loader converts: linears to
// the dtype that is asked for, what it keeps in base precision to that, patch embeddings to fp32.
// The model is that of [ByHeader].
func FromHeader(m Model, h *modelfile.Header, load Load) Weights {
	w := Weights{Model: m, Dtype: dtypeOf(h), Header: true,
		Blocks: append([]int64(nil), h.Blocks...), VACE: append([]int64(nil), h.VACEBlocks...),
		Outside: h.Outside, File: h.Bytes, FP32Norms: No}
	w.Model.Blocks, w.Model.VACE = len(w.Blocks), len(w.VACE)
	if h.Modulation == "F32" {
		w.FP32Norms = Yes
	}
	if h.Format == modelfile.GGUF || w.Dtype.Scaled() && load.Quantization.size() < 2 {
		w.Outside += m.Outside.FP32 * 2 // from 16 bit
		return w
	}
	to := load.target(w.Dtype)
	linears, values := linears(h)
	if size := to.size(); size > 0 && linears > 0 {
		w.spread(values*size-linears, values)
	}
	w.Outside = outside(m.Outside, h, to)
	if to.size() > 0 {
		w.Dtype = to
	}
	return w
}

// target is the dtype of linears once they are loaded.
func (l Load) target(file Dtype) Dtype {
	switch {
	case l.Quantization != "":
		return l.Quantization
	case file.fp8():
		return file
	case l.Base != "":
		return l.Base
	case file == "fp32":
		return "bf16"
	}
	return file
}

// size is bytes a value of dtypes that the loader casts to; 0 is none of them.
func (d Dtype) size() int64 {
	switch {
	case d == "fp32":
		return 4
	case d == "fp16", d == "bf16":
		return 2
	case d.fp8():
		return 1
	}
	return 0
}

// linears are the bytes and the number of values of the quantizable weights in blocks.
func linears(h *modelfile.Header) (bytes, values int64) {
	for dtype, tally := range h.Linears {
		bytes += tally.Bytes
		switch dtype {
		case "F32":
			values += tally.Bytes / 4
		case "BF16", "F16":
			values += tally.Bytes / 2
		default:
			values += tally.Bytes
		}
	}
	return bytes, values
}

// spread adds bytes to blocks in proportion to their linears, or to their bytes where the table
// does not know those.
func (w *Weights) spread(bytes, values int64) {
	known := w.Model.Block.Count() > 0 || w.Model.VACEBlock.Count() > 0
	total := sum(w.Blocks) + sum(w.VACE)
	add := func(blocks []int64, params func(int) Params) {
		for i := range blocks {
			part := float64(blocks[i]) / float64(total)
			if known {
				part = float64(params(i).quantizable()) / float64(values)
			}
			blocks[i] = max(0, blocks[i]+int64(part*float64(bytes)))
		}
	}
	add(w.Blocks, w.Model.block)
	add(w.VACE, w.Model.vaceBlock)
}

// outside is what the parts outside of blocks take: as in the file, but for an fp32 file cast to
// base precision, and with patch embeddings in fp32.
func outside(p Params, h *modelfile.Header, to Dtype) int64 {
	values := p.Count()
	if values == 0 {
		return h.Outside
	}
	rest := values - p.FP32
	switch perValue := float64(h.Outside) / float64(values); {
	case perValue > 3 && to != "fp32":
		return rest*2 + p.FP32*4
	case perValue > 1.5:
		return h.Outside + p.FP32*2
	default:
		return h.Outside + p.FP32*3
	}
}

// dtypeOf puts a header's verdict in this package's words.
func dtypeOf(h *modelfile.Header) Dtype {
	switch h.Weights {
	case "e4m3fn", "e5m2":
		if h.Scaled {
			return Dtype(h.Weights + "_scaled")
		}
	case "gguf":
		return ggufOf(h)
	}
	return Dtype(h.Weights)
}

// ggufOf is the kind of most linears; the mix does not matter where the bytes are known.
func ggufOf(h *modelfile.Header) Dtype {
	var best string
	for dtype, tally := range h.Linears {
		if most := h.Linears[best].Bytes; tally.Bytes > most || tally.Bytes == most && dtype < best {
			best = dtype
		}
	}
	if len(best) > 0 && best[0] == 'Q' {
		return Dtype(best)
	}
	return "Q8_0" // unquantized GGUF loads the same way
}
