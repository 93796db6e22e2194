package plan

import (
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"
)

// tries is how many random inputs a property is asked of.
const tries = 2000

var models = sync.OnceValue(func() (names []string) {
	for line := range lines() {
		if m := decode(line); !m.Module {
			names = append(names, m.Name)
		}
	}
	return names
})

// random is an input that somebody might have, much of it unknown.
func random(t testing.TB, r *rand.Rand) Input {
	model := pick(r, models()...)
	w := weights(t, model, "", pick(r, "bf16", "e4m3fn", "e4m3fn_scaled", "Q8_0", "Q4_K_M"))
	w.Header = r.IntN(2) == 0
	w.FP32Norms = Maybe(r.IntN(3))
	in := Input{
		Weights: []Weights{w},
		Swap:    Swap{Blocks: r.IntN(42), VACE: r.IntN(4), Prefetch: r.IntN(3), NonBlocking: r.IntN(2) == 0},
		Rope:    pick(r, "", "comfy", "comfy_chunked", "default"), Attention: pick(r, "", "sdpa", "sageattn"),
		Compile: Maybe(r.IntN(3)), FusedRope: Maybe(r.IntN(3)), PerToken: Maybe(r.IntN(3)), Patched: Maybe(r.IntN(3)),
		CachedPredictions: r.IntN(3), MainDevice: Maybe(r.IntN(3)), OS: pick(r, "", "linux", "windows"),
		Wrapper: pick(r, Days{}, Day("2026-06-27"), Day("2025-12-12"), Day("2025-09-20"), Day("2025-08-01"), Days{From: "2025-10-20"}),
	}
	if r.IntN(2) == 0 {
		in.LoRA = LoRA{Low: GiB / 4, High: GiB/4 + r.Int64N(GiB), Count: 1 + r.IntN(3), Merged: r.IntN(2) == 0}
	}
	v := Video{Width: 16 * (20 + r.IntN(80)), Height: 16 * (20 + r.IntN(60)), Frames: 1 + 4*r.IntN(60)}
	switch r.IntN(3) {
	case 0:
		in.Tokens = w.Model.Exactly(v)
	case 1:
		small := v
		small.Frames = 1 + v.Frames/8*4
		in.Tokens = w.Model.Between(small, v)
	}
	if r.IntN(3) == 0 {
		in.Loop = &Loop{Kind: pick(r, "multitalk", "s2v", "animate"), ForceOffload: Maybe(r.IntN(3)), Width: v.Width, Height: v.Height, Window: 81}
	}
	return in
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// each asks a property of many inputs, the same ones in each run.
func each(t *testing.T, property func(t *testing.T, in Input, r *rand.Rand)) {
	r := rand.New(rand.NewPCG(1, 2))
	for range tries {
		in := random(t, r)
		property(t, in, r)
		if t.Failed() {
			t.Fatalf("for %+v with %s as %s", summary(in), in.Weights[0].Model.Name, in.Weights[0].Dtype)
		}
	}
}

// summary is an input without its lists of bytes.
func summary(in Input) Input {
	in.Weights = nil
	return in
}

// notBelow fails where the second estimate is below the first.
func notBelow(t *testing.T, what string, less, more Input) {
	t.Helper()
	a, b := Estimate(less), Estimate(more)
	if b.Low < a.Low || b.Likely < a.Likely || b.High < a.High || b.Most() < a.Most() {
		t.Errorf("%s: %v, %d became %v, %d", what, a.Span, a.Most(), b.Span, b.Most())
	}
}

func TestMoreTakesMore(t *testing.T) {
	each(t, func(t *testing.T, in Input, r *rand.Rand) {
		more := in
		add := r.IntN(20_000)
		if more.Tokens.Low, more.Tokens.High = in.Tokens.Low+add, in.Tokens.High+add; in.Tokens.Source != "" {
			notBelow(t, "more tokens", in, more)
		}
		if in.LoRA.High > 0 { // the first unmerged LoRA changes how blocks are counted
			more = in
			more.LoRA.Low, more.LoRA.High = in.LoRA.Low+r.Int64N(GiB), in.LoRA.High+r.Int64N(GiB)+GiB
			more.LoRA.Count += r.IntN(2)
			notBelow(t, "more LoRA", in, more)
		}
		more = in
		more.Swap.Blocks = r.IntN(in.Swap.Blocks + 1)
		notBelow(t, "fewer swapped blocks", in, more)
		more = in
		more.Swap.VACE = r.IntN(in.Swap.VACE + 1)
		notBelow(t, "fewer swapped VACE blocks", in, more)
		more = in
		more.Swap.Prefetch++
		notBelow(t, "more prefetched blocks", in, more)
		more = in
		more.Beside += GiB
		notBelow(t, "another model", in, more)
	})
}

// TestStages asks the same of what comes before and after sampling.
func TestStages(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range tries {
		work := VAEStage{
			Video: Video{Width: 16 * (10 + r.IntN(110)), Height: 16 * (10 + r.IntN(110)), Frames: 1 + 4*r.IntN(60)},
			Exact: r.IntN(2) == 0, FlashVSR: r.IntN(4) == 0, VAE: pick[Dtype](r, "", "bf16", "fp32"), Beside: r.Int64N(2) * r.Int64N(20*GiB),
		}
		longer, wider, fuller := work, work, work
		longer.Video.Frames += 4 * r.IntN(20)
		wider.Video.Width += 16 * r.IntN(20)
		fuller.Beside += r.Int64N(GiB)
		for what, more := range map[string]VAEStage{"more frames": longer, "a wider video": wider, "more beside": fuller} {
			for _, pair := range [][2]Stage{{work.Encoding(), more.Encoding()}, {work.Decoding(), more.Decoding()}} {
				less, more := pair[0], pair[1]
				if more.Low < less.Low || more.Likely < less.Likely || more.High < less.High {
					t.Errorf("%s: %s of %+v became %v, was %v", what, more.Name, work, more.Span, less.Span)
				}
				if less.Low > less.Likely || less.Likely > less.High {
					t.Errorf("%s of %+v: %v", less.Name, work, less.Span)
				}
				small := Budget{Bytes: r.Int64N(40 * GiB)}
				big := Budget{Bytes: small.Bytes + r.Int64N(32*GiB)}
				if a, b := less.Verdict(small), less.Verdict(big); Worse(a, b) != a {
					t.Errorf("%s on %s, %s on %s: %v", a, gib(small.Bytes), b, gib(big.Bytes), less.Span)
				}
			}
		}
		if t.Failed() {
			t.FailNow()
		}
	}
}

// TestWhicheverWrapper lets a wrapper of unknown age turn out to be of some day: what it needs then
// was told before.
func TestWhicheverWrapper(t *testing.T) {
	each(t, func(t *testing.T, in Input, r *rand.Rand) {
		in.Wrapper = pick(r, Days{}, Days{From: "2025-09-12"}, Days{From: "2025-12-29"}, Days{From: "2025-09-12", To: "2026-01-30"})
		before := Estimate(in)
		day := pick(r, "2025-08-20", "2025-08-30", "2025-09-12", "2025-10-20", "2025-11-29", "2025-11-30", "2026-01-21", "2026-01-22", "2026-06-27")
		if day < in.Wrapper.From || in.Wrapper.To != "" && day > in.Wrapper.To {
			return
		}
		in.Wrapper = Day(day)
		if after := Estimate(in); after.Low < before.Low || after.High > before.Most() || after.Older != 0 {
			t.Errorf("%d to %d, %d older, is %d to %d with a wrapper of %s", before.Low, before.High, before.Older, after.Low, after.High, day)
		}
	})
}

func TestPartsAddUp(t *testing.T) {
	each(t, func(t *testing.T, in Input, _ *rand.Rand) {
		f := Estimate(in)
		var total Span
		for _, p := range f.Parts {
			total = total.Plus(p.Span)
			if p.Name == "" || p.Basis == "" || p.Why == "" || p.Low < 0 || p.High < 0 {
				t.Errorf("the part %+v", p)
			}
		}
		if total != f.Span || f.Low > f.Likely || f.Likely > f.High || f.MovedLow > f.MovedHigh {
			t.Errorf("parts add up to %v, the forecast is %v", total, f.Span)
		}
	})
}

// TestBiggerCard gives each input a card and a bigger one.
func TestBiggerCard(t *testing.T) {
	each(t, func(t *testing.T, in Input, r *rand.Rand) {
		small := Budget{Bytes: GiB * int64(4+r.IntN(44))}
		big := Budget{Bytes: small.Bytes + r.Int64N(32*GiB)}
		a, b := choose(in, small), choose(in, big)
		if a.Verdict != DoesNotFit && b.Cost.Bytes > a.Cost.Bytes {
			t.Errorf("%s: %+v (%s), bigger: %+v (%s) copies more", gib(small.Bytes), a.Swap, a.Why, b.Swap, b.Why)
		}
		if VerdictOf(a.Forecast, small) == Fits && VerdictOf(a.Forecast, big) != Fits {
			t.Errorf("fits %s but not %s", gib(small.Bytes), gib(big.Bytes))
		}
		if a.Card == Fits && b.Card != Fits || a.Card == Tight && b.Card == DoesNotFit {
			t.Errorf("%s on %s, %s on %s: %s", a.Card, gib(small.Bytes), b.Card, gib(big.Bytes), b.Why)
		}
	})
}

func TestChooseAgain(t *testing.T) {
	each(t, func(t *testing.T, in Input, r *rand.Rand) {
		b := Budget{Bytes: GiB * int64(4+r.IntN(44)), RAM: r.Int64N(2) * GiB * r.Int64N(64)}
		first := choose(in, b)
		in.Swap = first.Swap
		again := choose(in, b)
		if !reflect.DeepEqual(again.Swap, first.Swap) {
			t.Errorf("%s %+v (%s), then %s %+v (%s)", first.Action, first.Swap, first.Why, again.Action, again.Swap, again.Why)
		}
		if (first.Action == Raise) && again.Verdict == DoesNotFit {
			t.Errorf("raised to %+v, which does not fit", first.Swap)
		}
	})
}

// TestNothingLowered without header and exact tokens.
func TestNothingLowered(t *testing.T) {
	each(t, func(t *testing.T, in Input, r *rand.Rand) {
		c := choose(in, Budget{Bytes: GiB * int64(4+r.IntN(44))})
		exact := in.Weights[0].Header && in.Tokens.Source == Exact
		if !exact && (c.Swap.Blocks < in.Swap.Blocks || c.Swap.VACE < in.Swap.VACE) {
			t.Errorf("%s %+v: %s", c.Action, c.Swap, c.Why)
		}
	})
}

// fixed is what the numbers may differ by whatever the size: the CUDA context, the shortfall of some
// families, copies of a weight. Of models that take 4 GiB it is more than a third.
const fixed = GiB * 3 / 2

// TestWidth holds high to low together where much is known: 1.35 with header and exact tokens, 2 with
// a bound whose low end is two thirds of the high one. The settings that stand in the workflow are
// known; the wrapper's day need not be.
func TestWidth(t *testing.T) {
	each(t, func(t *testing.T, in Input, r *rand.Rand) {
		in.Weights[0].Header, in.Weights[0].FP32Norms = true, pick(r, Yes, No)
		in.Rope, in.Compile, in.Attention = pick(r, "comfy", "comfy_chunked", "default"), pick(r, Yes, No), pick(r, "sdpa", "sageattn")
		in.PerToken = pick(r, Yes, No)
		in.Wrapper = pick(r, Days{}, Days{From: "2025-12-29"}, Day("2026-06-27"), Day("2025-12-12"), Day("2025-11-01"))
		in.LoRA.Low, in.Patched, in.MainDevice = in.LoRA.High, Unknown, pick(r, Yes, No)
		in.Loop, in.Tokens.Source = nil, pick(r, Exact, Bound)
		limit := 1.35
		if in.Tokens.Low = in.Tokens.High; in.Tokens.Source == Bound {
			in.Tokens.Low, limit = in.Tokens.High*2/3, 2
		}
		f := Estimate(in)
		if f.High-f.Low < fixed {
			return
		}
		if ratio := float64(f.High) / float64(f.Low); ratio > limit {
			t.Errorf("%s tokens: high/low is %.2f, %v", in.Tokens.Source, ratio, f.Parts)
		}
	})
}
