package modelfile

// signature is by what a family is known: keys, without prefix, that must be in the file. In
// brackets are the sizes that a key's first dimensions must have, "*" being any and "|" parting
// those allowed; a key after "!" must not be there.
type signature struct {
	kind   Kind // "": Diffusion if there is a patch_embedding.weight, else Module
	family string
	keys   string
}

// iv is the attention to a picture that only image-to-video models have; i2v-2.2 came without it.
const iv = "blocks.0.cross_attn.k_img.weight"

// signatures are tried in this order: what a file has beside a common model comes before the model.
// The keys are those that the wrapper itself looks for.
var signatures = []signature{
	{T5, "umt5-xxl", "token_embedding.weight[256384,4096] blocks.0.attn.q.weight"},
	{T5, "umt5-xxl", "shared.weight[256384,4096] encoder.block.0.layer.0.SelfAttention.q.weight"},
	{T5, "umt5-xxl", "token_embd.weight[256384,4096] enc.blk.0.attn_q.weight"},
	{T5, "t5-xxl", "shared.weight[32128,4096] encoder.block.0.layer.0.SelfAttention.q.weight"},
	{T5, "t5-xxl", "token_embd.weight[32128,4096] enc.blk.0.attn_q.weight"},
	{T5, "", "token_embedding.weight blocks.0.attn.q.weight"},
	{T5, "", "encoder.block.0.layer.0.SelfAttention.q.weight"},
	{T5, "", "enc.blk.0.attn_q.weight"},

	{CLIP, "open-clip-vit-h", "log_scale visual.patch_embedding.weight[1280]"}, // what the wrapper's node wants
	{CLIP, "clip-vision-h", "vision_model.embeddings.patch_embedding.weight[1280]"},
	{CLIP, "", "vision_model.embeddings.patch_embedding.weight"},
	{CLIP, "", "text_model.encoder.layers.0.self_attn.q_proj.weight"},

	{VAE, "wan-vae-2.1", "decoder.conv1.bias conv2.weight[16]"},
	{VAE, "wan-vae-2.2", "decoder.conv1.bias conv2.weight[48]"}, // of the 5B only
	{VAE, "", "encoder.conv_in.weight decoder.conv_in.weight"},

	{Module, "uni3c", "controlnet_patch_embedding.weight"},
	{Module, "ovi-audio", "patch_embedding.0.weight !patch_embedding.weight"},
	{"", "ovi", "patch_embedding.weight[3072] blocks.0.cross_attn.k_fusion.weight"},
	{"", "ovi", "patch_embedding.weight[3072] patch_embedding.0.weight"},
	{"", "vace", "vace_blocks.0.after_proj.weight"},
	{"", "animate", "pose_patch_embedding.weight"},
	{"", "s2v", "audio_injector.injector.0.k.weight"},
	{"", "humo", "audio_proj.audio_proj_glob_1.layer.weight"},
	{"", "steadydancer", "condition_embedding_align.cross_attn.in_proj_bias"},
	{"", "scail-2", "patch_embedding_mask.weight"},
	{"", "scail", "patch_embedding_pose.weight"},
	{"", "one-to-all", "image_to_cond.conv_in.bias"},
	{"", "longvie2", "blocks.0.control_blocks_dense.cross_attn.k.weight"},
	{"", "bindweave", "text_projection.0.weight"},
	{"", "mtv-crafter", "blocks.0.motion_attn.k.weight"},
	{"", "lynx-full", "blocks.0.self_attn.ref_adapter.to_k_ref.weight"},
	{"", "lynx-full", "blocks.0.cross_attn.ip_adapter.registers"},
	{"", "lynx-lite", "blocks.0.cross_attn.ip_adapter.to_v_ip.weight"},
	{"", "recammaster", "blocks.0.cam_encoder.weight"},
	{"", "flashvsr", "LQ_proj_in.norm1.gamma"},
	{"", "longcat-avatar", "multitalk_audio_proj.proj1.weight blocks.0.audio_cross_attn.q_norm.weight"},
	{"", "multitalk", "audio_proj.proj1.weight blocks.0.audio_cross_attn.kv_linear.weight"}, // and InfiniteTalk, SkyReels V3 A2V
	{"", "multitalk", "multitalk_audio_proj.proj1.weight blocks.0.audio_cross_attn.kv_linear.weight"},

	{Diffusion, "skyreels-v2-df", "patch_embedding.weight fps_embedding.weight"},
	{Diffusion, "longcat", "patch_embedding.weight[4096,16] blocks.0.ffn.w1.weight"},
	{Diffusion, "fun-camera", "patch_embedding.weight control_adapter.conv.weight"},
	{Diffusion, "minimax-remover", "patch_embedding.weight blocks.0.self_attn.k.weight !text_embedding.0.weight"},
	{Diffusion, "fun-control", "patch_embedding.weight[5120|1536,48] " + iv},
	{Diffusion, "fun-control-2.2", "patch_embedding.weight[5120,52] !" + iv},
	{Diffusion, "fun-control-2.2", "patch_embedding.weight[3072,148]"},
	{Diffusion, "flf2v", "patch_embedding.weight[*,36] img_emb.emb_pos"},
	{Diffusion, "i2v", "patch_embedding.weight[5120|1536,36] " + iv},
	{Diffusion, "i2v-2.2", "patch_embedding.weight[5120,36] !" + iv},
	{Diffusion, "ti2v", "patch_embedding.weight[3072,48]"},
	{Diffusion, "t2v", "patch_embedding.weight[5120|1536,16] !" + iv},
	{Diffusion, "", "patch_embedding.weight blocks.0.self_attn.k.weight"},
}

// facts are keys that no family needs.
var facts = []string{
	"blocks.0.ffn.0.bias", "blocks.0.ffn.0.weight", "blocks.0.modulation", "blocks.0.modulation.modulation",
}
