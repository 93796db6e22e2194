// Package modelfile reads what the header of a model file says about it: what the file is for, in
// which formats its weights are stored, and how many bytes stand in which part of the model.
//
// [Read] tells safetensors from GGUF by content and reads the header alone, so that a file
// of 14 GB costs as much as one of 14 KB. Headers are not trusted: every length, count and offset is
// checked before use, and what does not hold is an [*Error] with the place in the file.
//
// The answers are what the file proves. A file name has no say here.
package modelfile

// Header is what the header of a model file says. Bytes are bytes in the file.
type Header struct {
	Format Format
	// Kind is what the file is for; "" if nothing in it tells.
	Kind Kind
	// Family is the model it belongs to, as the table in families.go names it; "" if nothing tells.
	// Models with the same tensors share a name: "t2v" is Wan 2.1, either half of Wan 2.2 A14B,
	// Phantom or MoCha.
	Family string
	// Architecture is what a GGUF file calls itself, such as "wan"; "" in safetensors.
	Architecture string
	// Prefix stood before the keys and was left out in what follows, such as
	// "model.diffusion_model."; of several it is that of the first tensor that has one.
	Prefix string

	// Tensors is how many there are, Bytes how much data they have together.
	Tensors int
	Bytes   int64
	// Dtypes counts all tensors by the name of their type in the file: "F8_E4M3", "BF16", "Q4_K".
	Dtypes map[string]Tally
	// Linears counts the weights that a quantized file is about: the matrices inside of blocks that
	// the wrapper does not keep in base precision. It is nil where there are no blocks.
	Linears map[string]Tally

	// Weights is what a loader with quantization "disabled" takes the weights for: "e4m3fn" or
	// "e5m2" as soon as one tensor is fp8, else what most bytes of Linears, or of all tensors, are:
	// "bf16", "fp16", "fp32", "int8", "nvfp4". GGUF is "gguf". "" is none of these.
	Weights string
	// Scaled says that fp8 weights have scales beside them: HasScaleWeight or HasWeightScale. The
	// marker plays no part.
	Scaled bool
	// HasScaleWeight says that keys end in .scale_weight, the older way to store a scale.
	HasScaleWeight bool
	// HasWeightScale says that keys end in .weight_scale, as ComfyUI stores scales now. Wrappers
	// before 2025-12-23 cannot read them.
	HasWeightScale bool
	// Marker says that the key scaled_fp8 is there, by which older loaders know a scaled file.
	Marker bool
	// ComfyQuant says that keys end in .comfy_quant, with which ComfyUI notes a format per layer.
	ComfyQuant bool
	// Quants are the formats of quantized safetensors weights, sorted: "fp8", "int8", "mxfp8",
	// "nvfp4", "svdq"; more than one is a mixed file, nil is none.
	Quants []string
	// Has16BitLinears says that some of Linears are BF16, F16 or F32.
	Has16BitLinears bool
	// Modulation is the type of the first block's modulation; "" is unknown. "F32" stays so in
	// memory.
	Modulation string

	// Dim is the width of the model, InChannels the channels that it is fed, FFN the width inside of
	// its feed-forward layers; 0 is unknown.
	Dim, InChannels, FFN int
	// Blocks has the bytes of each blocks.N., what the wrapper moves into a block included. A
	// module that leaves blocks out has 0 there. Its length is the number of blocks.
	Blocks []int64
	// VACEBlocks has the bytes of each vace_blocks.N.; nil is no VACE.
	VACEBlocks []int64
	// Outside is the bytes in neither: what block swap never moves.
	Outside int64
	// LoRA is about a file of Kind [LoRA], else zero.
	LoRA Pairs
}

// Format is how a file is written.
type Format string

// The formats that are read.
const (
	Safetensors Format = "safetensors"
	GGUF        Format = "gguf"
)

// Kind is what a file is for.
type Kind string

// The kinds that a header can prove.
const (
	Diffusion Kind = "diffusion" // a main model
	Module    Kind = "module"    // added to a main model: VACE, MultiTalk, Lynx, …
	LoRA      Kind = "lora"
	T5        Kind = "t5" // a text encoder
	CLIP      Kind = "clip"
	VAE       Kind = "vae"
)

// Tally is how many tensors there are of a sort, and their bytes.
type Tally struct {
	Tensors int
	Bytes   int64
}

// Pairs describes a LoRA.
type Pairs struct {
	// Count is how many layers it changes by a pair of low-rank matrices, Full how many tensors it
	// adds as they are (.diff, .diff_b).
	Count, Full int
	// MinRank and MaxRank bound the rank of the pairs; 0 is unknown.
	MinRank, MaxRank int
}

// BlockBytes is the size of the largest block, which is what block swap has to make room for; 0 is
// no blocks.
func (h *Header) BlockBytes() int64 {
	var most int64
	for _, bytes := range h.Blocks {
		most = max(most, bytes)
	}
	return most
}

// VACEBytes is the size of all VACE blocks together; 0 is none.
func (h *Header) VACEBytes() int64 {
	var sum int64
	for _, bytes := range h.VACEBlocks {
		sum += bytes
	}
	return sum
}

// Size is how people call a model of this width: "14B", "5B" or "1.3B"; "" is unknown.
func (h *Header) Size() string {
	switch h.Dim {
	case 5120:
		return "14B"
	case 3072:
		return "5B"
	case 1536:
		return "1.3B"
	}
	return ""
}
