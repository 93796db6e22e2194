package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/detect/software"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/rules/plan"
)

// TestStages looks at what the card has to hold before and after sampling: which steps are found in
// a workflow, and whether they fit 8 GiB, of which one is left to the desktop.
func TestStages(t *testing.T) {
	base := map[string]string{
		"loader":  "1 WanVideoModelLoader model=Wan2_1-T2V-1_3B_bf16.safetensors quantization=disabled base_precision=bf16",
		"t5":      "2 LoadWanVideoT5TextEncoder model_name=umt5-xxl-enc-bf16.safetensors precision=bf16 quantization=disabled",
		"text":    "3 WanVideoTextEncode t5=#2 device=gpu force_offload=true",
		"size":    "4 WanVideoEmptyEmbeds width=832 height=480 num_frames=81",
		"sampler": "5 WanVideoSampler model=#1 text_embeds=#3 image_embeds=#4 force_offload=true rope_function=comfy",
		"vae":     "6 WanVideoVAELoader model_name=Wan2_1_VAE_bf16.safetensors precision=bf16",
		"decode":  "7 WanVideoDecode vae=#6 samples=#5 enable_vae_tiling=false",
	}
	const text, decode = "encoding the prompt does not fit", "decoding the video fits"
	for _, tt := range []struct {
		name    string
		other   map[string]string // nodes that are otherwise, "" for none
		want    []string
		verdict plan.Verdict // on all of it
	}{
		{"all of it", nil, []string{text, decode}, plan.DoesNotFit},
		{"the prompt on the CPU", map[string]string{"text": "3 WanVideoTextEncode t5=#2 device=cpu"}, []string{decode}, plan.Fits},
		{"the default is the card", map[string]string{"text": "3 WanVideoTextEncode t5=#2"}, []string{text, decode}, plan.DoesNotFit},
		{"the text encoder in fp8", map[string]string{"t5": "2 LoadWanVideoT5TextEncoder model_name=umt5-xxl-enc-fp8_e4m3fn.safetensors precision=bf16"},
			[]string{"encoding the prompt tight", decode}, plan.Tight},
		{"made fp8 as it is loaded", map[string]string{"t5": "2 LoadWanVideoT5TextEncoder model_name=umt5-xxl-enc-bf16.safetensors precision=bf16 quantization=fp8_e4m3fn"},
			[]string{"encoding the prompt tight", decode}, plan.Tight},
		{"one node loads and encodes", map[string]string{"text": "3 WanVideoTextEncodeCached model_name=umt5-xxl-enc-bf16.safetensors precision=bf16 quantization=disabled device=gpu"},
			[]string{text, decode}, plan.DoesNotFit},
		{"something changes the text on its way", map[string]string{"text": "3 WanVideoApplyNAG original_text_embeds=#13 nag_text_embeds=#13\n13 WanVideoTextEncode t5=#2"},
			[]string{text, decode}, plan.DoesNotFit},
		{"a text encoder of another kind", map[string]string{"text": "3 WanVideoTextEmbedBridge positive=#8\n8 CLIPTextEncode"}, []string{decode}, plan.Fits},
		{"a file that nobody knows", map[string]string{"t5": "2 LoadWanVideoT5TextEncoder model_name=thing.safetensors"}, []string{decode}, plan.Fits},
		{"in tiles", map[string]string{"text": "", "decode": "7 WanVideoDecode vae=#6 samples=#5 enable_vae_tiling=true"}, nil, plan.Fits},
		{"a small VAE", map[string]string{"text": "", "vae": "6 WanVideoTinyVAELoader model_name=taew2_1.safetensors precision=fp16"}, []string{"#7 WanVideoDecode uncounted"}, plan.Fits},
		{"FlashVSR's decoder, which heeds no tiles", map[string]string{"text": "", "vae": "6 WanVideoFlashVSRDecoderLoader model_name=Wan2_1_FlashVSR_TCDecoder_fp32.safetensors precision=bf16",
			"size": "4 WanVideoEmptyEmbeds width=1280 height=720 num_frames=401", "decode": "7 WanVideoDecode vae=#6 samples=#5 enable_vae_tiling=true"},
			[]string{"decoding the video does not fit"}, plan.DoesNotFit},
		{"FlashVSR's decoder on a short video", map[string]string{"text": "", "vae": "6 WanVideoFlashVSRDecoderLoader model_name=Wan2_1_FlashVSR_TCDecoder_fp32.safetensors precision=bf16"},
			[]string{decode}, plan.Fits},
		{"the VAE in fp32", map[string]string{"text": "", "vae": "6 WanVideoVAELoader model_name=Wan2_1_VAE_fp32.safetensors precision=fp32"},
			[]string{"decoding the video does not fit"}, plan.DoesNotFit},
		{"at 720p", map[string]string{"text": "", "size": "4 WanVideoEmptyEmbeds width=1280 height=720 num_frames=81"},
			[]string{"decoding the video does not fit"}, plan.DoesNotFit},
		{"the sampler does not offload", map[string]string{"text": "", "sampler": "5 WanVideoSampler model=#1 text_embeds=#3 image_embeds=#4 force_offload=false rope_function=comfy"},
			[]string{"decoding the video tight"}, plan.Tight},
		{"from an image", map[string]string{"text": "", "size": "4 WanVideoImageToVideoEncode vae=#6 width=1280 height=720 num_frames=81"},
			[]string{"encoding the pictures does not fit", "decoding the video does not fit"}, plan.DoesNotFit},
		{"muted", map[string]string{"text": "", "decode": ""}, nil, plan.Fits},
		{"the 5B", map[string]string{"text": "", "loader": "1 WanVideoModelLoader model=Wan2_2-TI2V-5B_fp8_e4m3fn_scaled_KJ.safetensors quantization=disabled base_precision=bf16"}, []string{"#7 WanVideoDecode uncounted"}, plan.Tight}, // it samples tight
	} {
		t.Run(tt.name, func(t *testing.T) {
			var nodes []string
			for key, node := range base {
				if other, ok := tt.other[key]; ok {
					node = other
				}
				if node != "" {
					nodes = append(nodes, strings.Split(node, "\n")...)
				}
			}
			card, err := gpu.Parse("sm_86:8GiB")
			if err != nil {
				t.Fatal(err)
			}
			stack := rules.Look(parseAPI(t, graph(nodes...))).Stacks[0]
			got := rules.Builtin().Planner(stack, &detect.Machine{GPU: &card}).For(&card)
			if got.Why != "" {
				t.Fatal(got.Why)
			}
			var stages []string
			for _, stage := range got.Stages {
				stages = append(stages, fmt.Sprintf("%s %s", stage.Name, stage.Verdict(got.Budget)))
			}
			for _, at := range got.Uncounted {
				stages = append(stages, at+" uncounted")
			}
			if diff := cmp.Diff(tt.want, stages); diff != "" {
				t.Errorf("stages (-want +got):\n%s", diff)
			}
			if got.Overall() != tt.verdict {
				t.Errorf("all of it %s, want %s", got.Overall(), tt.verdict)
			}
		})
	}
}

// TestDoubled looks at torch 2.9, with which the VAE takes twice unless the wrapper works around it.
func TestDoubled(t *testing.T) {
	nodes := graph(
		"1 WanVideoModelLoader model=Wan2_1-T2V-1_3B_bf16.safetensors quantization=disabled base_precision=bf16",
		"4 WanVideoEmptyEmbeds width=832 height=480 num_frames=81",
		"5 WanVideoSampler model=#1 image_embeds=#4 force_offload=true rope_function=comfy",
		"6 WanVideoVAELoader model_name=Wan2_1_VAE_bf16.safetensors precision=bf16",
		"7 WanVideoDecode vae=#6 samples=#5 enable_vae_tiling=false")
	for _, tt := range []struct{ torch, wrapper, want string }{
		{"", "", "fits"},
		{"2.8.0", "2025-09-01", "fits"},
		{"2.10.0", "2025-09-01", "fits"},
		{"2.9.1", "2025-11-01", "fits"},
		{"2.9.1", "", "tight"},
		{"2.9.0", "2025-10-01", "does not fit"},
	} {
		t.Run(tt.torch+" "+tt.wrapper, func(t *testing.T) {
			card, err := gpu.Parse("sm_86:8GiB")
			if err != nil {
				t.Fatal(err)
			}
			software := software.Versions{"torch": {Value: tt.torch}, "wrapper": {Value: tt.wrapper}}
			stack := rules.Look(parseAPI(t, nodes)).Stacks[0]
			got := rules.Builtin().Planner(stack, &detect.Machine{GPU: &card, Software: software}).For(&card)
			if len(got.Stages) != 1 || string(got.Stages[0].Verdict(got.Budget)) != tt.want {
				t.Errorf("got %+v, want %s", got.Stages, tt.want)
			}
		})
	}
}

// TestOnMemory gives a pair of models to computers of some sizes: the verdict on the whole counts
// both, where the size is known.
func TestOnMemory(t *testing.T) {
	nodes := graph(
		"1 WanVideoModelLoader model=Wan2_2-T2V-A14B-HIGH_fp16.safetensors quantization=disabled base_precision=fp16 block_swap_args=#3",
		"2 WanVideoModelLoader model=Wan2_2-T2V-A14B-LOW_fp16.safetensors quantization=disabled base_precision=fp16 block_swap_args=#3",
		"3 WanVideoBlockSwap blocks_to_swap=40",
		"4 WanVideoEmptyEmbeds width=832 height=480 num_frames=81",
		"5 WanVideoSampler model=#1 image_embeds=#4 rope_function=comfy",
		"6 WanVideoSampler model=#2 image_embeds=#4 samples=#5 rope_function=comfy")
	for _, tt := range []struct {
		gib  int64
		want plan.Verdict
	}{
		{0, plan.Fits}, {128, plan.Fits}, {96, plan.Tight}, {32, plan.DoesNotFit},
	} {
		card, err := gpu.Parse("4090")
		if err != nil {
			t.Fatal(err)
		}
		known := software.Versions{"wrapper": {Value: "2026-02-02", Source: "test"}}
		stack := rules.Look(parseAPI(t, nodes)).Stacks[0]
		got := rules.Builtin().Planner(stack, &detect.Machine{GPU: &card, RAM: tt.gib << 30, Software: known}).For(&card)
		if got.Verdict != plan.Fits || got.Overall() != tt.want || got.Models != 2 {
			t.Errorf("%d GiB: %d models take %v, all of it %s; want %s", tt.gib, got.Models, got.Memory, got.Overall(), tt.want)
		}
	}
}
