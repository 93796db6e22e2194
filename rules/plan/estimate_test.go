package plan

import (
	"slices"
	"strings"
	"testing"
)

// usual is a 14B fp8 path with everything known but the header.
func usual(t testing.TB, v Video) Input {
	w := weights(t, "wan2.2-i2v-14b", "", "e4m3fn_scaled")
	w.FP32Norms = No
	return Input{
		Weights: []Weights{w}, Rope: "comfy", Attention: "sageattn", Compile: No, FusedRope: No, PerToken: No,
		Tokens: w.Model.Exactly(v), Wrapper: Day("2026-06-27"), OS: "linux", Swap: Swap{Blocks: 20},
	}
}

var hd = Video{Width: 1280, Height: 720, Frames: 81}

// TestTokens counts what the wrapper logs as the sequence's length.
func TestTokens(t *testing.T) {
	for _, tt := range []struct {
		model string
		video Video
		want  int
	}{
		{"wan2.1-t2v-14b", Video{Width: 832, Height: 480, Frames: 81}, 32760},
		{"wan2.2-ti2v-5b", Video{Width: 1280, Height: 704, Frames: 121}, 27280},
		{"wan2.2-animate-14b", Video{Width: 832, Height: 480, Frames: 77}, 32760},
		{"mocha-14b", Video{Width: 832, Height: 480, Frames: 441}, 2*111*1560 + 1560},
		{"mocha-14b", Video{Width: 832, Height: 480, Frames: 81, References: 1}, 68640},
		{"recammaster-1.3b", Video{Width: 832, Height: 480, Frames: 81}, 2 * 32760},
		{"scail-14b", Video{Width: 512, Height: 896, Frames: 81}, 48832},
	} {
		m, _ := lookup(tt.model)
		if got := m.Tokens(tt.video); got != tt.want {
			t.Errorf("%s %+v: got %d, want %d", tt.model, tt.video, got, tt.want)
		}
	}
}

func TestDays(t *testing.T) {
	for _, tt := range []struct {
		days Days
		want []era
	}{
		{Days{}, []era{modulatedOnce, halfResidual, leanFFN, fp32Residual}},
		{Day("2026-06-27"), []era{modulatedOnce}},
		{Day("2026-01-21"), []era{halfResidual}},
		{Days{From: "2025-11-29"}, []era{modulatedOnce, halfResidual, leanFFN}},
		{Days{To: "2025-08-31"}, []era{fp32Residual}},
	} {
		if got := tt.days.possible(); !slices.Equal(got, tt.want) {
			t.Errorf("%v: got %v, want %v", tt.days, got, tt.want)
		}
	}
}

// value is the likely bytes of a part, in MiB.
func value(f Forecast, name string) float64 {
	for _, p := range f.Parts {
		if p.Name == name {
			return mib(p.Likely)
		}
	}
	return 0
}

// TestParts looks at one part after the other where something is added to the usual path.
func TestParts(t *testing.T) {
	a := 75600.0 * 5120 * 2 / (1 << 20) // one activation, 738 MiB
	for _, tt := range []struct {
		name, part string
		change     func(*Input)
		want       float64
	}{
		{"today's code", "activations", func(*Input) {}, 9 * a},
		{"fp32 modulation", "activations", func(in *Input) { in.Weights[0].FP32Norms = Yes }, (4 + 5.4) * a},
		{"old code", "activations", func(in *Input) { in.Wrapper = Day("2025-10-10") }, 17 * a},
		{"rope in chunks", "activations", func(in *Input) { in.Rope = "comfy_chunked" }, 7 * a},
		{"rope in fp64, compiled", "activations", func(in *Input) { in.Rope, in.Compile = "default", Yes }, 14.8 * a},
		{"compiled, sdpa", "activations", func(in *Input) { in.Attention, in.Compile = "sdpa", Yes }, 5 * a},
		{"timesteps a token", "activations", func(in *Input) { in.PerToken = Yes }, 21 * a},
		{"two speakers", "activations", func(in *Input) { in.Speakers = 2 }, 6*a + 30*75600*3600/(1<<20)},
		{"caches", "cached predictions", func(in *Input) { in.CachedPredictions = 2 }, 3 * a},
		// four copies of 135 MiB beside 2 A + F, beyond 9 A
		{"one LoRA", "Linear temporaries", func(in *Input) { in.LoRA, in.Tokens.High = LoRA{Low: 1, High: 1, Count: 1}, 1000 }, 498},
		{"LoRA in blocks that stay", "unmerged LoRAs", func(in *Input) { in.LoRA = LoRA{Low: GiB, High: GiB, Count: 1} }, 1024 * 21. / 40},
		{"resident", "resident blocks", func(*Input) {}, 20 * 335.24},
		{"prefetched", "swapped blocks on the card", func(in *Input) { in.Swap.Prefetch = 1 }, 2 * 335.24},
		{"no prefetch in 16 bit", "swapped blocks on the card", func(in *Input) {
			in.Swap.Prefetch, in.Weights = 1, []Weights{weights(t, "wan2.2-i2v-14b", "", "bf16")}
		}, 670.23},
		{"main_device", "loading to main_device", func(in *Input) { in.MainDevice, in.Tokens = Yes, Tokens{} }, 19 * 335.24},
		{"the other half of a pair", "other models on the card", func(in *Input) { in.Beside = 14 * GiB }, 14 * 1024},
	} {
		in := usual(t, hd)
		in.Weights[0].FP32Norms = No
		tt.change(&in)
		if got := value(Estimate(in), tt.part); got < 0.999*tt.want || got > 1.001*tt.want {
			t.Errorf("%s, %s: got %.1f MiB, want %.1f", tt.name, tt.part, got, tt.want)
		}
	}
}

// TestHints counts VACE's hints until a VACE block is swapped, which 16 bit does by itself.
func TestHints(t *testing.T) {
	in := usual(t, Video{Width: 832, Height: 480, Frames: 81})
	a := 32760.0 * 5120 * 2 / (1 << 20)
	for _, tt := range []struct {
		dtype string
		swap  Swap
		want  float64
	}{
		{"e4m3fn_scaled", Swap{Blocks: 20}, 9 * a},
		{"e4m3fn_scaled", Swap{Blocks: 20, VACE: 1}, a},
		{"bf16", Swap{Blocks: 20}, a},
		{"bf16", Swap{}, 9 * a},
	} {
		in.Weights, in.Swap = []Weights{weights(t, "wan2.1-vace-14b", "", tt.dtype)}, tt.swap
		if got := value(Estimate(in), "VACE hints"); got < tt.want-1 || got > tt.want+1 {
			t.Errorf("%s %+v: got %.0f MiB, want %.0f", tt.dtype, tt.swap, got, tt.want)
		}
	}
}

// TestLoop encodes the first window with the model on the card, whatever force_offload says.
func TestLoop(t *testing.T) {
	in := usual(t, Video{Width: 320, Height: 320, Frames: 81})
	for _, tt := range []struct {
		kind    string
		offload Maybe
		counts  bool
	}{
		{"multitalk", Yes, true}, {"s2v", Yes, true}, {"animate", Yes, false}, {"animate", No, true}, {"animate", Unknown, false},
	} {
		in.Loop = &Loop{Kind: tt.kind, ForceOffload: tt.offload, Width: 1280, Height: 720, Window: 81}
		if got := value(Estimate(in), "VAE between windows"); (got > 1024) != tt.counts {
			t.Errorf("%s with force_offload %d: got %.0f MiB", tt.kind, tt.offload, got)
		}
	}
}

// TestOlder counts today's code where nothing says how old the wrapper is at most, and does not call
// it a fit where older code takes more.
func TestOlder(t *testing.T) {
	in := usual(t, hd)
	today := Estimate(in).High
	in.Wrapper = Day("2025-10-10")
	old := Estimate(in).High
	for _, tt := range []struct {
		wrapper     Days
		high, older int64
		verdict     Verdict // on a card with what today's code takes
	}{
		{Days{}, today, old, Tight},
		{Days{From: "2025-12-29"}, today, 0, Fits}, // of a 14B both eras since take the same
		{Day("2025-10-10"), old, 0, DoesNotFit},
		{Days{From: "2025-11-11", To: "2025-12-02"}, old, 0, Tight}, // a version that was installed then
	} {
		in.Wrapper = tt.wrapper
		f := Estimate(in)
		if f.High != tt.high || f.Older != tt.older {
			t.Errorf("%v: %d at most, %d older; want %d and %d", tt.wrapper, f.High, f.Older, tt.high, tt.older)
		}
		said := strings.Contains(strings.Join(f.Notes, "\n"), "how old the wrapper is")
		if said != (tt.older > 0) {
			t.Errorf("%v: said %q", tt.wrapper, f.Notes)
		}
		if v := VerdictOf(f, Budget{Bytes: today}); v != tt.verdict {
			t.Errorf("%v: %s, want %s", tt.wrapper, v, tt.verdict)
		}
	}
}

// TestUnknown names what was not known, and warns of what is not counted.
func TestUnknown(t *testing.T) {
	in := usual(t, hd)
	if f := Estimate(in); f.Unknown != nil || f.Partial || f.Notes != nil {
		t.Errorf("everything is known, yet %v, %v", f.Unknown, f.Notes)
	}
	in = Input{Weights: append(in.Weights, weights(t, "wan2.2-i2v-14b", "", "bf16"))}
	f := Estimate(in)
	got := strings.Join(f.Unknown, ", ")
	if want := "the wrapper's day, the weights, the rope function, whether rope is one kernel, " +
		"whether torch.compile is at work, the attention mode, the number of tokens"; got != want || !f.Partial || f.Notes == nil {
		t.Errorf("got %s; %v", got, f.Notes)
	}
	if value(f, "activations") != 0 || f.High < 26*GiB || f.Low > 15*GiB {
		t.Errorf("got %v", f.Span)
	}
}
