package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/detect/gpu"
)

// offered are the models and kinds of file that docs/cards.md is about.
var offered = []struct {
	says, model string
	files       []Dtype
}{
	{"1.3B", "wan2.1-t2v-1.3b", []Dtype{"fp16", "e4m3fn_scaled"}},
	{"5B", "wan2.2-ti2v-5b", []Dtype{"fp16", "e4m3fn_scaled", "Q4_K_M"}},
	{"14B T2V, and 2.2 T2V or I2V", "wan2.2-t2v-14b", []Dtype{"fp16", "e4m3fn_scaled", "Q4_K_M"}},
	{"14B I2V of 2.1", "wan2.1-i2v-14b", []Dtype{"fp16", "e4m3fn_scaled", "Q4_K_M"}},
	{"VACE 14B", "wan2.1-vace-14b", []Dtype{"fp16", "e4m3fn_scaled", "Q4_K_M"}},
	{"Animate 14B", "wan2.2-animate-14b", []Dtype{"fp16", "e4m3fn_scaled", "Q4_K_M"}},
}

// sold are the sizes of card in GiB; the first stands for all below 8.
var sold = []int64{6, 8, 12, 16, 24, 32, 48, 80}

var asked = []Video{{Width: 832, Height: 480, Frames: 81}, {Width: 1280, Height: 720, Frames: 81}}

// chosen is what the planner sets by itself: the cheapest settings that fit, else those that take
// the least.
func chosen(in Input, budget Budget) Choice {
	t := newTrial(in)
	t.budget = budget
	swap, found := t.best(Swap{})
	if !found {
		swap = t.most(Swap{})
	}
	in.Swap = swap
	return choose(in, budget)
}

// cells tell what is set and needed, and the number of blocks with torch.compile.
func cells(c, compiled Choice) []string {
	set := swapOf(c)
	if c.Verdict == DoesNotFit {
		set = "all, " + gib(c.Short) + " short"
	}
	with := swapOf(compiled)
	if compiled.Verdict != Fits {
		with = string(compiled.Verdict)
	}
	return []string{string(c.Verdict), set, with, between(c.Forecast.Low, c.Forecast.High)}
}

func swapOf(c Choice) string {
	text := fmt.Sprint(c.Swap.Blocks)
	if c.Swap.VACE > 0 {
		text += fmt.Sprintf(", VACE %d", c.Swap.VACE)
	}
	return text
}

// TestCards prints docs/cards.md's tables, one a size of card.
func TestCards(t *testing.T) {
	for _, size := range sold {
		budget := Budget{Bytes: smallest(size) - Reserve("windows")}
		var out, helps strings.Builder
		columns := []string{"model", "file"}
		for _, v := range asked {
			columns = append(columns, v.String(), "swap:", "compiled:", "needs")
		}
		out.WriteString(head(columns...))
		for _, o := range offered {
			for _, dtype := range o.files {
				line := []string{o.says, fileWord(dtype)}
				for _, v := range asked {
					in := onCard(t, o.model, dtype, v)
					c := chosen(in, budget)
					in.Compile = Yes
					line = append(line, cells(c, chosen(in, budget))...)
					if c.Verdict != Fits {
						fmt.Fprintf(&helps, "- %s as %s, %s: %s\n", o.says, fileWord(dtype), v, remediesOf(c, in.likely().Model, v))
					}
				}
				out.WriteString(row(line...))
			}
		}
		if helps.Len() > 0 {
			fmt.Fprintf(&out, "\nWhat would fit, with everything swapped:\n\n%s", helps.String())
		}
		inPage(t, "cards.md", fmt.Sprintf("%d GiB", size), out.String())
	}
}

// smallest is the least memory that the driver of a card with so many GiB on its box shows.
func smallest(size int64) int64 {
	bytes := size * GiB
	for _, g := range gpu.All() {
		if (g.Memory+GiB/2)/GiB == size {
			bytes = min(bytes, g.Memory)
		}
	}
	return bytes
}

// remediesOf are what would fit, a number of tokens as a number of frames.
func remediesOf(c Choice, m Model, v Video) string {
	var all []string
	for _, r := range c.Remedies {
		what := r.What
		switch {
		case r.Tokens > 0:
			if v.Frames = m.framesOf(r.Tokens, v); v.Frames == 0 {
				continue
			}
			what = fmt.Sprintf("context windows of %d frames", v.Frames)
		case r.Dtype != "":
			what = "a file in " + fileWord(r.Dtype)
		}
		all = append(all, what)
	}
	if len(all) == 0 {
		return "a smaller video or a smaller model"
	}
	return strings.Join(all, ", or ")
}

// framesOf is how many frames of a video so many tokens are enough for.
func (m Model) framesOf(tokens int, v Video) int {
	v.Frames = 1
	if m.Tokens(v) > tokens {
		return 0
	}
	for m.Tokens(v) <= tokens {
		v.Frames += 4
	}
	return v.Frames - 4
}

// film is the example of docs/cards.md: 30 s at 16 frames a second in 720p.
var film = Video{Width: 1280, Height: 720, Frames: 481}

func vsr(t testing.TB, v Video, compile Maybe) Input {
	in := onCard(t, "flashvsr-1.3b", "bf16", v)
	in.Compile = compile
	return in
}

// TestFilm puts the planner's numbers beside a table that was published, in which a row is a card
// and a column one of three ways to run the example.
func TestFilm(t *testing.T) {
	plain, compiled, longer := peakOf(t, film, No, 0), peakOf(t, film, Yes, 0), film
	longer.Frames = 721
	for _, tt := range []struct {
		says      string
		published float64
		in        Span
	}{ // what the reasons below rest on
		{"14.3 is what compile takes", 14.3, compiled},
		{"15.2 is what compile takes", 15.2, compiled},
		{"19.8 is what compile takes for 45 s", 19.8, peakOf(t, longer, Yes, 0)},
		{"19.8 is within 5 % of what it takes without compile", 19.8 * 1.05, plain},
		{"11.8 is what compile takes with all swapped", 11.8, peakOf(t, film, Yes, 31)},
	} {
		if bytes := int64(tt.published * GiB); bytes < tt.in.Low || bytes > tt.in.High {
			t.Errorf("%s: it is %v", tt.says, tt.in)
		}
	}

	var out strings.Builder
	out.WriteString(head("card", "run", "published:", "peak, nothing swapped:", "on this card", "blocks_to_swap:", "needs:", "why they differ"))
	for _, card := range []struct {
		name string
		rows [3][2]string
	}{
		{"RTX 3090", [3][2]string{
			{"14.3 GB", "too little without compile; it is what compile takes"},
			{"19.8 GB", "compile lowers the peak, it does not raise it; this is nearly what it takes without, or what 45 s take with it"},
			{"15.2 GB", "within what tier 2 takes: nothing more was saved"}}},
		{"RTX 4070 Ti", [3][2]string{
			{"OOM", "none"},
			{"11.8 GB", "the card does not change the peak, so this is not the 3090's run; all blocks swapped make it, and then no room is left on 12 GiB"},
			{"9.2 GB", "not the 3090's run either; about half the frames at once make it"}}},
		{"RTX 2080 Ti", [3][2]string{
			{"OOM", "none"},
			{"OOM", "none"},
			{"10.3 GB", "not the 4070 Ti's run, or it would be 9.2 again"}}},
	} {
		g, err := gpu.Parse(card.name)
		if err != nil {
			t.Fatal(err)
		}
		budget := Budget{Bytes: g.Memory - Reserve("windows")}
		line := func(run string, in Input, published, why string) {
			c, peak := chosen(in, budget), Estimate(in).Allocated
			out.WriteString(row(card.name+", "+gpu.GiB(g.Memory), run, published, between(peak.Low, peak.High),
				string(c.Verdict), fmt.Sprint(c.Swap.Blocks), between(c.Forecast.Low, c.Forecast.High), why))
		}
		line("tier 1, without compile", vsr(t, film, No), card.rows[0][0], card.rows[0][1])
		line("tier 2, compiled", vsr(t, film, Yes), card.rows[1][0], card.rows[1][1])
		line("tier 3, compiled", vsr(t, film, Yes), card.rows[2][0], card.rows[2][1])
		windows := film
		windows.Frames = 81
		line("context windows of 81 frames", vsr(t, windows, No), "–", "fits every one of them, without swap and without compile")
	}
	inPage(t, "cards.md", "film", out.String())
}

// peakOf is what torch would report for the example.
func peakOf(t testing.TB, v Video, compile Maybe, swap int) Span {
	in := vsr(t, v, compile)
	in.Swap.Blocks = swap
	return Estimate(in).Allocated
}

// TestFilmFits looks for the settings under which the published numbers would be right.
func TestFilmFits(t *testing.T) {
	var out strings.Builder
	out.WriteString(head("published:", "without compile:", "with compile:", "without compile, all swapped:", "with compile, all swapped:"))
	for _, figure := range []float64{9.2, 10.3, 11.8, 14.3, 15.2, 19.8} {
		line := []string{fmt.Sprintf("%.1f GB", figure)}
		for _, swap := range []int{0, 31} {
			for _, compile := range []Maybe{No, Yes} {
				v := film
				for v.Frames = 1; ; v.Frames += 4 {
					if float64(peakOf(t, v, compile, swap).Likely) > figure*GiB {
						break
					}
				}
				line = append(line, fmt.Sprintf("%d frames", v.Frames-4))
			}
		}
		out.WriteString(row(line...))
	}
	inPage(t, "cards.md", "film fits", out.String())
}

// TestSold names GeForce cards of each size by architecture; a card belongs to the largest section
// that is no larger than the card.
func TestSold(t *testing.T) {
	var out strings.Builder
	columns := []string{"section"}
	archs := []string{"pascal", "turing", "ampere", "ada", "blackwell"}
	out.WriteString(head(append(columns, archs...)...))
	for i, size := range sold[:len(sold)-2] { // beyond there are none
		line := []string{fmt.Sprintf("%d GiB", size)}
		for _, arch := range archs {
			var cards []string
			for _, g := range gpu.All() {
				memory := (g.Memory + GiB/2) / GiB
				name, geforce := strings.CutPrefix(g.Name, "NVIDIA GeForce ")
				if !geforce || g.Arch() != arch || memory < size || memory >= sold[i+1] || strings.Contains(name, "Max-Q") {
					continue
				}
				if memory != size {
					name += fmt.Sprintf(" (%d GiB)", memory)
				}
				if !slices.Contains(cards, name) {
					cards = append(cards, name)
				}
			}
			line = append(line, strings.Join(cards, ", "))
		}
		out.WriteString(row(line...))
	}
	inPage(t, "cards.md", "sold", out.String())
}
