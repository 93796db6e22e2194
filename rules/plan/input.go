package plan

// Input is what is known of one sampler's model path. The zero value of a field is "unknown", or
// "none" where it counts something; what is unknown widens the forecast.
type Input struct {
	// Weights are what the model may be, the likeliest first; one if it is certain. There is at
	// least one.
	Weights []Weights
	LoRA    LoRA
	Swap    Swap
	Tokens  Tokens

	// Patched says whether the wrapper replaces the model's Linear layers, which decides how many
	// blocks it swaps. Unknown follows from the weights (scaled or GGUF) and the LoRA (unmerged).
	Patched Maybe
	// Rope is rope_function: "default", "comfy" or "comfy_chunked".
	Rope string
	// FusedRope says whether ComfyUI computes rope in one kernel (torch for CUDA 13, or Triton).
	// Unknown lowers the low end.
	FusedRope Maybe
	// Attention is attention_mode, such as "sageattn".
	Attention string
	// Compile says whether torch.compile is at work on the blocks.
	Compile Maybe
	// PerToken says that every token has its own timestep: the 5B with a start image, Pusa. Unknown
	// counts as no, but for the 5B, whose high end it raises.
	PerToken Maybe
	// Speakers is how many people speak with masks of their own; more than one costs memory.
	Speakers int
	// CachedPredictions is how many predictions TeaCache, MagCache or EasyCache keep on the card: one,
	// or two if cfg is above 1. 0 is none, also where the cache is kept off the card.
	CachedPredictions int

	// MainDevice says whether the loader's load_device is main_device. Unknown counts as no, the
	// default since 2025-08-26.
	MainDevice Maybe
	// Beside is the bytes of other models that stay on the card: a text encoder without
	// force_offload, or the other half of a HIGH/LOW pair whose sampler does not offload.
	Beside int64
	// Loop is the VAE's work between the windows of a sampler that loops; nil is none.
	Loop *Loop

	// Wrapper is when the installed wrapper may have been written.
	Wrapper Days
	// OS is "windows" or "linux".
	OS string
}

// LoRA is what is not merged into the weights.
type LoRA struct {
	// Low and High are the bytes in memory: those of the files, for 16-bit files.
	Low, High int64
	// Count is how many there are.
	Count int
	// Merged says that there are others, which are merged.
	Merged bool
}

// Swap is the block-swap settings as they are written.
type Swap struct {
	Blocks, VACE, Prefetch int
	NonBlocking            bool
	// Max is the most that the installed node takes for Blocks; 0 is what follows from the
	// wrapper's day.
	Max int
	// Dead says why swap settings do nothing here or must not be written: ComfyUI runs with
	// --highvram, there is no CUDA, vram_management_args is linked. "" is that they work.
	Dead string
}

// Days bound the day of a wrapper, each as 2026-01-22 or "" for no bound. Both equal is a known day.
type Days struct {
	From, To string
	// Why says what shows From where nobody told it.
	Why string
}

// Day is a known day.
func Day(day string) Days { return Days{From: day, To: day} }

// Loop is a sampler that encodes and decodes between windows.
type Loop struct {
	// Kind is "multitalk" (with InfiniteTalk, SkyReels V3 and HuMo), "s2v" or "animate".
	Kind string
	// ForceOffload is the loop node's own: whether the model leaves the card while the VAE works.
	ForceOffload Maybe
	// Width, Height and Window are pixels and the frames of one window.
	Width, Height, Window int
	// Tiled says that the VAE works in tiles, where the peak is small.
	Tiled bool
}

// likely are the weights that the model most likely has.
func (in *Input) likely() *Weights { return &in.Weights[0] }

// partial reports whether nothing is known of the number of tokens.
func (in *Input) partial() bool { return in.Tokens.Source != Exact && in.Tokens.Source != Bound }
