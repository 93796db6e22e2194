package plan

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
)

// point is something that somebody measured; testdata/measured.json has one a line.
type point struct {
	ID, Source, Trust string
	// Kind is "weights" (bytes of all blocks), "vae", "peak" (torch's max_memory), "range" (a peak of
	// which settings are unknown), "shown" (what a task manager showed), "fits" or "oom".
	Kind string
	GiB  float64
	Card float64 // GiB of the card
	OS   string
	// From and To bound the wrapper's day.
	From, To                      string
	Model, Module, Dtype          string
	Width, Height, Frames, Tokens int
	Swap, VACE, Prefetch, Moved   int
	LoRAs                         int
	LoRA                          float64 // GiB
	Rope, Attention, Stage, Loop  string
	Compile, Main, Outside        bool
	Offload                       *bool
	Before                        float64 // GiB allocated before
	// Doubt is why the facts themselves do not trust the point.
	Doubt string
}

func readPoints(t testing.TB) []point {
	t.Helper()
	text, err := os.ReadFile("testdata/measured.json")
	if err != nil {
		t.Fatal(err)
	}
	var points []point
	if err := json.Unmarshal(text, &points); err != nil {
		t.Fatal(err)
	}
	return points
}

func (p point) input(t testing.TB) Input {
	w := weights(t, p.Model, p.Module, p.Dtype)
	in := Input{
		Weights: []Weights{w},
		Swap:    Swap{Blocks: p.Swap, VACE: p.VACE, Prefetch: p.Prefetch},
		LoRA:    LoRA{Low: int64(p.LoRA * GiB), High: int64(p.LoRA * GiB), Count: p.LoRAs},
		Rope:    p.Rope, Attention: p.Attention, Compile: No, FusedRope: No, OS: p.OS,
		Wrapper: Days{p.From, p.To},
		Tokens:  w.Model.Exactly(Video{Width: p.Width, Height: p.Height, Frames: p.Frames}),
	}
	if p.Tokens > 0 {
		in.Tokens = Tokens{Low: p.Tokens, High: p.Tokens, Source: Exact}
	}
	if p.Compile {
		in.Compile = Yes
	}
	if p.Main {
		in.MainDevice = Yes
	}
	if p.Kind == "range" {
		in.Compile, in.FusedRope = Unknown, Unknown
	} else if in.Rope == "" {
		in.Rope = "comfy"
	}
	if p.Loop != "" {
		in.Loop = &Loop{Kind: p.Loop, Width: p.Width, Height: p.Height, Window: p.Frames}
		if p.Offload != nil && !*p.Offload {
			in.Loop.ForceOffload = No
		}
	}
	return in
}

// predicted are the three numbers for a point's value, in GiB.
func (p point) predicted(t testing.TB) (low, likely, high float64) {
	span := Span{}
	switch p.Kind {
	case "weights":
		w := weights(t, p.Model, p.Module, p.Dtype)
		total := sum(w.Blocks)
		if p.Outside {
			total += w.Outside
		}
		span = Span{total, total, total}
	case "vae":
		span = Encode(p.Width, p.Height, p.Frames)
		if p.Stage == "decode" {
			span = Decode(p.Width, p.Height, p.Frames)
		}
		before := int64(p.Before * GiB)
		span = span.plus(Span{before, before, before})
	case "peak", "range":
		span = Estimate(p.input(t)).Allocated
	case "shown": // people see what is reserved as well
		span = Estimate(p.input(t)).Allocated
		times := 1.05
		if p.Swap > 0 {
			times = 1.2
		}
		return float64(span.Low) / GiB * times, float64(span.Likely) / GiB * times, float64(span.High) / GiB * times
	default:
		span = Estimate(p.input(t)).Span
	}
	return float64(span.Low) / GiB, float64(span.Likely) / GiB, float64(span.High) / GiB
}

func (p point) verdict(t testing.TB) Verdict {
	card := int64(p.Card * GiB)
	if p.Card == math.Trunc(p.Card) { // the box's number; else it is what was free
		card -= Reserve(p.OS)
	}
	return VerdictOf(Estimate(p.input(t)), Budget{Bytes: card})
}

// tolerance is how far the likely number may be off, by kind. What people see in a task manager is
// shown in the table and not scored: the desktop is in it, and what the allocator has not given back.
var tolerance = map[string]float64{"weights": 0.001, "vae": 0.07, "peak": 0.05}

// TestMeasured scores the estimates; with -v it prints them as Markdown.
func TestMeasured(t *testing.T) {
	var table strings.Builder
	table.WriteString("| point | kind | wrapper | measured | low | likely | high | error | note |\n| --- | --- | --- | --: | --: | --: | --: | --: | --- |\n")
	count := map[string]int{}
	for _, p := range readPoints(t) {
		low, likely, high := p.predicted(t)
		measured, off := fmt.Sprintf("%.2f GiB", p.GiB), ""
		ok := true
		switch p.Kind {
		case "fits", "oom":
			v := p.verdict(t)
			measured, off = fmt.Sprintf("%s %g GiB", map[string]string{"fits": "fits", "oom": "out of memory,"}[p.Kind], p.Card), string(v)
			ok = p.Kind == "fits" && v != DoesNotFit || p.Kind == "oom" && v != Fits
		case "range":
			ok = low <= p.GiB && p.GiB <= high
			off = "inside"
		default:
			wrong := likely/p.GiB - 1
			off = fmt.Sprintf("%+.1f %%", 100*wrong)
			if limit, scored := tolerance[p.Kind]; scored {
				ok = math.Abs(wrong) <= limit
			}
			if p.Kind == "peak" {
				ok = ok && low <= p.GiB && p.GiB <= high
			}
		}
		note := p.Doubt
		switch {
		case !ok && p.Doubt != "":
			note = "wrong; doubtful: " + p.Doubt
		case !ok:
			t.Errorf("%s: predicted %.3f, %.3f, %.3f GiB (%s) for %s", p.ID, low, likely, high, off, measured)
		}
		count[p.era()+" "+p.Kind]++
		fmt.Fprintf(&table, "| %s | %s | %s | %s | %.2f | %.2f | %.2f | %s | %s |\n", p.ID, p.Kind, p.era(), measured, low, likely, high, off, note)
	}
	t.Logf("n by era and kind: %v\n%s", count, table.String())
}

// era names the stretch of code that a point is of, "any" where that does not matter.
func (p point) era() string {
	if p.From == "" && p.To == "" {
		return "any"
	}
	possible := Days{p.From, p.To}.possible()
	return [...]string{"before 2025-09", "2025-09 to 11", "2025-12 to 2026-01", "since 2026-01-22"}[possible[0]]
}

// TestMovedMeasured compares the number of blocks on the CPU that logs show.
func TestMovedMeasured(t *testing.T) {
	for _, p := range readPoints(t) {
		if p.Moved == 0 {
			continue
		}
		if f := Estimate(p.input(t)); p.Moved < f.MovedLow || p.Moved > f.MovedHigh {
			t.Errorf("%s: predicted %d to %d blocks, %d were moved", p.ID, f.MovedLow, f.MovedHigh, p.Moved)
		}
	}
}
