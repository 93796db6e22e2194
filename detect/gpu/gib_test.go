package gpu

import "testing"

// TestGiB has a tie: 39.25 GiB must come out alike wherever it is rounded.
func TestGiB(t *testing.T) {
	for mebibytes, want := range map[int64]string{
		24564: "24 GiB", 32607: "31.8 GiB", 40192: "39.2 GiB", 40294: "39.3 GiB", 512: "0.5 GiB", 0: "0 GiB", 10240: "10 GiB",
	} {
		if got := GiB(mebibytes * mib); got != want {
			t.Errorf("%d MiB: got %q, want %q", mebibytes, got, want)
		}
	}
}
