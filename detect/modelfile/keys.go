package modelfile

import "strings"

// prefixes are what trainers and savers put before the keys of a model, also several of them.
var prefixes = [...]string{"model.", "diffusion_model.", "base_model.", "video_model.", "audio_model.", "transformer."}

// plain takes the prefixes off a tensor's name.
func plain(name string) string {
	for again := true; again; {
		again = false
		for _, prefix := range prefixes {
			if rest, ok := strings.CutPrefix(name, prefix); ok {
				name, again = rest, true
			}
		}
	}
	return name
}

// group is a list of blocks in a model.
type group int

const (
	outside group = iota
	mainBlocks
	vaceBlocks
)

// place tells which block a key belongs to, and what follows its number.
func place(key string) (in group, index int, rest string) {
	separator := byte('.')
	scale := 1
	switch {
	case strings.HasPrefix(key, "blocks."):
		in, key = mainBlocks, key[len("blocks."):]
	case strings.HasPrefix(key, "vace_blocks."):
		in, key = vaceBlocks, key[len("vace_blocks."):]
	case strings.HasPrefix(key, "face_adapter.fuser_blocks."):
		// WanAnimate: the wrapper puts each of these into every fifth block.
		in, key, scale = mainBlocks, key[len("face_adapter.fuser_blocks."):], 5
	case strings.HasPrefix(key, "lora_unet_"):
		key = strings.TrimPrefix(key[len("lora_unet_"):], "_")
		if in, separator = mainBlocks, '_'; strings.HasPrefix(key, "vace_") {
			in, key = vaceBlocks, key[len("vace_"):]
		}
		if !strings.HasPrefix(key, "blocks_") {
			return outside, 0, ""
		}
		key = key[len("blocks_"):]
	default:
		return outside, 0, ""
	}
	i := 0
	for ; i < len(key) && '0' <= key[i] && key[i] <= '9'; i++ {
		if index = index*10 + int(key[i]-'0'); index >= maxBlocks {
			return outside, 0, ""
		}
	}
	if i == 0 || i == len(key) || key[i] != separator {
		return outside, 0, ""
	}
	return in, index * scale, key[i+1:]
}

// kept are parts of keys inside of blocks whose matrices the wrapper leaves in base precision.
var kept = [...]string{"norm", "modulation", "adapter", "fuser_block", "embedding", "time_", "add", "ref_conv"}

// isLinear reports whether a tensor inside of a block is a matrix that is quantized with the model.
func isLinear(key, rest string, shape []int64) bool {
	if len(shape) != 2 || !strings.HasSuffix(rest, "weight") || strings.Contains(rest, "lora") {
		return false
	}
	for _, word := range kept {
		if strings.Contains(key, word) {
			return false
		}
	}
	return true
}
