package plan

import "fmt"

// Budget is what the settings have to fit.
type Budget struct {
	// Bytes is what this process may take of the card: what is free before ComfyUI starts, or the
	// total less [Reserve].
	Bytes int64
	// RAM is the free system memory in bytes; 0 is unknown.
	RAM  int64
	Link Link
}

// Link is the card's connection. Zero is unknown and counts as PCIe 3.0 x16.
type Link struct{ Generation, Width int }

// Reserve is what to leave of a card for the desktop and ComfyUI's own reserve; an unknown system
// counts as Windows, whose desktop takes the most.
func Reserve(os string) int64 {
	if os == "linux" {
		return GiB / 2
	}
	return GiB
}

// Verdict says how settings and budget go together.
type Verdict string

// The verdicts.
const (
	Fits       Verdict = "fits"  // at the high end too, and with an older wrapper
	Tight      Verdict = "tight" // at the low end, or what is known of it fits and tokens are unknown
	DoesNotFit Verdict = "does not fit"
)

// VerdictOf says how a forecast and a budget go together.
func VerdictOf(f Forecast, budget Budget) Verdict {
	v, _ := verdict(f, budget)
	return v
}

func verdict(f Forecast, budget Budget) (Verdict, int64) {
	most := f.Most()
	switch {
	case most <= budget.Bytes && f.Partial:
		return Tight, 0
	case most <= budget.Bytes:
		return Fits, 0
	case f.Low <= budget.Bytes:
		return Tight, most - budget.Bytes
	}
	return DoesNotFit, most - budget.Bytes
}

// VerdictOnMemory says whether the computer has enough memory, in bytes, for spans such as [Memory].
// It goes on with less, but on the disk, or it ends.
func VerdictOnMemory(needs Span, bytes int64) Verdict {
	return VerdictOf(Forecast{Span: needs}, Budget{Bytes: bytes})
}

func gib(bytes int64) string { return fmt.Sprintf("%.1f GiB", float64(bytes)/GiB) }
