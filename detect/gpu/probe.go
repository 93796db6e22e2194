package gpu

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Found is what the drivers of this machine say about its cards.
type Found struct {
	// GPUs are the cards that answered, in the driver's order. A card that did not is in Tried.
	GPUs []GPU
	// Source is who answered: "NVML" or "nvidia-smi"; "" is nobody.
	Source string
	// Driver and CUDA are versions such as "580.95.05" and "13.0", CUDA being the newest that the
	// driver can serve; "" is unknown.
	Driver, CUDA string
	// Tried tells what went wrong on the way, also when a later source answered.
	Tried []Attempt
}

// Attempt is a source, or one of its cards, that gave no answer.
type Attempt struct {
	Source  string // "NVML", "nvidia-smi"
	Outcome string // what happened: "no libnvidia-ml.so.1"
	Help    string // what the owner of the machine can do about it

	absent bool // the source is not installed, which is no news where another one failed
	empty  bool // the driver is well, there is no card
}

// Failed says that a driver or a card is there and did not do its part.
func (f Found) Failed() bool {
	return slices.ContainsFunc(f.Tried, func(a Attempt) bool { return !a.absent && !a.empty })
}

// patience is how long one source may take. A driver at work answers within a second; one that hangs
// on a broken card never does.
const patience = 5 * time.Second

// Probe asks the NVIDIA driver for the cards of this machine: through its library where this build
// has it, else through the nvidia-smi program.
func Probe(ctx context.Context) Found {
	return probe(ctx, source{"NVML", fromNVML}, source{"nvidia-smi", fromSMI})
}

type source struct {
	name string
	ask  func(context.Context) Found
}

// probe takes the first source that sees a card.
func probe(ctx context.Context, sources ...source) Found {
	var tried []Attempt
	for _, s := range sources {
		f := s.within(ctx, patience)
		tried = append(tried, f.Tried...)
		if len(f.GPUs) > 0 {
			for i, g := range f.GPUs {
				f.GPUs[i] = g.complete().withMemoryOf(meminfo)
			}
			f.Tried = lessons(tried, true)
			return f
		}
	}
	return Found{Tried: lessons(tried, false)}
}

// within asks a source for as long as it may take.
func (s source) within(ctx context.Context, limit time.Duration) Found {
	f, late := bounded(ctx, limit, s.ask)
	if late == nil || len(f.GPUs) > 0 {
		return f
	}
	return Found{Tried: []Attempt{{
		Source:  s.name,
		Outcome: late.Error(),
		Help:    "the driver may hang on a broken card: restart the computer",
	}}}
}

// bounded leaves a driver alone that does not come back: neither a call into a library nor a program
// stuck in the kernel can be stopped. A program that was killed for being late answers too, mostly
// with nothing of use.
func bounded[T any](ctx context.Context, limit time.Duration, ask func(context.Context) T) (answer T, late error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("the NVIDIA driver gave no answer within %s", limit))
	defer cancel()
	answers := make(chan T, 1)
	go func() { answers <- ask(ctx) }()
	select {
	case answer = <-answers:
	case <-ctx.Done():
		select { // a program that is being killed should be gone before we are
		case answer = <-answers:
		case <-time.After(limit / 10):
		}
	}
	return answer, context.Cause(ctx)
}
