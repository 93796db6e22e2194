package plan

import "testing"

// BenchmarkChoose has nothing known that may be unknown, and next to nothing unknown.
func BenchmarkChoose(b *testing.B) {
	known := usual(b, hd)
	unknown := known
	unknown.Rope, unknown.Compile, unknown.Attention, unknown.Wrapper = "", Unknown, "", Days{}
	unknown.Weights = append(unknown.Weights, weights(b, "wan2.2-i2v-14b", "", "bf16"))
	for name, in := range map[string]Input{"known": known, "unknown": unknown} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				choose(in, budget(12))
			}
		})
	}
}

func BenchmarkByName(b *testing.B) {
	for b.Loop() {
		ByName("wan2.1_t2v_14B_fp8_scaled.safetensors")
	}
}
