package modelfile

import (
	"slices"
	"strings"
	"testing"
)

// without leaves parts out whose key contains a text.
func without(parts []part, text string) []part {
	return slices.DeleteFunc(slices.Clone(parts), func(q part) bool { return strings.Contains(q.key, text) })
}

// TestFamilies has one line for each family that a header can tell, and for what must stay untold.
func TestFamilies(t *testing.T) {
	few := func(w wan) wan { w.blocks = 2; return w }
	t2v, small, i2v, i2v22, ti2v := few(t2v14b), few(t2v13b), few(i2v14b), few(i2v22), few(ti2v5b)
	channels := func(w wan, n int64) wan { w.channels = n; return w }
	longcat := few(wan{dim: 4096, ffn: 11008, channels: 16, latent: 16})
	swiglu := join(without(longcat.model(), ".ffn."), layer("blocks.0.ffn.w1", 11008, 4096))
	lynx := []part{p("blocks.0.cross_attn.ip_adapter.to_k_ip.weight", 5120, 5120), p("blocks.0.cross_attn.ip_adapter.to_v_ip.weight", 5120, 5120)}
	talk := []part{p("audio_proj.proj1.weight", 512, 46080), p("blocks.0.audio_cross_attn.kv_linear.weight", 10240, 768)}
	for _, tt := range []struct {
		name  string
		parts []part
		want  string // kind and family
	}{
		{"T2V 14B", t2v.model(), "diffusion t2v"},
		{"T2V 1.3B", small.model(), "diffusion t2v"},
		{"I2V 14B", i2v.model(), "diffusion i2v"},
		{"Fun InP 1.3B", wan{dim: 1536, ffn: 8960, channels: 36, latent: 16, blocks: 2, i2v: true}.model(), "diffusion i2v"},
		{"I2V A14B", i2v22.model(), "diffusion i2v-2.2"},
		{"TI2V 5B", ti2v.model(), "diffusion ti2v"},
		{"FLF2V", append(i2v.model(), p("img_emb.emb_pos", 1, 514, 1280)), "diffusion flf2v"},
		{"Fun Control 2.1", channels(i2v, 48).model(), "diffusion fun-control"},
		{"Fun Control v1.1", append(channels(i2v, 48).model(), p("ref_conv.weight", 5120, 16, 2, 2)), "diffusion fun-control"},
		{"Fun Control A14B", channels(i2v22, 52).model(), "diffusion fun-control-2.2"},
		{"Fun Control 5B", channels(ti2v, 148).model(), "diffusion fun-control-2.2"},
		{"Fun Camera", append(channels(i2v, 32).model(), p("control_adapter.conv.weight", 5120, 1536, 2, 2)), "diffusion fun-camera"},
		{"Fun VACE A14B", join(t2v.model(), t2v.vace(1)), "diffusion vace"},
		{"VACE module 1.3B", small.vace(2), "module vace"},
		{"Animate", append(i2v.model(), p("pose_patch_embedding.weight", 5120, 16, 1, 2, 2)), "diffusion animate"},
		{"S2V", append(t2v.model(), p("audio_injector.injector.0.k.weight", 5120, 5120)), "diffusion s2v"},
		{"HuMo", append(i2v.model(), p("audio_proj.audio_proj_glob_1.layer.weight", 512, 1280)), "diffusion humo"},
		{"SkyReels V2 DF", append(t2v.model(), p("fps_embedding.weight", 2, 5120)), "diffusion skyreels-v2-df"},
		{"MultiTalk module", talk, "module multitalk"},
		{"SkyReels V3 A2V", join(i2v.model(), talk), "diffusion multitalk"},
		{"LongCat", swiglu, "diffusion longcat"},
		{"LongCat-Avatar", append(swiglu, p("multitalk_audio_proj.proj1.weight", 512, 46080), p("blocks.0.audio_cross_attn.q_norm.weight", 128)), "diffusion longcat-avatar"},
		{"MTV-Crafter module", []part{p("blocks.0.motion_attn.k.weight", 5120, 5120)}, "module mtv-crafter"},
		{"Lynx lite", lynx, "module lynx-lite"},
		{"Lynx full", append(lynx, p("blocks.0.cross_attn.ip_adapter.registers", 1, 16, 5120)), "module lynx-full"},
		{"Lynx reference", []part{p("blocks.0.self_attn.ref_adapter.to_k_ref.weight", 5120, 5120)}, "module lynx-full"},
		{"ReCamMaster", append(small.model(), p("blocks.0.cam_encoder.weight", 1536, 12)), "diffusion recammaster"},
		{"FlashVSR projection", []part{p("LQ_proj_in.norm1.gamma", 2048, 1, 1, 1)}, "module flashvsr"},
		{"SteadyDancer", append(i2v.model(), p("condition_embedding_align.cross_attn.in_proj_bias", 15360)), "diffusion steadydancer"},
		{"SCAIL", append(i2v.model(), p("patch_embedding_pose.weight", 5120, 20, 1, 2, 2)), "diffusion scail"},
		{"SCAIL-2", append(i2v.model(), p("patch_embedding_pose.weight", 5120, 20, 1, 2, 2), p("patch_embedding_mask.weight", 5120, 20, 1, 2, 2)), "diffusion scail-2"},
		{"One-to-All", append(t2v.model(), p("image_to_cond.conv_in.bias", 320)), "diffusion one-to-all"},
		{"LongVie2", append(i2v.model(), p("blocks.0.control_blocks_dense.cross_attn.k.weight", 2560, 2560)), "diffusion longvie2"},
		{"BindWeave", append(i2v.model(), p("text_projection.0.weight", 5120, 3584)), "diffusion bindweave"},
		{"MiniMax-Remover", without(channels(small, 48).model(), "text_embedding"), "diffusion minimax-remover"},
		{"Ovi video", append(ti2v.model(), p("blocks.0.cross_attn.k_fusion.weight", 3072, 3072)), "diffusion ovi"},
		{"Ovi audio", before("audio_model.", []part{p("patch_embedding.0.weight", 3072, 20, 7), p("blocks.0.self_attn.k.weight", 3072, 3072)}), "module ovi-audio"},
		{"Ovi in one file", join(before("video_model.", ti2v.model()), before("audio_model.", []part{p("patch_embedding.0.weight", 3072, 20, 7)})), "diffusion ovi"},
		{"Uni3C", []part{p("controlnet_patch_embedding.weight", 5120, 36, 1, 2, 2)}, "module uni3c"},
		{"a width never seen", wan{dim: 2048, ffn: 8192, channels: 16, latent: 16, blocks: 2}.model(), "diffusion "},
		{"channels never seen", channels(t2v, 20).model(), "diffusion "},

		{"umT5", umt5(), "t5 umt5-xxl"},
		{"umT5, other names", umt5HF(), "t5 umt5-xxl"},
		{"umT5 of ComfyUI, scaled", append(umt5HF(), p("encoder.block.0.layer.0.SelfAttention.q.scale_weight"), p("spiece_model", 4548313).as("U8")), "t5 umt5-xxl"},
		{"umT5 of llama.cpp", []part{p("token_embd.weight", 256384, 4096), p("enc.blk.0.attn_q.weight", 4096, 4096)}, "t5 umt5-xxl"},
		{"T5 of Flux", []part{p("shared.weight", 32128, 4096), p("encoder.block.0.layer.0.SelfAttention.q.weight", 4096, 4096)}, "t5 t5-xxl"},
		{"a small T5", []part{p("shared.weight", 256384, 768), p("encoder.block.0.layer.0.SelfAttention.q.weight", 768, 768)}, "t5 "},
		{"CLIP of Wan", []part{p("log_scale"), p("visual.patch_embedding.weight", 1280, 3, 14, 14), p("visual.transformer.0.attn.to_qkv.weight", 3840, 1280)}, "clip open-clip-vit-h"},
		{"CLIP vision of ComfyUI", []part{p("vision_model.embeddings.patch_embedding.weight", 1280, 3, 14, 14)}, "clip clip-vision-h"},
		{"another CLIP vision", []part{p("vision_model.embeddings.patch_embedding.weight", 1024, 3, 14, 14)}, "clip "},
		{"CLIP text", []part{p("text_model.encoder.layers.0.self_attn.q_proj.weight", 768, 768)}, "clip "},
		{"VAE 2.1", before("model.", []part{p("conv2.weight", 16, 16, 1, 1, 1), p("decoder.conv1.bias", 384)}), "vae wan-vae-2.1"},
		{"VAE 2.2", []part{p("conv2.weight", 48, 48, 1, 1, 1), p("decoder.conv1.bias", 1024)}, "vae wan-vae-2.2"},
		{"VAE of Flux", []part{p("encoder.conv_in.weight", 128, 3, 3, 3), p("decoder.conv_in.weight", 512, 16, 3, 3)}, "vae "},
		{"LoRA", pairsOf("peft", 32, 2), "lora "},
		{"a Flux model", []part{p("double_blocks.0.img_attn.qkv.weight", 9216, 3072), p("img_in.weight", 3072, 64)}, " "},
		{"nothing", nil, " "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			safe := read(t, safetensorsFile(t, "BF16", tt.parts))
			gguf := read(t, ggufModel(t, "wan", "BF16", without(tt.parts, "spiece_model")))
			for _, h := range []*Header{safe, gguf} {
				if got := string(h.Kind) + " " + h.Family; got != tt.want {
					t.Errorf("%s: got %q, want %q", h.Format, got, tt.want)
				}
			}
		})
	}
}

// TestPrefixes finds the same model behind every prefix that is taken off.
func TestPrefixes(t *testing.T) {
	w := t2v14b
	w.blocks = 3
	bare := read(t, safetensorsFile(t, "BF16", w.model()))
	for _, prefix := range []string{"", "model.diffusion_model.", "model.", "diffusion_model.", "video_model."} {
		t.Run("prefix "+prefix, func(t *testing.T) {
			h := read(t, safetensorsFile(t, "BF16", before(prefix, w.model())))
			if h.Prefix != prefix {
				t.Errorf("got the prefix %q", h.Prefix)
			}
			if h.Family != "t2v" || h.Dim != 5120 || len(h.Blocks) != 3 || h.Outside != bare.Outside || h.Modulation != "BF16" {
				t.Errorf("got family %q, dim %d, %d blocks, %d bytes outside, a modulation of %q", h.Family, h.Dim, len(h.Blocks), h.Outside, h.Modulation)
			}
		})
	}
}

// TestAudioModel has the audio half of Ovi counted in the block that carries it.
func TestAudioModel(t *testing.T) {
	w := ti2v5b
	w.blocks = 2
	video, audio := before("video_model.", w.model()), before("audio_model.", w.block("blocks.1"))
	h := read(t, safetensorsFile(t, "BF16", join(video, audio)))
	if len(h.Blocks) != 2 || h.Blocks[1] != 2*h.Blocks[0] || h.Prefix != "video_model." {
		t.Errorf("got blocks of %v bytes behind %q", h.Blocks, h.Prefix)
	}
}

func TestLoRA(t *testing.T) {
	distilled := append(pairsOf("peft", 64, 3), p("diffusion_model.blocks.0.self_attn.q.diff_b", 5120),
		p("diffusion_model.head.head.lora_A.weight", 8, 5120), p("diffusion_model.head.head.lora_B.weight", 64, 8), p("diffusion_model.patch_embedding.diff", 5120, 16, 1, 2, 2))
	for _, tt := range []struct {
		name   string
		parts  []part
		want   Pairs
		blocks int
	}{
		{"PEFT", pairsOf("peft", 32, 40), Pairs{Count: 320, MinRank: 32, MaxRank: 32}, 40},
		{"kohya", pairsOf("kohya", 16, 30), Pairs{Count: 240, MinRank: 16, MaxRank: 16}, 30},
		{"kohya, two underscores", before("lora_unet__", []part{p("blocks_11_ffn_0.lora_down.weight", 4, 5120)}), Pairs{Count: 1, MinRank: 4, MaxRank: 4}, 12},
		{"with whole tensors", distilled, Pairs{Count: 25, Full: 2, MinRank: 8, MaxRank: 64}, 3},
		{"rank-stabilized", before("base_model.model.", []part{p("blocks.0.cross_attn.k.lora_A.weight", 128, 5120)}), Pairs{Count: 1, MinRank: 128, MaxRank: 128}, 1},
		{"with adapter names", []part{p("diffusion_model.blocks.0.ffn.0.lora_A.default.weight", 16, 5120)}, Pairs{Count: 1, MinRank: 16, MaxRank: 16}, 1},
		{"Stand-In", []part{p("diffusion_model.blocks.0.self_attn.q_loras.down.weight", 128, 5120), p("diffusion_model.blocks.0.self_attn.q_loras.up.weight", 5120, 128)},
			Pairs{Count: 1, MinRank: 128, MaxRank: 128}, 1},
		{"LoHa", []part{p("lora_unet_blocks_0_ffn_0.hada_w1_a", 5120, 8), p("lora_unet_blocks_0_ffn_0.hada_w1_b", 8, 5120), p("lora_unet_blocks_0_ffn_0.hada_w2_a", 5120, 8)},
			Pairs{Count: 1, MinRank: 8, MaxRank: 8}, 1},
		{"LoKr", []part{p("lycoris_blocks_0_ffn_0.lokr_w1", 16, 16), p("lycoris_blocks_0_ffn_0.lokr_w2_a", 320, 8), p("lycoris_blocks_1_ffn_0.lokr_w1_a", 16, 4), p("lycoris_blocks_1_ffn_0.lokr_w1_b", 4, 16)},
			Pairs{Count: 2}, 0},
		{"a matrix without dimensions", []part{p("diffusion_model.blocks.0.ffn.0.lora_A.weight")}, Pairs{Count: 1}, 1},
		{"only whole tensors", []part{p("diffusion_model.blocks.0.ffn.0.diff", 8, 8)}, Pairs{Full: 1}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := read(t, safetensorsFile(t, "F16", tt.parts))
			if h.Kind != LoRA || h.LoRA != tt.want || len(h.Blocks) != tt.blocks || h.Weights != "fp16" {
				t.Errorf("got a %q of %+v on %d blocks, %s", h.Kind, h.LoRA, len(h.Blocks), h.Weights)
			}
		})
	}
	whole := read(t, safetensorsFile(t, "BF16", append(small(), p("blocks.0.self_attn.q.lora_A.weight", 8, 5120))))
	if whole.Kind != Diffusion || whole.LoRA != (Pairs{}) {
		t.Errorf("a model with a LoRA inside is a %q with %+v", whole.Kind, whole.LoRA)
	}
}
