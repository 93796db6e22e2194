package plan

// VAE stages: what decoding or encoding a video takes with the 2.1 VAE in bf16, untiled, the VAE's
// own weights included and nothing else. From seven logged peaks, which they meet within 7 %.
const vaeWeights = 0.24 * GiB

// Decode is the bytes that decoding a video takes.
func Decode(width, height, frames int) Span {
	return around(vaeWeights + pixels(width, height)*(9900+6.4*float64(frames)))
}

// Encode is the bytes that encoding a video takes, or an image with one frame.
func Encode(width, height, frames int) Span {
	if frames == 1 {
		return around(vaeWeights + pixels(width, height)*2700)
	}
	return around(vaeWeights + pixels(width, height)*(8600+6.4*float64(frames)))
}

// DecodeFlashVSR is the bytes that FlashVSR's decoder takes in 16 bit. It goes frame by frame and has
// no tiles, but all frames of the video are on the card: as they were given, twice more on their way
// in, and at the end twice as they come out, 6 bytes a pixel each. Beside them stands what a frame
// takes at full size, and what is kept for the next one. Followed through the wrapper's code; nobody
// has measured it.
func DecodeFlashVSR(width, height, frames int) Span {
	all := float64(frames)
	return around(0.1*GiB + pixels(width, height)*max(24*all+1500, 30*all+340))
}

// encodeInLoop is more than [Encode]: the samplers hold the window's pixels on the card as well.
func encodeInLoop(width, height, frames int) Span {
	return around(vaeWeights + pixels(width, height)*(8583+12*float64(frames)))
}

func pixels(width, height int) float64 { return float64(width) * float64(height) }

func around(bytes float64) Span {
	return Span{int64(0.93 * bytes), int64(bytes), int64(1.07 * bytes)}
}

func (s Span) at(l level) int64 { return [...]int64{s.Low, s.Likely, s.High}[l] }

// loopVAE is what the VAE takes between windows while the model is on the card: MultiTalk and its
// kin encode the first window before they offload it, S2V never does, and Animate and the rest of
// the windows follow force_offload. Unknown, force_offload counts as on, its default, but for the
// high end.
func (in *Input) loopVAE(l level) int64 {
	loop := in.Loop
	if loop == nil || loop.Tiled {
		return 0
	}
	stays := loop.Kind == "s2v" || loop.ForceOffload == No || loop.ForceOffload == Unknown && l == high
	var peak int64
	if stays || loop.Kind == "multitalk" {
		peak = encodeInLoop(loop.Width, loop.Height, loop.Window).at(l)
	}
	if stays {
		peak = max(peak, Decode(loop.Width, loop.Height, loop.Window).at(l))
	}
	return peak
}
