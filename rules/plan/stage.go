package plan

import (
	"fmt"
	"strings"
)

// Stage is what the card has to hold before or after sampling, once the model has left it: the text
// encoder, or the VAE at work.
type Stage struct {
	// Name is what goes on: "encoding the prompt", "decoding the video".
	Name string
	// At is the node that does it, in words.
	At string
	// Span is what it takes, with the CUDA context and whatever does not leave the card.
	Span
	Basis Basis
	Why   string
	// Remedy is what makes it fit, where it does not as it is.
	Remedy string
}

// Verdict says whether a stage fits.
func (s Stage) Verdict(budget Budget) Verdict {
	return VerdictOf(Forecast{Span: s.Span}, budget)
}

// Worse is the worse of two verdicts.
func Worse(a, b Verdict) Verdict {
	for _, v := range []Verdict{DoesNotFit, Tight} {
		if a == v || b == v {
			return v
		}
	}
	return Fits
}

// contextSpan is the CUDA context and modules, which every stage takes.
var contextSpan = Span{Low: 4 * GiB / 10, Likely: 55 * GiB / 100, High: 7 * GiB / 10}

// The text encoder umT5-xxl on the card, as two logs show it.
const (
	textEncoder16 = 10835 << 20
	textEncoder8  = 6419 << 20
)

// TextEncoder is the bytes of the text encoder as a dtype; 0 is one that nobody has seen.
func TextEncoder(d Dtype) int64 {
	switch d {
	case "bf16", "fp16":
		return textEncoder16
	case "fp32":
		return 2 * textEncoder16
	case "e4m3fn", "e5m2":
		return textEncoder8
	}
	return 0
}

// EncodingText is the stage of a text encoder of so many bytes.
func EncodingText(at string, bytes int64) Stage {
	return Stage{
		Name: "encoding the prompt", At: at, Basis: Measured, Why: fmt.Sprintf("the text encoder is %s", gib(bytes)),
		Span:   around(float64(bytes) * 1.03).Plus(contextSpan),
		Remedy: "text encoder on the CPU",
	}
}

// VAEStage is the VAE's work on a whole video, whose size may be known no better than at most.
type VAEStage struct {
	At    string
	Video Video
	Exact bool // Video is its size, not only the most it can be
	VAE   Dtype
	// FlashVSR says that FlashVSR's own decoder is at work, which has no tiles and no 3D convolutions.
	FlashVSR bool
	// Doubled says whether torch is a 2.9, whose 3D convolutions take twice the memory with
	// wrappers that do not work around it. Unknown counts as no, but for the high end.
	Doubled Maybe
	// Beside is the bytes that stay on the card meanwhile.
	Beside int64
}

// DoubledBy tells whether a torch doubles what the VAE takes with a wrapper of some days.
func DoubledBy(torch string, wrapper Days) Maybe {
	if torch != "2.9" && !strings.HasPrefix(torch, "2.9.") {
		return No // also where it is not known: most are another
	}
	return [...]Maybe{Unknown: Unknown, No: Yes, Yes: No}[wrapper.since(conv3DSince)]
}

// Encoding is the stage of encoding the pictures before sampling.
func (v VAEStage) Encoding() Stage {
	return v.stage("encoding the pictures", Encode(v.Video.Width, v.Video.Height, v.Video.Frames))
}

// Decoding is the stage of decoding what was sampled.
func (v VAEStage) Decoding() Stage {
	if v.FlashVSR {
		return v.stage("decoding the video", DecodeFlashVSR(v.Video.Width, v.Video.Height, v.Video.Frames))
	}
	return v.stage("decoding the video", Decode(v.Video.Width, v.Video.Height, v.Video.Frames))
}

func (v VAEStage) stage(name string, takes Span) Stage {
	what := fmt.Sprintf("on %d × %d, %d frames at once", v.Video.Width, v.Video.Height, v.Video.Frames)
	s := Stage{Name: name, At: v.At, Basis: Measured, Remedy: "VAE tiling", Why: "the VAE " + what}
	if v.FlashVSR {
		s.Basis, s.Remedy, s.Why = Derived, "fewer frames at a time", "FlashVSR's decoder "+what
	}
	if !v.Exact {
		takes.Low = around(vaeWeights).Low
		s.Why += " at most"
	}
	if v.VAE == "fp32" {
		takes = takes.Plus(takes)
		s.Basis, s.Why = Derived, s.Why+", in fp32"
	}
	switch v.Doubled {
	case Yes:
		takes = takes.Plus(takes)
		s.Basis, s.Why = Derived, s.Why+", twice with torch 2.9"
	case Unknown:
		takes.High *= 2
		s.Basis, s.Why = Derived, s.Why+", twice with torch 2.9 and a wrapper before "+conv3DSince
	}
	if v.Beside > 0 {
		takes = takes.Plus(Span{v.Beside, v.Beside, v.Beside})
		s.Why += fmt.Sprintf(", beside %s that stay on the card", gib(v.Beside))
	}
	s.Span = takes.Plus(contextSpan)
	return s
}
