package plan

import "testing"

// TestMemory counts the file, the swapped blocks, and what pinning rounds up.
func TestMemory(t *testing.T) {
	for _, tt := range []struct {
		name      string
		swap      Swap
		low, high float64 // GiB
	}{
		{"nothing swapped", Swap{}, 0, 13.5},
		{"half of it", Swap{Blocks: 20}, 6.5, 20.1},
		{"all of it", Swap{Blocks: 40}, 13.1, 26.6},
		{"all of it, pinned: 512 MiB a block", Swap{Blocks: 40, NonBlocking: true}, 20, 33.5},
		{"where swap does nothing", Swap{Blocks: 40, Dead: "ComfyUI runs with --highvram"}, 0, 13.5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := usual(t, hd)
			in.Swap = tt.swap
			got := Memory(in)
			if low, high := float64(got.Low)/GiB, float64(got.High)/GiB; low < tt.low-0.1 || low > tt.low+0.1 || high < tt.high-0.1 || high > tt.high+0.1 {
				t.Errorf("got %.2f to %.2f GiB, want %.1f to %.1f", low, high, tt.low, tt.high)
			}
		})
	}
}
