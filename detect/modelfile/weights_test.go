package modelfile

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// small is a model of two blocks, for what does not depend on size.
func small() []part {
	w := t2v14b
	w.blocks = 2
	return w.model()
}

// TestWeights is about how weights are stored: what the loader makes of them, and what rules ask.
func TestWeights(t *testing.T) {
	fp8 := func(dtype string) []part { return stored(small(), dtype, matrix) }
	marker := p("scaled_fp8", 2)
	attention := func(q part) bool { return matrix(q) && strings.Contains(q.key, "attn") }
	// layered quantizes some matrices and gives each its scales and its note, as ComfyUI does.
	layered := func(parts []part, dtype string, some func(part) bool, scales func(part) []part) []part {
		all := stored(parts, dtype, some)
		for _, q := range parts {
			if some(q) {
				all = append(all, before(strings.TrimSuffix(q.key, "weight"), append(scales(q), p("comfy_quant", 19).as("U8")))...)
			}
		}
		return all
	}
	nvfp4 := func(parts []part, some func(part) bool) []part {
		return layered(parts, "U8", some, func(q part) []part {
			return []part{p("weight_scale", q.shape[0], q.shape[1]/16).as("F8_E4M3"), p("weight_scale_2").as("F32")}
		})
	}
	mxfp8 := func(parts []part, some func(part) bool) []part {
		return layered(parts, "F8_E4M3", some, func(q part) []part {
			return []part{p("weight_scale", q.shape[0], q.shape[1]/32).as("U8")}
		})
	}
	type verdict struct {
		Weights            string
		Scaled, Old, New   bool
		Marker, ComfyQuant bool
		Half               bool
		Quants             []string
	}
	for _, tt := range []struct {
		name, dtype string
		parts       []part
		want        verdict
	}{
		{"bf16", "BF16", small(), verdict{Weights: "bf16", Half: true}},
		{"fp16 with fp32 norms", "F16", stored(small(), "F32", func(q part) bool { return strings.Contains(q.key, "norm") }), verdict{Weights: "fp16", Half: true}},
		{"bf16 blocks, much fp32 outside", "BF16", append(small(), p("audio_injector.injector.9.k.weight", 99999, 9999).as("F32")), verdict{Weights: "bf16", Half: true}},
		{"fp32", "F32", small(), verdict{Weights: "fp32", Half: true}},
		{"plain e4m3fn", "BF16", fp8("F8_E4M3"), verdict{Weights: "e4m3fn", Quants: []string{"fp8"}}},
		{"plain e5m2", "BF16", fp8("F8_E5M2"), verdict{Weights: "e5m2", Quants: []string{"fp8"}}},
		{"everything e4m3fn", "F8_E4M3", small(), verdict{Weights: "e4m3fn", Quants: []string{"fp8"}}},
		{"e4m3fn, attention left in 16 bit", "BF16", stored(small(), "F8_E4M3", func(q part) bool { return matrix(q) && !attention(q) }),
			verdict{Weights: "e4m3fn", Half: true, Quants: []string{"fp8"}}},
		{"one fp8 tensor decides", "BF16", append(small(), p("blocks.1.ffn.9.weight", 8, 8).as("F8_E5M2")), verdict{Weights: "e5m2", Half: true, Quants: []string{"fp8"}}},
		{"first by name, not by place", "BF16", append(small(), p("zzz.weight", 8).as("F8_E4M3"), p("aaa.weight", 8).as("F8_E5M2")),
			verdict{Weights: "e5m2", Half: true, Quants: []string{"fp8"}}},
		{"scaled, marked", "BF16", append(scaled(fp8("F8_E4M3"), "scale_weight"), marker.as("F8_E4M3")),
			verdict{Weights: "e4m3fn", Scaled: true, Old: true, Marker: true, Quants: []string{"fp8"}}},
		{"scaled, no marker", "BF16", scaled(fp8("F8_E5M2"), "scale_weight"), verdict{Weights: "e5m2", Scaled: true, Old: true, Quants: []string{"fp8"}}},
		{"marker only", "BF16", append(fp8("F8_E4M3"), marker.as("F8_E4M3")), verdict{Weights: "e4m3fn", Marker: true, Quants: []string{"fp8"}}},
		{"marker behind a prefix", "BF16", before("model.diffusion_model.", append(fp8("F8_E4M3"), marker.as("F8_E4M3"))),
			verdict{Weights: "e4m3fn", Quants: []string{"fp8"}}},
		{"ComfyUI's mixed fp8", "BF16", append(scaled(fp8("F8_E4M3"), "weight_scale"), p("blocks.0.ffn.0.comfy_quant", 27).as("U8")),
			verdict{Weights: "e4m3fn", Scaled: true, New: true, ComfyQuant: true, Quants: []string{"fp8"}}},
		{"nvfp4", "BF16", nvfp4(small(), matrix), verdict{Weights: "nvfp4", New: true, ComfyQuant: true, Quants: []string{"nvfp4"}}},
		{"mxfp8", "BF16", mxfp8(small(), matrix), verdict{Weights: "e4m3fn", Scaled: true, New: true, ComfyQuant: true, Quants: []string{"mxfp8"}}},
		{"nvfp4 and mxfp8", "BF16", nvfp4(mxfp8(small(), attention), func(q part) bool { return matrix(q) && !attention(q) }),
			verdict{Weights: "e4m3fn", Scaled: true, New: true, ComfyQuant: true, Quants: []string{"mxfp8", "nvfp4"}}},
		{"int8", "BF16", scaled(stored(small(), "I8", matrix), "weight_scale"), verdict{Weights: "int8", New: true, Quants: []string{"int8"}}},
		{"svdq", "BF16", append(small(), p("blocks.0.ffn.0.qweight", 64, 64).as("I8"), p("blocks.0.ffn.0.wscales", 2, 64)),
			verdict{Weights: "bf16", Half: true, Quants: []string{"svdq"}}},
		{"bytes that nothing explains", "U8", small(), verdict{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := read(t, safetensorsFile(t, tt.dtype, tt.parts))
			got := verdict{h.Weights, h.Scaled, h.HasScaleWeight, h.HasWeightScale, h.Marker, h.ComfyQuant, h.Has16BitLinears, h.Quants}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("want - got +\n%s", diff)
			}
			if h.Kind != Diffusion {
				t.Errorf("got the kind %q", h.Kind)
			}
		})
	}
}

// TestLinears has the keys that count as what quantizing is about.
func TestLinears(t *testing.T) {
	for key, want := range map[string]int{
		"blocks.3.self_attn.q.weight":                1,
		"blocks.0.ffn.w1.weight":                     1,
		"blocks.0.audio_cross_attn.kv_linear.weight": 1,
		"blocks.0.motion_attn.k.weight":              1,
		"vace_blocks.0.before_proj.weight":           1,
		"blocks.0.adaLN_modulation.1.weight":         0, // LongCat
		"blocks.0.norm1.linear.weight":               0,
		"blocks.0.self_attn.ref_adapter.to_k.weight": 0, // Lynx
		"blocks.0.fuser_block.linear1_kv.weight":     0, // Animate, renamed
		"blocks.0.self_attn.q.bias":                  0,
		"blocks.0.self_attn.q.qweight":               0,
		"blocks.0.self_attn.q_loras.down.weight":     0,
		"time_projection.1.weight":                   0,
	} {
		t.Run(key, func(t *testing.T) {
			h := read(t, safetensorsFile(t, "BF16", []part{p(key, 64, 32)}))
			cube := read(t, safetensorsFile(t, "BF16", []part{p(key, 64, 32, 3)}))
			if h.Linears["BF16"].Tensors != want || len(cube.Linears) != 0 {
				t.Errorf("got %v, and %v with three dimensions; want %d", h.Linears, cube.Linears, want)
			}
		})
	}
}

// TestDtypes counts a scaled file by hand.
func TestDtypes(t *testing.T) {
	h := read(t, safetensorsFile(t, "BF16", scaled(stored(small(), "F8_E4M3", matrix), "scale_weight")))
	perBlock := Tally{Tensors: 10, Bytes: 8*5120*5120 + 2*5120*13824}
	if diff := cmp.Diff(map[string]Tally{"F8_E4M3": {20, 2 * perBlock.Bytes}}, h.Linears); diff != "" {
		t.Errorf("linears\n%s", diff)
	}
	want := map[string]Tally{
		"F8_E4M3": {20, 2 * perBlock.Bytes},
		"F32":     {20, 20 * 4},
		"BF16":    {15 + 2*17, 2*232719424 + 2*2*(59904+61440)},
	}
	if diff := cmp.Diff(want, h.Dtypes); diff != "" {
		t.Errorf("dtypes, want - got +\n%s", diff)
	}
	if h.Modulation != "BF16" || h.BlockBytes() != perBlock.Bytes+2*(59904+61440)+10*4 {
		t.Errorf("got a modulation of %s and %d bytes a block", h.Modulation, h.BlockBytes())
	}
}

// TestGGUF checks bytes a block with what loaders logged and the fact sheet computed, in MiB.
func TestGGUF(t *testing.T) {
	quantized := func(dtype string) []part {
		return stored(t2v14b.model(), dtype, matrix)
	}
	mixed := stored(quantized("Q4_K"), "Q6_K", func(q part) bool {
		return matrix(q) && (strings.Contains(q.key, ".v.") || strings.Contains(q.key, "ffn.2"))
	})
	for _, tt := range []struct {
		name  string
		parts []part
		mib   float64
		types string
	}{
		{"Q8_0", quantized("Q8_0"), 356, "F16 Q8_0"},
		{"Q4_K_M", mixed, 219, "F16 Q4_K Q6_K"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := read(t, ggufModel(t, "wan", "F16", tt.parts))
			if h.Format != GGUF || h.Architecture != "wan" || h.Kind != Diffusion || h.Family != "t2v" || h.Weights != "gguf" {
				t.Errorf("got %s %q %s of family %q, weights %q", h.Format, h.Architecture, h.Kind, h.Family, h.Weights)
			}
			if got := float64(h.BlockBytes()) / (1 << 20); got < tt.mib-1 || got > tt.mib+1 || len(h.Blocks) != 40 {
				t.Errorf("got %d blocks of %.2f MiB, want 40 of %.0f", len(h.Blocks), got, tt.mib)
			}
			var names []string
			for name := range h.Dtypes {
				names = append(names, name)
			}
			slices.Sort(names)
			if got := strings.Join(names, " "); got != tt.types {
				t.Errorf("got the types %s, want %s", got, tt.types)
			}
			if h.Scaled || h.Quants != nil || h.Has16BitLinears {
				t.Errorf("got scaled %t, quants %v, 16 bit %t", h.Scaled, h.Quants, h.Has16BitLinears)
			}
		})
	}
}

// TestGGUFOriginalShape takes the shape that a tensor had before it was folded.
func TestGGUFOriginalShape(t *testing.T) {
	g := newGGUF(3, 2)
	g.text("comfy.gguf.orig_shape.patch_embedding.weight").u32(9).u32(5).u64(5).u32(5120).u32(36).u32(1).u32(2).u32(2)
	g.text("general.alignment").u32(4).u32(64)
	g.tensor("patch_embedding.weight", "F16", 0, 2880, 256)
	g.tensor("blocks.0.self_attn.k.weight", "Q8_0", 2880*256*2, 5120, 5120)
	g.tensor("text_embedding.0.weight", "F16", 2880*256*2+5120*5120/32*34, 5120, 4096)
	data := int64(2880*256*2 + 5120*5120/32*34 + 5120*4096*2)
	h := read(t, sparse{t, g.Bytes(), int64(g.Len()+63)/64*64 + data})
	if h.Dim != 5120 || h.InChannels != 36 || h.Family != "i2v-2.2" || h.Bytes != data {
		t.Errorf("got dim %d, %d channels, family %q, %d bytes", h.Dim, h.InChannels, h.Family, h.Bytes)
	}
}
