package modelfile

import "fmt"

// wan is the shape of a Wan model.
type wan struct {
	dim, ffn, channels, latent int64
	blocks                     int
	i2v                        bool // with attention to a picture
}

var (
	t2v13b = wan{dim: 1536, ffn: 8960, channels: 16, latent: 16, blocks: 30}
	t2v14b = wan{dim: 5120, ffn: 13824, channels: 16, latent: 16, blocks: 40}
	i2v14b = wan{dim: 5120, ffn: 13824, channels: 36, latent: 16, blocks: 40, i2v: true}
	i2v22  = wan{dim: 5120, ffn: 13824, channels: 36, latent: 16, blocks: 40}
	ti2v5b = wan{dim: 3072, ffn: 14336, channels: 48, latent: 48, blocks: 30}
)

// block is one transformer block under a name such as "blocks.7".
func (w wan) block(name string) []part {
	parts := []part{
		p(name+".modulation", 1, 6, w.dim),
		p(name+".norm3.weight", w.dim), p(name+".norm3.bias", w.dim),
	}
	for _, attention := range []string{".self_attn", ".cross_attn"} {
		for _, matrix := range []string{".q", ".k", ".v", ".o"} {
			parts = append(parts, layer(name+attention+matrix, w.dim, w.dim)...)
		}
		parts = append(parts, p(name+attention+".norm_q.weight", w.dim), p(name+attention+".norm_k.weight", w.dim))
	}
	if w.i2v {
		parts = append(parts, layer(name+".cross_attn.k_img", w.dim, w.dim)...)
		parts = append(parts, layer(name+".cross_attn.v_img", w.dim, w.dim)...)
		parts = append(parts, p(name+".cross_attn.norm_k_img.weight", w.dim))
	}
	return join(parts, layer(name+".ffn.0", w.ffn, w.dim), layer(name+".ffn.2", w.dim, w.ffn))
}

// model is a whole diffusion model.
func (w wan) model() []part {
	parts := join(
		[]part{p("patch_embedding.weight", w.dim, w.channels, 1, 2, 2), p("patch_embedding.bias", w.dim)},
		layer("text_embedding.0", w.dim, 4096), layer("text_embedding.2", w.dim, w.dim),
		layer("time_embedding.0", w.dim, 256), layer("time_embedding.2", w.dim, w.dim),
		layer("time_projection.1", 6*w.dim, w.dim),
		layer("head.head", 4*w.latent, w.dim), []part{p("head.modulation", 1, 2, w.dim)},
	)
	if w.i2v {
		parts = join(parts,
			[]part{p("img_emb.proj.0.weight", 1280), p("img_emb.proj.0.bias", 1280)},
			layer("img_emb.proj.1", 1280, 1280), layer("img_emb.proj.3", w.dim, 1280),
			[]part{p("img_emb.proj.4.weight", w.dim), p("img_emb.proj.4.bias", w.dim)})
	}
	for i := range w.blocks {
		parts = append(parts, w.block(fmt.Sprintf("blocks.%d", i))...)
	}
	return parts
}

// vace is what a VACE module adds to a model.
func (w wan) vace(blocks int) []part {
	parts := []part{p("vace_patch_embedding.weight", w.dim, 96, 1, 2, 2), p("vace_patch_embedding.bias", w.dim)}
	w.i2v = false
	for i := range blocks {
		name := fmt.Sprintf("vace_blocks.%d", i)
		parts = append(parts, w.block(name)...)
		if i == 0 {
			parts = append(parts, layer(name+".before_proj", w.dim, w.dim)...)
		}
		parts = append(parts, layer(name+".after_proj", w.dim, w.dim)...)
	}
	return parts
}

// umt5 is the text encoder as Wan's own code names it.
func umt5() []part {
	parts := []part{p("token_embedding.weight", 256384, 4096), p("norm.weight", 4096)}
	for i := range 24 {
		name := fmt.Sprintf("blocks.%d", i)
		for _, m := range []string{".attn.q", ".attn.k", ".attn.v", ".attn.o"} {
			parts = append(parts, p(name+m+".weight", 4096, 4096))
		}
		parts = append(parts,
			p(name+".norm1.weight", 4096), p(name+".norm2.weight", 4096),
			p(name+".pos_embedding.embedding.weight", 32, 64),
			p(name+".ffn.gate.0.weight", 10240, 4096), p(name+".ffn.fc1.weight", 10240, 4096), p(name+".ffn.fc2.weight", 4096, 10240))
	}
	return parts
}

// umt5HF is the same as the transformers library names it.
func umt5HF() []part {
	parts := []part{p("shared.weight", 256384, 4096), p("encoder.final_layer_norm.weight", 4096)}
	for i := range 24 {
		attention := fmt.Sprintf("encoder.block.%d.layer.0.", i)
		for _, m := range []string{"q", "k", "v", "o"} {
			parts = append(parts, p(attention+"SelfAttention."+m+".weight", 4096, 4096))
		}
		parts = append(parts, p(attention+"SelfAttention.relative_attention_bias.weight", 32, 64), p(attention+"layer_norm.weight", 4096))
		dense := fmt.Sprintf("encoder.block.%d.layer.1.", i)
		parts = append(parts, p(dense+"layer_norm.weight", 4096),
			p(dense+"DenseReluDense.wi_0.weight", 10240, 4096), p(dense+"DenseReluDense.wi_1.weight", 10240, 4096), p(dense+"DenseReluDense.wo.weight", 4096, 10240))
	}
	return parts
}

// pairsOf is a LoRA of a rank on the attention of some blocks. The styles are those of PEFT and of
// kohya's scripts.
func pairsOf(style string, rank int64, blocks int) []part {
	var parts []part
	for i := range blocks {
		for _, attention := range []string{"self_attn", "cross_attn"} {
			for _, m := range []string{"q", "k", "v", "o"} {
				if style == "peft" {
					name := fmt.Sprintf("diffusion_model.blocks.%d.%s.%s", i, attention, m)
					parts = append(parts, p(name+".lora_A.weight", rank, 5120), p(name+".lora_B.weight", 5120, rank))
				} else {
					name := fmt.Sprintf("lora_unet_blocks_%d_%s_%s", i, attention, m)
					parts = append(parts, p(name+".lora_down.weight", rank, 5120), p(name+".lora_up.weight", 5120, rank), p(name+".alpha"))
				}
			}
		}
	}
	return parts
}
