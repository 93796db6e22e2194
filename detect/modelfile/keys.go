package modelfile

import "strings"

// plain takes off what trainers and savers put before the keys of a model, also several of them.
func plain(name string) string {
	for {
		word, rest, dot := strings.Cut(name, ".")
		switch word {
		case "model", "diffusion_model", "base_model", "video_model", "audio_model", "transformer":
			if dot {
				name = rest
				continue
			}
		}
		return name
	}
}

// group is a list of blocks in a model.
type group int

const (
	outside group = iota
	mainBlocks
	vaceBlocks
)

// place tells which block a key belongs to, and the end of the key behind its number.
func place(key string) (in group, index int, end string) {
	separator := byte('.')
	scale := 1
	whole := key
	switch {
	case strings.HasPrefix(key, "blocks."):
		in, key = mainBlocks, key[len("blocks."):]
	case strings.HasPrefix(key, "vace_blocks."):
		in, key = vaceBlocks, key[len("vace_blocks."):]
	case strings.HasPrefix(key, "face_adapter.fuser_blocks."):
		// WanAnimate: the wrapper puts each of these into every fifth block, and keeps
		// them in base precision.
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
	if scale > 1 {
		return in, index * scale, whole // the end alone would not tell what it is
	}
	return in, index, key[i+1:]
}

// kept are parts of keys inside of blocks whose matrices the wrapper leaves in base precision.
var kept = [...]string{"norm", "modulation", "adapter", "fuser_block", "embedding", "time_", "add", "ref_conv"}

// role is what a tensor inside of a block is.
type role int

const (
	other      role = iota
	linear          // if it is a matrix, it is quantized with the model
	partOfLoRA      // one that counts
)

func roleOf(end string) role {
	switch {
	case countsForLoRA(end):
		return partOfLoRA
	case !strings.HasSuffix(end, ".weight"), strings.Contains(end, "lora"):
		return other
	}
	for _, word := range kept {
		if strings.Contains(end, word) {
			return other
		}
	}
	return linear
}
