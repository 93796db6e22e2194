package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/detect/modelfile"
	"github.com/wanfix/wanfix/detect/software"
	"github.com/wanfix/wanfix/rules"
)

// headers are model files by name; there are no others.
type headers map[string]*modelfile.Header

func (h headers) Header(kind, name string) (*modelfile.Header, string, error) {
	if h[kind+"/"+name] == nil {
		return nil, "", fmt.Errorf("there is no %s", name)
	}
	return h[kind+"/"+name], "header of " + name, nil
}

// t2v is the header of a Wan 2.1 14B text-to-video model in scaled fp8.
func t2v() *modelfile.Header {
	h := &modelfile.Header{Format: modelfile.Safetensors, Kind: modelfile.Diffusion, Family: "t2v", Weights: "e4m3fn", Scaled: true, HasScaleWeight: true,
		Dim: 5120, InChannels: 16, FFN: 13824, Outside: 460 << 20, Linears: map[string]modelfile.Tally{"F8_E4M3": {Tensors: 400, Bytes: 40 * 350 << 20}}}
	for range 40 {
		h.Blocks = append(h.Blocks, 352<<20)
		h.Bytes += 352 << 20
	}
	h.Bytes += h.Outside
	return h
}

// TestPlan asks the planner about workflows: what it reads of them decides what it says.
func TestPlan(t *testing.T) {
	const (
		loader  = "1 WanVideoModelLoader model=Wan2_1-T2V-14B_fp8_e4m3fn_scaled.safetensors quantization=disabled base_precision=bf16"
		sampler = "9 WanVideoSampler model=#1 image_embeds=#8 rope_function=comfy"
		small   = "8 WanVideoEmptyEmbeds width=832 height=480 num_frames=81"
		large   = "8 WanVideoEmptyEmbeds width=1280 height=720 num_frames=161"
		swap    = "2 WanVideoBlockSwap blocks_to_swap=%d"
	)
	known := headers{"diffusion_models/Wan2_1-T2V-14B_fp8_e4m3fn_scaled.safetensors": t2v(), "loras/big.safetensors": {Kind: modelfile.LoRA, Bytes: 3 << 30}}
	swapping := func(n int) []string {
		return []string{loader + " block_swap_args=#2", fmt.Sprintf(swap, n), sampler, small}
	}
	day := software.Versions{"wrapper": {Value: "2026-02-02", Source: "test"}, "os": {Value: "linux", Source: "test"}}
	for _, tt := range []struct {
		name    string
		graph   []string
		card    string
		models  headers
		action  string // "keep", or "raise 0 → 5"
		verdict string
		why     string // why it is not planned
	}{
		{"it fits as it is", []string{loader, sampler, small}, "4090", known, "keep", "fits", ""},
		{"too many frames", []string{loader, sampler, large}, "3090", known, "raise", "fits", ""},
		{"too small a card", []string{loader, sampler, small}, "3060", known, "raise", "fits", ""},
		{"more swapped than needed, all known", swapping(30), "4090", known, "lower", "fits", ""},
		{"more swapped than needed, no header", swapping(30), "4090", nil, "advise", "fits", ""},
		{"more swapped than needed, unknown length", []string{loader + " block_swap_args=#2", fmt.Sprintf(swap, 30), sampler, "8 WanVideoEmptyEmbeds width=832 height=480 num_frames=#7", "7 Unheard"},
			"4090", known, "advise", "tight", ""},
		{"a patch swaps instead", []string{loader, "2 WanVideoBlockSwap blocks_to_swap=40", "3 WanVideoSetBlockSwap model=#1 block_swap_args=#2", strings.Replace(sampler, "model=#1", "model=#3", 1), small},
			"3060", known, "lower", "fits", ""},
		{"a LoRA beside the model", []string{loader + " lora=#3", "3 WanVideoLoraSelect lora=big.safetensors merge_loras=false", sampler, large}, "3090", known, "raise", "fits", ""},
		{"the other half of a pair stays on the card", []string{loader, sampler + " force_offload=false", small, strings.Replace(loader, "1 ", "11 ", 1), "19 WanVideoSampler model=#11 image_embeds=#8 rope_function=comfy"},
			"4090", known, "raise", "fits", ""},
		{"the other half of a pair goes", []string{loader, sampler + " force_offload=true", small, strings.Replace(loader, "1 ", "11 ", 1), "19 WanVideoSampler model=#11 image_embeds=#8 rope_function=comfy"},
			"4090", known, "keep", "fits", ""},
		{"no card", swapping(0), "", known, "", "", "no card is known"},
		{"a card of unknown memory", swapping(0), "sm_86", known, "", "", "memory is not known"},
		{"a name that tells nothing", []string{"1 WanVideoModelLoader model=model.safetensors", sampler, small}, "3090", known, "", "", "does not tell how large it is"},
		{"VRAM management", []string{loader + " vram_management_args=#4", "4 WanVideoVRAMManagement offload_percent=1.0", sampler, small}, "3090", known, "", "", "VRAM management"},
		{"memory shared with the computer", swapping(0), "GB10", known, "", "", "has the computer's memory"},
		{"more blocks than there are numbers", []string{loader + " block_swap_args=#2", "2 WanVideoBlockSwap blocks_to_swap=1e30", sampler, small}, "3090", known, "", "", "nothing has 1000"},
		{"a placeholder", []string{loader + " block_swap_args=#2", "2 WanVideoBlockSwap blocks_to_swap={{N}}", sampler, small}, "3090", known, "", "", "placeholder"},
		{"VACE of unknown size", []string{loader + " extra_model=#5", "5 WanVideoExtraModelSelect extra_model=thing.safetensors", sampler, small}, "3090", known, "", "", "size of thing.safetensors"},
		{"VACE by its name", []string{loader + " extra_model=#5", "5 WanVideoExtraModelSelect extra_model=Wan2_1-VACE_module_14B_fp8_e4m3fn.safetensors", sampler, small}, "4090", known, "keep", "tight", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := &detect.Machine{Software: day}
			if tt.card != "" {
				card, err := gpu.Parse(tt.card)
				if err != nil {
					t.Fatal(err)
				}
				m.GPU = &card
			}
			if tt.models != nil {
				m.Models = tt.models
			}
			stack := rules.Look(parseAPI(t, graph(tt.graph...))).Stacks[0]
			got := rules.Builtin().Planner(stack, m).For(m.GPU)
			if tt.why != "" {
				if !strings.Contains(got.Why, tt.why) {
					t.Errorf("it is not planned because %q, want %q", got.Why, tt.why)
				}
				return
			}
			if got.Why != "" || string(got.Action) != tt.action || string(got.Verdict) != tt.verdict {
				t.Errorf("%s, %s (%s%s); want %s, %s", got.Action, got.Verdict, got.Choice.Why, got.Why, tt.action, tt.verdict)
			}
			if moved := got.Swap.Blocks - got.Written.Blocks; (moved > 0) != (tt.action == "raise") || (moved < 0) != (tt.action == "lower") {
				t.Errorf("%s, but blocks_to_swap goes from %d to %d", got.Action, got.Written.Blocks, got.Swap.Blocks)
			}
		})
	}
}

// TestPerToken looks at where the 5B gives every token a timestep of its own: with a picture among
// what it samples.
func TestPerToken(t *testing.T) {
	const (
		loader  = "1 WanVideoModelLoader model=Wan2_2-TI2V-5B_fp16.safetensors quantization=disabled base_precision=fp16"
		sampler = "9 WanVideoSampler model=#1 image_embeds=#8 rope_function=comfy"
		unknown = "whether tokens have timesteps of their own"
	)
	high := map[string]int64{}
	for _, tt := range []struct {
		name  string
		graph []string
		open  bool
	}{
		{"text alone", []string{loader, sampler, "8 WanVideoEmptyEmbeds width=1280 height=704 num_frames=81"}, false},
		{"a picture", []string{loader, sampler, "8 WanVideoEmptyEmbeds width=1280 height=704 num_frames=81 extra_latents=#7", "7 WanVideoEncode image=#6", "6 LoadImage"}, false},
		{"something else", []string{loader, sampler, "8 WanVideoEmptyEmbeds width=1280 height=704 num_frames=81 control_embeds=#7", "7 WanVideoControlEmbeds"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			card, err := gpu.Parse("4090")
			if err != nil {
				t.Fatal(err)
			}
			stack := rules.Look(parseAPI(t, graph(tt.graph...))).Stacks[0]
			got := rules.Builtin().Assume(rules.SizeFacts(1280, 704, 81), "test").Planner(stack, &detect.Machine{GPU: &card}).For(&card)
			if open := slices.Contains(got.Forecast.Unknown, unknown); open != tt.open {
				t.Errorf("unknown is %q", got.Forecast.Unknown)
			}
			high[tt.name] = got.Forecast.High
		})
	}
	if high["a picture"] <= high["text alone"] || high["something else"] != high["a picture"] {
		t.Errorf("at most: %v; a picture takes more, and what is not known may be one", high)
	}
}

// TestSpeakers looks for the masks that tell speakers apart, with which attention takes more.
func TestSpeakers(t *testing.T) {
	activations := func(embeds ...string) int64 {
		p := planIn(t, "", append(embeds, "1 WanVideoModelLoader model=Wan2_1-I2V-14B_fp8_e4m3fn_scaled.safetensors",
			"9 WanVideoSampler model=#1 image_embeds=#8 rope_function=comfy multitalk_embeds=#7", "8 WanVideoEmptyEmbeds width=1280 height=720 num_frames=81")...)
		for _, part := range p.Forecast.Parts {
			if part.Name == "activations" {
				return part.Likely
			}
		}
		return 0
	}
	one := activations("7 MultiTalkWav2VecEmbeds audio_1=#5", "5 LoadAudio")
	several := activations("7 MultiTalkWav2VecEmbeds audio_1=#5 audio_2=#5 ref_target_masks=#6", "5 LoadAudio", "6 Masks")
	if one == 0 || several <= one {
		t.Errorf("one speaker takes %d bytes, several %d", one, several)
	}
}

// TestExtraArguments gives the sampler its arguments directly, and with a node of extra arguments.
func TestExtraArguments(t *testing.T) {
	const (
		nodes = "1 WanVideoModelLoader model=Wan2_1-T2V-14B_fp8_e4m3fn_scaled.safetensors\n8 WanVideoEmptyEmbeds width=1280 height=720 num_frames=81\n" +
			"7 WanVideoTeaCache cache_device=main_device\n6 MultiTalkWav2VecEmbeds ref_target_masks=#5\n5 Masks\n"
		given = "rope_function=comfy_chunked cache_args=#7 multitalk_embeds=#6"
	)
	direct := planIn(t, "", strings.Split(nodes+"9 WanVideoSampler model=#1 image_embeds=#8 cfg=6 "+given, "\n")...)
	extra := planIn(t, "", strings.Split(nodes+"9 WanVideoSamplerv2 model=#1 image_embeds=#8 cfg=6 extra_args=#4\n4 WanVideoSamplerExtraArgs "+given, "\n")...)
	if diff := cmp.Diff(direct.Forecast, extra.Forecast); diff != "" {
		t.Errorf("the same needs (-direct +extra):\n%s", diff)
	}
	plain := planIn(t, "", strings.Split(nodes+"9 WanVideoSamplerv2 model=#1 image_embeds=#8 cfg=6", "\n")...)
	if plain.Forecast.Likely >= extra.Forecast.Likely {
		t.Errorf("without any %d bytes, with them %d", plain.Forecast.Likely, extra.Forecast.Likely)
	}
}

// TestEightBitsByName sizes files whose names tell 8 bits and not which: never as 16.
func TestEightBitsByName(t *testing.T) {
	most := func(file string) int64 {
		p := planIn(t, "", "1 WanVideoModelLoader quantization=disabled base_precision=bf16 model="+file, "9 WanVideoSampler model=#1 image_embeds=#8 rope_function=comfy",
			"8 WanVideoEmptyEmbeds width=832 height=480 num_frames=81")
		return p.BeforeHigh
	}
	whole := most("Wan2_1-T2V-14B_fp8_e4m3fn_scaled.safetensors")
	if got := most("Wan2_1-T2V-14B_fp8_scaled.safetensors"); got != whole {
		t.Errorf("at most %d bytes, with e4m3fn in the name %d", got, whole)
	}
	if got := most("Wan2_1-T2V-14B_fp8.safetensors"); got > whole*11/10 {
		t.Errorf("at most %d bytes where scales are unknown, with scales %d", got, whole)
	}
}
