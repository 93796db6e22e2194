package plan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// point is something that somebody measured; testdata/measured.json has one a line.
type point struct {
	ID, Source, Trust string
	// Kind is "weights" (bytes of all blocks), "vae", "peak" (torch's max_memory), "range" (a peak of
	// which settings are unknown), "shown" (what a task manager showed), "fits" or "oom", and "memory" or "memory oom", the
	// same of the computer's memory, with Models of a kind.
	Kind string
	GiB  float64
	Card float64 // GiB of the card, or of the computer's memory
	OS   string
	// From and To bound the wrapper's day.
	From, To                      string
	Model, Module, Dtype          string
	Width, Height, Frames, Tokens int
	Swap, VACE, Prefetch, Moved   int
	Models                        int
	LoRAs                         int
	LoRA                          float64 // GiB
	Rope, Attention, Stage, Loop  string
	Compile, Main, Outside        bool
	Offload                       *bool
	Before                        float64 // GiB allocated before
	// Untold says that the report does not tell of the settings that are missing here: what they may
	// be widens the estimate. Else they are the node's defaults.
	Untold bool
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
		Wrapper: Days{From: p.From, To: p.To},
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
	if p.Untold {
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
		span = span.Plus(Span{before, before, before})
	case "peak", "range":
		span = Estimate(p.input(t)).Allocated
	case "shown": // people see what is reserved as well
		span = Estimate(p.input(t)).Allocated
		times := 1.05
		if p.Swap > 0 {
			times = 1.2
		}
		return float64(span.Low) / GiB * times, float64(span.Likely) / GiB * times, float64(span.High) / GiB * times
	case "memory", "memory oom":
		span = p.memory(t)
	default:
		span = p.forecast(t).Span
	}
	return float64(span.Low) / GiB, float64(span.Likely) / GiB, float64(span.High) / GiB
}

// forecast is of sampling, or of the stage that the point is about.
func (p point) forecast(t testing.TB) Forecast {
	if p.Stage == "" {
		return Estimate(p.input(t))
	}
	work := VAEStage{Video: Video{Width: p.Width, Height: p.Height, Frames: p.Frames}, Exact: true, FlashVSR: p.Stage == "FlashVSR decode", Doubled: No}
	return Forecast{Span: work.Decoding().Span}
}

// memory is what the models of the point take of the computer's.
func (p point) memory(t testing.TB) (all Span) {
	for range p.Models {
		all = all.Plus(Memory(p.input(t)))
	}
	return all
}

func (p point) verdict(t testing.TB) Verdict {
	card := int64(p.Card * GiB)
	if p.Models > 0 {
		return VerdictOnMemory(p.memory(t), card)
	}
	if p.Card == math.Trunc(p.Card) { // the box's number; else it is what was free
		card -= Reserve(p.OS)
	}
	return VerdictOf(p.forecast(t), Budget{Bytes: card})
}

// tolerance is how far the likely number may be off, by kind. What people see in a task manager is
// shown in the table and not scored: the desktop is in it, and what the allocator has not given back.
var tolerance = map[string]float64{"weights": 0.001, "vae": 0.07, "peak": 0.05}

// kinds are the kinds of point in the order of docs/vram.md, each with what it is there.
var kinds = []struct{ kind, says string }{
	{"weights", "Bytes of all blocks, from logs"},
	{"vae", "Peak of the VAE, from logs"},
	{"peak", "Peak of torch while sampling"},
	{"range", "Peak of torch, of runs that do not tell their settings"},
	{"shown", "What a task manager showed; not scored"},
	{"fits", "Fitted"},
	{"oom", "Ran out of memory"},
	{"memory", "The computer's memory was enough"},
	{"memory oom", "The computer's memory ran out"},
}

// score is how good the estimates of one kind and era are.
type score struct {
	n, right, doubtful int
	errors             []float64
}

// TestMeasured scores the estimates, and prints them in docs/vram.md.
func TestMeasured(t *testing.T) {
	points := readPoints(t)
	var tables, sums strings.Builder
	sums.WriteString(head("kind", "code", "n:", "right:", "doubtful:", "median error:", "largest:"))
	shown, wrong, today := 0, 0, 0
	for _, k := range kinds {
		scores := map[string]*score{}
		fmt.Fprintf(&tables, "\n**%s**\n\n%s", k.says, head("point", "settings", "code", "measured:", "low–high:", "likely:", "off:", "note"))
		for _, p := range points {
			if p.Kind != k.kind {
				continue
			}
			shown++
			s := scores[p.era()]
			if s == nil {
				s = &score{}
				scores[p.era()] = s
			}
			tables.WriteString(p.row(t, s))
		}
		for _, era := range eraNames {
			if s := scores[era]; s != nil {
				sums.WriteString(s.row(k.says, era))
				if k.kind != "shown" {
					wrong += s.n - s.right
				}
				if k.kind == "peak" && era == eraNames[modulatedOnce] {
					today = s.n
				}
			}
		}
	}
	if wrong > 0 || today != 1 {
		t.Errorf("docs/vram.md speaks of no wrong point and of 1 peak of today's code, there are %d and %d", wrong, today)
	}
	if shown != len(points) {
		t.Errorf("%d of %d points are shown", shown, len(points))
	}
	inPage(t, "vram.md", "scores", sums.String())
	inPage(t, "vram.md", "measured", strings.TrimPrefix(tables.String(), "\n"))
}

// row compares the point with its estimate, and counts it.
func (p point) row(t *testing.T, s *score) string {
	low, likely, high := p.predicted(t)
	measured, off := fmt.Sprintf("%.2f GiB", p.GiB), "inside"
	ok := true
	switch p.Kind {
	case "fits", "oom", "memory", "memory oom":
		v := p.verdict(t)
		measured, off = fmt.Sprintf("on %g GiB", p.Card), string(v)
		if ok = v != DoesNotFit; strings.HasSuffix(p.Kind, "oom") {
			ok = v != Fits
		}
	case "range":
		if ok = low <= p.GiB && p.GiB <= high; !ok {
			off = "outside"
		}
	default:
		wrong := likely/p.GiB - 1
		off = percent(wrong)
		if limit, scored := tolerance[p.Kind]; scored {
			ok = math.Abs(wrong) <= limit
		}
		if p.Kind == "peak" {
			ok = ok && low <= p.GiB && p.GiB <= high
		}
		s.errors = append(s.errors, wrong)
	}
	s.n++
	if p.Doubt != "" {
		s.doubtful++
	}
	if ok {
		s.right++
	}
	note, _, _ := strings.Cut(p.Doubt, " (")
	switch {
	case !ok && p.Doubt != "":
		note = "**wrong**; doubtful: " + note
	case !ok:
		t.Errorf("%s: predicted %.3f, %.3f, %.3f GiB (%s) for %s", p.ID, low, likely, high, off, measured)
	case p.Doubt != "":
		note = "doubtful: " + note
	}
	return row(p.link(), p.settings(), p.era(), measured, fmt.Sprintf("%.2f–%.2f", low, high), fmt.Sprintf("%.2f", likely), off, note)
}

func (s *score) row(kind, era string) string {
	middle, largest := "", ""
	if len(s.errors) > 0 {
		slices.SortFunc(s.errors, func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) })
		a, b := s.errors[(len(s.errors)-1)/2], s.errors[len(s.errors)/2]
		middle, largest = percent((math.Abs(a)+math.Abs(b))/2), percent(s.errors[len(s.errors)-1])
	}
	right := fmt.Sprint(s.right)
	if strings.HasSuffix(kind, "not scored") {
		right = ""
	}
	return row(kind, era, fmt.Sprint(s.n), right, fmt.Sprint(s.doubtful), strings.TrimPrefix(middle, "+"), largest)
}

func percent(part float64) string {
	if math.Abs(part) < 0.0005 {
		return "0.0 %"
	}
	return fmt.Sprintf("%+.1f %%", 100*part)
}

// link is the point's name, linked to where it was found if that has an address.
func (p point) link() string {
	address, _, _ := strings.Cut(p.Source, " ")
	if !strings.HasPrefix(address, "https://") {
		return p.ID
	}
	return "[" + p.ID + "](" + address + ")"
}

// settings are what the point was measured with.
func (p point) settings() string {
	all := []string{}
	if p.Model != "" {
		model := p.Model
		if p.Module != "" {
			model += " with " + p.Module
		}
		all = append(all, model+" "+p.Dtype)
	}
	if p.Stage != "" {
		all = append(all, p.Stage)
	}
	switch {
	case p.Width > 0:
		all = append(all, fmt.Sprintf("%d × %d × %d", p.Width, p.Height, p.Frames))
	case p.Tokens > 0:
		all = append(all, fmt.Sprintf("%d tokens", p.Tokens))
	}
	if p.Swap > 0 {
		all = append(all, fmt.Sprintf("swap %d", p.Swap))
	}
	if p.Models > 1 {
		all = append(all, fmt.Sprintf("%d of them", p.Models))
	}
	if p.Compile {
		all = append(all, "compiled")
	}
	if p.Main {
		all = append(all, "main_device")
	}
	return strings.Join(all, ", ")
}

// eraNames are the stretches of code by [era], and "any".
var eraNames = []string{"before 2025-09", "2025-09 to 11", "2025-12 to 2026-01", "since 2026-01-22", "any"}

// era names the stretch of code that a point is of, "any" where that does not matter.
func (p point) era() string {
	if p.From == "" && p.To == "" {
		return "any"
	}
	possible := Days{From: p.From, To: p.To}.possible()
	return eraNames[possible[0]]
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
