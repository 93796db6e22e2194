// Package plan estimates the GPU memory that one sampler's model path needs, and chooses its
// block-swap settings.
//
// [Estimate] turns an [Input] into three numbers and their parts; a [Chooser] finds the settings that
// fit a budget and says what to do with those in the file. The package asks no GPU and reads no
// file: whoever calls it brings the facts, and what it does not bring widens the answer.
//
// Bytes are bytes, and GiB is 2^30 of them. Where the figures come from is told in docs/vram.md.
package plan

// Maybe is a truth that may be unknown, which is its zero value.
type Maybe int8

// The three truths.
const (
	Unknown Maybe = iota
	No
	Yes
)

// Span is three numbers in bytes: what is needed at least, most likely, and at most.
type Span struct{ Low, Likely, High int64 }

// Plus is what two things take together.
func (s Span) Plus(t Span) Span {
	return Span{s.Low + t.Low, s.Likely + t.Likely, s.High + t.High}
}

// Basis says how a part is known.
type Basis string

// From the surest to the least sure.
const (
	Measured Basis = "measured" // seen in logs, or counted in the file's header
	Derived  Basis = "derived"  // follows from the wrapper's code
	Assumed  Basis = "assumed"  // nobody has measured it
)

// Part is one summand of an estimate. Its three numbers belong to three cases, so that a part may be
// smaller at the high end than at the likely one where another makes up for it.
type Part struct {
	Name string
	Span
	Basis Basis
	// Why is a few words on where the numbers come from.
	Why string
}

// Forecast is what a model path needs on the card while it samples, this process's CUDA context
// included and the desktop not.
type Forecast struct {
	Span
	// Parts add up to Span. Those that are 0 throughout are left out.
	Parts []Part
	// Allocated is what torch reports as the peak ("max_memory" in the wrapper's log): without the
	// allocator's rounding and the CUDA context.
	Allocated Span
	// Older is the most that an older wrapper takes, where nothing says how old it is at most and
	// that is more than High; else 0.
	Older int64
	// Partial says that the number of tokens is unknown, so that only weights, LoRAs and what does
	// not depend on tokens were counted.
	Partial bool
	// Moved is how many blocks are really swapped: from MovedLow to MovedHigh where the path or the
	// wrapper's day is unknown.
	MovedLow, MovedHigh int
	// Unknown lists the inputs that were not known and widen the numbers.
	Unknown []string
	// Notes are warnings about peaks that are not in the numbers, and what was concluded on the way.
	Notes []string
}

// Most is what is needed at most, whichever wrapper it is.
func (f Forecast) Most() int64 { return max(f.High, f.Older) }
