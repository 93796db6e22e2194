package rules_test

import "testing"

// TestUnnamedFile does not take for an answer what a widget holds in the place of a file's name.
func TestUnnamedFile(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		want       any
		why        string
	}{
		{"a name", "Wan2_1_VAE_bf16.safetensors", 16.0, ""},
		{"no name", "", nil, "#4 WanVideoVAELoader · model_name names no file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := asker(t, graph(
				"1 WanVideoModelLoader model=a.safetensors", "2 WanVideoSampler model=#1", "3 WanVideoDecode samples=#2 vae=#4",
				"4 WanVideoVAELoader model_name="+tt.file,
			))("vae.channels")
			if got.Value != tt.want || got.Why != tt.why {
				t.Errorf("got %v, why %q", got.Value, got.Why)
			}
		})
	}
}
