package gpu

import "testing"

// TestFP16 holds the table to the one family in which fp16 may be wrong.
func TestFP16(t *testing.T) {
	for _, g := range All() {
		if g.FP16 == Unknown || g.FP16 == Broken && g.SM != 75 {
			t.Errorf("%s, sm_%d: fp16 is %d", g.Name, g.SM, g.FP16)
		}
	}
	for spec, want := range map[string]Health{
		"sm_61:8GiB": Fine, "sm_70:16GiB": Fine, "sm_75:4GiB": Unknown, "sm_86": Fine, "sm_130:48GiB": Fine, "generic:8GiB": Unknown,
		"RTX 2060": Fine, "GTX 1660 SUPER": Broken, "Quadro T2000 with Max-Q Design 4GB": Broken, "GRID T4-4Q": Fine,
	} {
		if g, err := Parse(spec); err != nil || g.FP16 != want {
			t.Errorf("%s: got %d, %v, want %d", spec, g.FP16, err, want)
		}
	}
}
