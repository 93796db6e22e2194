package rules_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/detect/software"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/rules/plan"
)

// planIn plans the first stack of a workflow for a card of 12 GiB, with ComfyUI started in a VRAM mode.
func planIn(t *testing.T, mode string, nodes ...string) rules.Plan {
	t.Helper()
	card, err := gpu.Parse("3060")
	if err != nil {
		t.Fatal(err)
	}
	m := &detect.Machine{GPU: &card, Software: software.Versions{"wrapper": {Value: "2026-02-02", Source: "test"}}}
	if mode != "" {
		m.Software["vram_mode"] = software.Fact{Value: mode, Source: "test"}
	}
	p := rules.Builtin().Planner(rules.Look(parseAPI(t, graph(nodes...))).Stacks[0], m).For(&card)
	if p.Why != "" {
		t.Fatal(p.Why)
	}
	return p
}

// TestKeptOnCard compares workflows of which ComfyUI takes nothing off the card with such as say so
// themselves.
func TestKeptOnCard(t *testing.T) {
	const (
		loader  = "1 WanVideoModelLoader model=Wan2_1-T2V-14B_fp8_e4m3fn_scaled.safetensors quantization=disabled base_precision=bf16"
		sampler = "9 WanVideoSampler model=#1 image_embeds=#8 text_embeds=#3 rope_function=comfy force_offload=true"
		size    = "8 WanVideoEmptyEmbeds width=832 height=480 num_frames=81"
		decode  = "7 WanVideoDecode vae=#6 samples=#9 enable_vae_tiling=false\n6 WanVideoVAELoader model_name=Wan2_1_VAE_bf16.safetensors precision=bf16"
		t5      = "2 LoadWanVideoT5TextEncoder model_name=umt5-xxl-enc-bf16.safetensors precision=bf16 quantization=disabled"
	)
	for _, tt := range []struct {
		name  string
		nodes string
		as    []string // what to replace in them, and what by, to say the same
	}{
		{"block swap", loader + " block_swap_args=#4\n4 WanVideoBlockSwap blocks_to_swap=30\n" + sampler + "\n" + size,
			[]string{" block_swap_args=#4", ""}},
		{"the other half of a pair", loader + "\n" + sampler + "\n" + size + "\n1" + loader + " block_swap_args=#4\n4 WanVideoBlockSwap blocks_to_swap=30\n1" + strings.Replace(sampler, "#1", "#11", 1),
			[]string{" block_swap_args=#4", "", "force_offload=true", "force_offload=false"}},
		{"the text encoder", loader + "\n" + sampler + "\n" + size + "\n" + t5 + "\n3 WanVideoTextEncode t5=#2 device=gpu force_offload=true",
			[]string{"device=gpu force_offload=true", "device=gpu force_offload=false"}},
		{"a text encoder that is thrown away", loader + "\n" + sampler + "\n" + size + "\n3 WanVideoTextEncodeCached model_name=umt5-xxl-enc-bf16.safetensors precision=bf16 quantization=disabled device=gpu", nil},
		{"cached predictions", loader + "\n" + sampler + " cache_args=#5\n" + size + "\n5 WanVideoTeaCache cache_device=offload_device",
			[]string{"cache_device=offload_device", "cache_device=main_device"}},
		{"the VAE between windows", loader + "\n" + sampler + "\n8 WanVideoImageToVideoMultiTalk width=832 height=480 frame_window_size=81 force_offload=true",
			[]string{"force_offload=true", "force_offload=false"}},
		{"decoding", loader + "\n" + sampler + "\n" + size + "\n" + decode,
			[]string{"force_offload=true", "force_offload=false"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			nodes := strings.Split(tt.nodes, "\n")
			said := strings.NewReplacer(append(tt.as, "base_precision=bf16", "base_precision=bf16 load_device=main_device")...)
			want := planIn(t, "normal", strings.Split(said.Replace(tt.nodes), "\n")...)
			for _, mode := range []string{"highvram", "gpu-only"} {
				got := planIn(t, mode, nodes...)
				if got.BeforeLow != want.BeforeLow || got.BeforeHigh != want.BeforeHigh {
					t.Errorf("%s: needs %d to %d bytes, want %d to %d", mode, got.BeforeLow, got.BeforeHigh, want.BeforeLow, want.BeforeHigh)
				}
				if diff := cmp.Diff(want.Stages, got.Stages); diff != "" {
					t.Errorf("%s: stages (-want +got):\n%s", mode, diff)
				}
				if got.Action == plan.Raise || got.Swap != got.Written || !strings.Contains(got.Choice.Why, "ComfyUI runs with --"+mode) {
					t.Errorf("%s: %s %+v: %s", mode, got.Action, got.Swap, got.Choice.Why)
				}
			}
			unknown, normal := planIn(t, "", nodes...), planIn(t, "normal", nodes...)
			if diff := cmp.Diff(normal.Choice, unknown.Choice); diff != "" {
				t.Errorf("it is planned as started normally where nobody knows (-normal +unknown):\n%s", diff)
			}
			if len(tt.as) > 0 && normal.BeforeHigh >= want.BeforeHigh && cmp.Equal(normal.Stages, want.Stages) {
				t.Errorf("started normally it needs as much, which compares nothing")
			}
		})
	}
}
