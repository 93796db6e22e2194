package rules

import (
	"maps"
	"slices"

	"github.com/wanfix/wanfix/detect/modelfile"
)

// ofHeader answers from the header of the model file: a name proves none of this.
func ofHeader(value func(*modelfile.Header) string) func(*scene) Answer {
	return func(s *scene) Answer {
		e := s.modelFile()
		if e.header == nil {
			return unknown(e.missing(" more than its name"))
		}
		if text := value(e.header); text != "" {
			return known(text, e.source)
		}
		return unknown("the header does not tell")
	}
}

// kindOfFile does not tell of a file that embeds patches and is called a module: some
// models do it in a way of their own.
func kindOfFile(h *modelfile.Header) string {
	if h.Kind == modelfile.Module && h.InChannels > 0 {
		return ""
	}
	return string(h.Kind)
}

// nothingOdd is the answer where all of a file can be read.
const nothingOdd = "none"

// unpacked are the types of GGUF tensors that the wrapper can unpack.
var unpacked = []string{"F32", "F16", "BF16", "Q8_0", "Q5_1", "Q5_0", "Q4_1", "Q4_0", "Q6_K", "Q5_K", "Q4_K", "Q3_K", "Q2_K"}

func oddGGUFType(h *modelfile.Header) string {
	if h.Format == modelfile.GGUF {
		for _, dtype := range slices.Sorted(maps.Keys(h.Dtypes)) {
			if !slices.Contains(unpacked, dtype) {
				return dtype
			}
		}
	}
	return nothingOdd
}

func oddQuant(h *modelfile.Header) string {
	for _, quant := range h.Quants {
		if quant != "fp8" {
			return quant
		}
	}
	return nothingOdd
}
