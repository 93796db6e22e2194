package plan

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestEveryPartInDocs wants each summand explained.
func TestEveryPartInDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/vram.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !strings.Contains(string(page), "\n| "+name+" |") {
			t.Errorf("docs/vram.md does not explain %q", name)
		}
	}
}

// TestTokensInDocs works an example out step by step.
func TestTokensInDocs(t *testing.T) {
	m, _ := lookup("wan2.2-i2v-14b")
	v := Video{Width: 832, Height: 480, Frames: 81}
	latents, wide, high := (v.Frames-1)/4+1, v.Width/m.Stride, v.Height/m.Stride
	tokens := latents * (wide / 2) * (high / 2)
	if got := m.Tokens(v); got != tokens {
		t.Fatalf("the planner counts %d tokens, the example %d", got, tokens)
	}
	a := int64(tokens) * int64(m.Dim) * 2
	var out strings.Builder
	fmt.Fprintf(&out, "Take %s, %d frames, with a 14B model:\n\n", v, v.Frames)
	fmt.Fprintf(&out, "1. time: (%d − 1) / 4 + 1 = %d latent frames\n", v.Frames, latents)
	fmt.Fprintf(&out, "2. space: %d / %d = %d by %d / %d = %d latent pixels\n", v.Width, m.Stride, wide, v.Height, m.Stride, high)
	fmt.Fprintf(&out, "3. patches of 2 × 2: %d × %d = %d tokens a latent frame\n", wide/2, high/2, wide/2*high/2)
	fmt.Fprintf(&out, "4. tokens: %d × %d = **%d**\n", latents, wide/2*high/2, tokens)
	fmt.Fprintf(&out, "5. one activation: %d tokens × %d numbers × 2 bytes = %s GiB\n", tokens, m.Dim, figure(a))
	fmt.Fprintf(&out, "6. a block at its peak holds nine of them: %s GiB\n\n", figure(9*a))
	columns := []string{"model"}
	videos := []Video{v, {Width: 832, Height: 480, Frames: 161}, {Width: 1280, Height: 720, Frames: 81}, {Width: 1280, Height: 720, Frames: 161}}
	for _, v := range videos {
		columns = append(columns, fmt.Sprintf("%s, %d:", v, v.Frames))
	}
	out.WriteString(head(columns...))
	for _, o := range []struct{ says, model string }{
		{"14B or 1.3B", "wan2.2-i2v-14b"}, {"5B", "wan2.2-ti2v-5b"}, {"Animate", "wan2.2-animate-14b"}, {"SCAIL", "scail-14b"}, {"MoCha", "mocha-14b"},
	} {
		m, _ := lookup(o.model)
		line := []string{o.says}
		for _, v := range videos {
			line = append(line, fmt.Sprint(m.Tokens(v)))
		}
		out.WriteString(row(line...))
	}
	inPage(t, "vram.md", "tokens", out.String())
}

// TestPartsInDocs shows one estimate with all that it is made of.
func TestPartsInDocs(t *testing.T) {
	in := onCard(t, "wan2.2-i2v-14b", "e4m3fn_scaled", hd)
	in.Weights[0].Header = false // as from the name
	in.Swap.Blocks, in.LoRA = 20, LoRA{Low: GiB / 2, High: GiB / 2, Count: 1}
	f := Estimate(in)
	var out strings.Builder
	out.WriteString(head("part", "low:", "likely:", "high:", "known", "from what"))
	for _, p := range f.Parts {
		out.WriteString(row(p.Name, figure(p.Low), figure(p.Likely), figure(p.High), string(p.Basis), p.Why))
	}
	out.WriteString(row("what torch calls its peak", figure(f.Allocated.Low), figure(f.Allocated.Likely), figure(f.Allocated.High), "", "up to the rounding"))
	out.WriteString(row("**needed, GiB**", figure(f.Low), figure(f.Likely), figure(f.High), "", ""))
	fmt.Fprintf(&out, "\nNot known in this example: %s.\n", strings.Join(f.Unknown, ", "))
	inPage(t, "vram.md", "parts", out.String())
}

// TestActivationsInDocs counts how many activations a block holds, by case and model.
func TestActivationsInDocs(t *testing.T) {
	const n = 32760
	shapes := []string{"wan2.2-i2v-14b", "wan2.1-t2v-1.3b", "wan2.2-ti2v-5b"}
	var out strings.Builder
	out.WriteString(head("case", "14B:", "1.3B:", "5B:"))
	for _, tt := range []struct {
		says   string
		change func(*Input)
	}{
		{"today's code", func(*Input) {}},
		{"modulation in fp32 in the file, or fp8 without scales", func(in *Input) { in.Weights[0].FP32Norms = Yes }},
		{"rope_function comfy_chunked", func(in *Input) { in.Rope = "comfy_chunked" }},
		{"rope_function default", func(in *Input) { in.Rope = "default" }},
		{"a timestep for every token (5B from an image, Pusa)", func(in *Input) { in.PerToken = Yes }},
		{"torch.compile, attention sdpa or flash", func(in *Input) { in.Compile, in.Attention = Yes, "sdpa" }},
		{"torch.compile, SageAttention", func(in *Input) { in.Compile = Yes }},
		{"code of 2025-11-30 to 2026-01-21", func(in *Input) { in.Wrapper = Day("2026-01-01") }},
		{"code of 2025-09-01 to 2025-11-29", func(in *Input) { in.Wrapper = Day("2025-10-10") }},
		{"code before 2025-09-01", func(in *Input) { in.Wrapper = Day("2025-08-01") }},
	} {
		line := []string{tt.says}
		for _, model := range shapes {
			w := weights(t, model, "", "e4m3fn_scaled")
			w.FP32Norms = No
			in := Input{Weights: []Weights{w}, Rope: "comfy", Attention: "sageattn", Compile: No, FusedRope: No, PerToken: No, Wrapper: today,
				Tokens: Tokens{Low: n, High: n, Source: Exact}}
			tt.change(&in)
			s, a := in.scenarios()[0], n*float64(w.Model.Dim)*2
			least, middle, most := s.activations(n, low)/a/0.97, s.activations(n, likely)/a, s.activations(n, high)/a/1.05
			cell := fmt.Sprintf("%.1f", middle)
			if most-least > 0.05 {
				cell += fmt.Sprintf(" (%.1f–%.1f)", least, most)
			}
			line = append(line, cell)
		}
		out.WriteString(row(line...))
	}
	inPage(t, "vram.md", "activations", out.String())
}

// TestSwapInDocs shows what block swap saves and costs.
func TestSwapInDocs(t *testing.T) {
	var out strings.Builder
	out.WriteString(head("file", "blocks_to_swap:", "really moved:", "needs:", "copied a forward:", "plain:", "pinned, PCIe 3.0:", "pinned, PCIe 4.0:"))
	for _, o := range []struct {
		dtype  Dtype
		blocks []int
	}{
		{"e4m3fn_scaled", []int{0, 1, 10, 20, 30, 40}}, {"fp16", []int{0, 1, 2, 20, 40, 41}},
	} {
		for _, n := range o.blocks {
			in := onCard(t, "wan2.2-i2v-14b", o.dtype, Video{Width: 832, Height: 480, Frames: 81})
			in.Swap.Blocks = n
			f := Estimate(in)
			plain := CostOf(in, Link{4, 16})
			in.Swap.NonBlocking = true
			old, pinned := CostOf(in, Link{3, 16}), CostOf(in, Link{4, 16})
			out.WriteString(row(fileWord(o.dtype), fmt.Sprint(n), fmt.Sprint(f.MovedLow), between(f.Likely, f.Likely), gib(plain.Bytes),
				seconds(plain), seconds(old), seconds(pinned)))
		}
	}
	inPage(t, "vram.md", "swap", out.String())
}

func seconds(c Cost) string { return fmt.Sprintf("%.1f s", c.Seconds) }

// TestVAEInDocs shows what the steps before and after sampling take.
func TestVAEInDocs(t *testing.T) {
	var out strings.Builder
	out.WriteString(head("video", "frames:", "encode:", "decode:"))
	for _, v := range []Video{{Width: 832, Height: 480, Frames: 1}, {Width: 832, Height: 480, Frames: 81}, {Width: 1280, Height: 720, Frames: 1}, {Width: 1280, Height: 720, Frames: 81}} {
		e, d := Encode(v.Width, v.Height, v.Frames), Decode(v.Width, v.Height, v.Frames)
		decode := "–" // of one frame nothing has been measured
		if v.Frames > 1 {
			decode = between(d.Low, d.High)
		}
		out.WriteString(row(v.String(), fmt.Sprint(v.Frames), between(e.Low, e.High), decode))
	}
	inPage(t, "vram.md", "vae", out.String())
}

// TestTextInDocs shows what the text encoder takes.
func TestTextInDocs(t *testing.T) {
	var out strings.Builder
	out.WriteString(head("text encoder as", "takes:"))
	for _, dtype := range []Dtype{"bf16", "e4m3fn"} {
		stage := EncodingText("", TextEncoder(dtype))
		out.WriteString(row(fileWord(dtype), between(stage.Low, stage.High)))
	}
	inPage(t, "vram.md", "text", out.String())
}
