package plan

// Source says how well the number of tokens is known.
type Source string

// The sources, from the surest to none.
const (
	Exact    Source = "exact"
	Bound    Source = "bound"   // no more than High, at least Low
	NotKnown Source = "unknown" // Low and High do not count
)

// Tokens is the length of the sequence that the sampler works on. Of a bound the high end counts as
// likely: who sets a size mostly reaches it.
type Tokens struct {
	Low, High int
	// Frame is the tokens of one latent frame; it matters only with several speakers. 0 is unknown.
	Frame  int
	Source Source
}

// Video is what a sampler is asked for, context windows taken into account: in pixels and frames.
type Video struct {
	Width, Height, Frames int
	// References are latent frames that are added: reference images, VACE's and Fun's reference,
	// S2V's reference and motion frames.
	References int
}

// Tokens counts the tokens of a video for a model.
func (m Model) Tokens(v Video) int {
	frames := float64((v.Frames-1)/4 + 1)
	times := m.Times
	if times == 0 {
		times = 1
	}
	perFrame := m.frame(v)
	return int((times*frames + float64(m.Plus+v.References)) * float64(perFrame))
}

// Exactly are the tokens of a video that is known.
func (m Model) Exactly(v Video) Tokens {
	n := m.Tokens(v)
	return Tokens{Low: n, High: n, Frame: m.frame(v), Source: Exact}
}

// Between are the tokens of a video of which two bounds are known.
func (m Model) Between(low, high Video) Tokens {
	return Tokens{Low: m.Tokens(low), High: m.Tokens(high), Frame: m.frame(high), Source: Bound}
}

// frame is the tokens of one latent frame: patches of two by two latent pixels.
func (m Model) frame(v Video) int {
	stride := max(m.Stride, 8)
	return (v.Width / stride) * (v.Height / stride) / 4
}
