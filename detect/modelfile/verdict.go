package modelfile

import (
	"slices"
	"strings"
)

// header draws the conclusions.
func (v *survey) header() *Header {
	h := &Header{
		Format:          v.format,
		Architecture:    v.architecture,
		Prefix:          strings.Clone(v.prefix),
		Tensors:         v.tensors,
		Bytes:           v.bytes,
		Dtypes:          v.dtypes.table(),
		Linears:         v.linears.table(),
		Scaled:          v.fp8Dtype != "" && v.scales.old+v.scales.new > 0,
		HasScaleWeight:  v.scales.old > 0,
		HasWeightScale:  v.scales.new > 0,
		Marker:          v.scales.marker,
		ComfyQuant:      v.scales.comfyQuant,
		Has16BitLinears: v.linears.count("BF16", "F16", "F32") > 0,
		Dim:             v.size(0, "patch_embedding.weight", "patch_embedding.0.weight", "vace_blocks.0.after_proj.weight"),
		InChannels:      v.size(1, "patch_embedding.weight", "patch_embedding.0.weight"),
		FFN:             v.size(0, "blocks.0.ffn.0.bias", "blocks.0.ffn.0.weight", "blocks.0.ffn.w1.weight"),
		Blocks:          v.blocks[mainBlocks],
		VACEBlocks:      v.blocks[vaceBlocks],
		Outside:         v.outside,
	}
	for _, key := range []string{"blocks.0.modulation", "blocks.0.modulation.modulation"} {
		if s := v.saw(key); s.seen {
			h.Modulation = strings.Clone(s.dtype)
		}
	}
	h.Kind, h.Family = v.judge()
	if h.Kind == LoRA {
		h.LoRA = v.lora
	}
	h.Quants = v.quants()
	h.Weights = v.weights(h.Quants)
	return h
}

// weights is what the weights are taken for; see [Header].
func (v *survey) weights(quants []string) string {
	if v.format == GGUF {
		return "gguf"
	}
	counted := v.linears
	if len(counted) == 0 {
		counted = v.dtypes
	}
	dtype := counted.most()
	if v.fp8Dtype != "" {
		dtype = v.fp8Dtype
	}
	switch dtype {
	case "F8_E4M3":
		return "e4m3fn"
	case "F8_E5M2":
		return "e5m2"
	case "BF16":
		return "bf16"
	case "F16":
		return "fp16"
	case "F32":
		return "fp32"
	case "I8":
		return "int8"
	case "U8": // two values a byte
		if slices.Contains(quants, "nvfp4") {
			return "nvfp4"
		}
	}
	return ""
}

// scales count the tensors by which quantized weights are known.
type scales struct {
	old, new   int  // .scale_weight, .weight_scale
	second     int  // .weight_scale_2, the scale of nvfp4's scales
	blockwise  int  // .weight_scale of powers of two, one for 32 values: mxfp8
	svdq       int  // .wscales, as SVDQuant calls them
	fp8, int8  int  // weights
	marker     bool // scaled_fp8
	comfyQuant bool // .comfy_quant
}

func (s *scales) note(t tensor) {
	switch t.name[strings.LastIndexByte(t.name, '.')+1:] {
	case "weight":
		switch t.dtype {
		case "F8_E4M3", "F8_E5M2":
			s.fp8++
		case "I8":
			s.int8++
		}
	case "scale_weight":
		s.old++
	case "weight_scale":
		s.new++
		if t.dtype == "U8" || t.dtype == "F8_E8M0" {
			s.blockwise++
		}
	case "weight_scale_2":
		s.second++
	case "wscales":
		s.svdq++
	case "comfy_quant":
		s.comfyQuant = true
	case "scaled_fp8":
		s.marker = s.marker || t.name == "scaled_fp8" // no loader looks for it behind a prefix
	}
}

// quants are the formats of quantized weights, sorted.
func (v *survey) quants() []string {
	if v.format != Safetensors {
		return nil
	}
	var found []string
	for _, one := range []struct {
		format string
		there  bool
	}{
		{"fp8", v.scales.fp8 > v.scales.blockwise},
		{"int8", v.scales.int8 > 0},
		{"mxfp8", v.scales.blockwise > 0},
		{"nvfp4", v.scales.second > 0},
		{"svdq", v.scales.svdq > 0},
	} {
		if one.there {
			found = append(found, one.format)
		}
	}
	return found
}
