package plan

import "fmt"

// GiB is 2^30 bytes.
const GiB = 1 << 30

// Estimate forecasts the memory that a model path needs. Weights must not be empty.
//
// Low is what the cheapest of all possible cases takes, High the dearest, Likely the case that
// today's code makes of what is known. Where nothing says how old the wrapper is at most, High is
// of today's code, and Older tells what older code takes.
func Estimate(in Input) Forecast {
	all := in.scenarios()
	var best, worst parts
	var f Forecast
	presumed := in.Wrapper.presumed()
	for i := range all {
		s := &all[i]
		least, most := s.parts(low), s.parts(high)
		moved := in.moved(s.weights, s.offByOne)
		if i == 0 {
			best, worst, f.MovedLow, f.MovedHigh = least, most, moved, moved
		}
		if least.total() < best.total() {
			best = least
		}
		switch {
		case presumed && s.era != all[0].era:
			f.Older = max(f.Older, most.total())
		case most.total() > worst.total():
			worst = most
		}
		f.MovedLow, f.MovedHigh = min(f.MovedLow, moved), max(f.MovedHigh, moved)
	}
	middle := all[0].parts(likely)
	for i := range middle {
		span := Span{best[i], middle[i], worst[i]}
		f.Span = f.Span.Plus(span)
		if part(i) < rounding {
			f.Allocated = f.Allocated.Plus(span)
		}
		if span != (Span{}) {
			name, basis, why := all[0].describe(part(i))
			f.Parts = append(f.Parts, Part{name, span, basis, why})
		}
	}
	if f.Older <= f.High {
		f.Older = 0
	}
	f.Partial, f.Unknown = in.partial(), in.unknown()
	f.Notes = in.notes(f.Older)
	return f
}

// need is what [Estimate] says at most or at least, without the parts.
func (in *Input) need(all []scenario, l level) int64 {
	need := all[0].parts(l).total()
	for i := range all[1:] {
		total := all[1+i].parts(l).total()
		if l == high {
			need = max(need, total)
		} else {
			need = min(need, total)
		}
	}
	return need
}

// notes are peaks that are seen now and then only, what was concluded, and what an older wrapper
// takes.
func (in *Input) notes(older int64) []string {
	var notes []string
	if older > 0 {
		notes = append(notes, fmt.Sprintf("how old the wrapper is at most is not known, so today's is counted: one from before %s may take %s", modulatedOnceSince, gib(older)))
	}
	if in.Wrapper.Why != "" {
		notes = append(notes, "the wrapper is taken to be of "+in.Wrapper.From+" or later: "+in.Wrapper.Why)
	}
	if in.Compile != No && in.OS != "linux" {
		notes = append(notes, "the first run with torch.compile may take 4 to 7 GiB more on Windows, or with a stale Triton cache")
	}
	if in.Loop != nil && in.Loop.Tiled {
		notes = append(notes, "tiled VAE between windows was not counted: it takes less than 1.3 GiB beside its output")
	}
	return notes
}
