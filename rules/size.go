package rules

import (
	"math"
	"slices"

	"github.com/wanfix/wanfix/workflows"
)

// A sampler works on frames of width by height. How large these are is often only
// known when the workflow runs; then a node on the way may tell the most they can be.

// Names of what is measured, in nodes.json's fields and sizes.
const (
	width  = "width"
	height = "height"
	frames = "frames"
	video  = "video"

	roleEmbeds  = "embeds"
	roleContext = "context"
	roleArgs    = "args"
)

// extent is one measure of a video: exactly that many, or at most.
type extent struct {
	most   float64 // 0 is unknown
	exact  bool
	source string
	why    string // why there is no more
}

// answer gives the exact measure, or with atMost what it can be at most.
func (e extent) answer(atMost bool) Answer {
	if e.most == 0 || !e.exact && !atMost {
		return unknown(e.why)
	}
	return known(e.most, e.source)
}

// sizeFacts are the measures of what the sampler works on.
func sizeFacts() []Fact {
	return []Fact{
		fact("size.width", Int, "px", "workflow", "width of the video", measured(width, false)),
		fact("size.height", Int, "px", "workflow", "height of the video", measured(height, false)),
		fact("size.frames", Int, "frames", "workflow", "length of the video", measured(frames, false)),
		fact("size.max_width", Int, "px", "workflow", "the most that the video can be wide", measured(width, true)),
		fact("size.max_height", Int, "px", "workflow", "the most that the video can be high", measured(height, true)),
		fact("size.max_frames", Int, "frames", "workflow", "the most that the video can be long", measured(frames, true)),
		fact(sizeStated, Bool, "", "command line", "the size was stated with --size", func(*scene) Answer { return known(false, "no --size") }),
		fact("size.latents", Int, "latent frames", "workflow", "latent frames that are sampled at once", latents(false)),
		fact("size.max_latents", Int, "latent frames", "workflow", "the most latent frames that are sampled at once", latents(true)),
	}
}

// sizeStated says that a person knows the size, pictures and all.
const sizeStated = "size.stated"

// SizeFacts are the facts that state the size of videos, for [Set.Assume]; 0 frames leave
// the length to the workflow.
func SizeFacts(w, h, n int) map[string]any {
	facts := map[string]any{sizeStated: true}
	for what, n := range map[string]int{width: w, height: h, frames: n} {
		if n > 0 {
			facts["size."+what], facts["size.max_"+what] = float64(n), float64(n)
		}
	}
	return facts
}

func measured(what string, atMost bool) func(*scene) Answer {
	return func(s *scene) Answer {
		embeds, missing := s.embeds()
		if embeds == nil {
			return missing
		}
		return extentAt(embeds[len(embeds)-1], what).answer(atMost)
	}
}

// embeds returns the nodes that make what is sampled, from the sampler on; the last is
// the one that says how large it is. Without them missing tells why there are none.
func (s *scene) embeds() (chain []*workflows.Run, missing Answer) {
	if s.stack.Sampler == nil {
		return nil, idle("no sampler uses the model")
	}
	input, ok := s.stack.Sampler.Home.Signature.Takes[roleEmbeds]
	if !ok {
		return nil, unknown(s.stack.Sampler.String() + " does not tell what it samples")
	}
	at := s.stack.Sampler
	for range maxChain {
		wire := at.Wire(input)
		switch {
		case wire.Kind != workflows.Given:
			return nil, unknown("what is linked to " + input + " of " + at.String() + " cannot be followed")
		case wire.From.Home.Role() != roleEmbeds:
			return nil, unknown("wanfix does not know what " + wire.From.String() + " gives")
		}
		at, input = wire.From, wire.From.Home.Signature.Through
		chain = append(chain, at)
		if input == "" {
			return chain, Answer{}
		}
	}
	return nil, unknown("what is sampled is linked in a circle")
}

// extentAt is a measure as a node's widget says it, or the node that is linked there.
func extentAt(run *workflows.Run, what string) extent {
	widget, ok := run.Home.Signature.Fields[what]
	if !ok {
		return extent{why: run.String() + " has no " + what}
	}
	if here := fieldOf(run, what); here.Known() {
		n, _ := here.Value.(float64)
		return extent{most: n, exact: true, source: here.Source, why: here.Source + " is not a number"}
	} else if in := run.Home.Input(widget); in == nil || !in.Linked {
		return extent{why: here.Why}
	}
	return carried(run.Wire(widget), what, 0)
}

// carried is a measure of what comes along a wire: the number, or a video.
func carried(wire workflows.Wire, what string, hops int) extent {
	if wire.Kind != workflows.Given || wire.From.Home.Signature == nil || hops == maxChain {
		return extent{why: "the " + what + " is not written in the workflow"}
	}
	from, class := wire.From, wire.From.Home.Signature
	if wire.Slot >= len(class.Sizes) || class.Sizes[wire.Slot] != what && class.Sizes[wire.Slot] != video {
		return extent{why: from.String() + " computes the " + what}
	}
	if enlarges(from) {
		return extent{why: from.String() + " may make it larger"}
	}
	if limit := toldTo(from, what, hops); limit.most != 0 {
		if step, known := fieldOf(from, "multiple_of").Value.(float64); known && limit.exact && keeps(from) {
			return extent{most: limit.most - math.Mod(limit.most, max(step, 1)), exact: true, source: limit.source}
		}
		if limit.exact {
			limit.source = "at most " + limit.source
		}
		return extent{most: limit.most, source: limit.source, why: from.String() + " computes the " + what}
	}
	if class.Through == "" {
		return extent{why: from.String() + " computes the " + what}
	}
	return carried(from.Wire(class.Through), what, hops+1)
}

// toldTo is a measure as a node on the way is told it: by its widget, or by what is linked there.
func toldTo(run *workflows.Run, what string, hops int) extent {
	here := fieldOf(run, what)
	if n, ok := here.Value.(float64); ok {
		return extent{most: n, exact: true, source: here.Source}
	}
	if in := run.Home.Input(run.Home.Signature.Fields[what]); in != nil && in.Linked {
		return carried(run.Wire(in.Name), what, hops+1)
	}
	return extent{}
}

// enlarges reports whether a node may make a video larger than it says.
func enlarges(run *workflows.Run) bool {
	for input, value := range run.Home.Signature.Unbounded {
		if value == "" {
			if in := run.Home.Input(input); in != nil && in.Linked {
				return true
			}
		} else if v := run.Value(input); !v.Exists() || v.String() == value {
			return true
		}
	}
	return false
}

// keeps reports whether a node makes a video exactly as large as it says, but for what its sides
// must divide by.
func keeps(run *workflows.Run) bool {
	for widget, values := range run.Home.Signature.Exact {
		if !slices.Contains(values, run.Value(widget).String()) {
			return false
		}
	}
	return len(run.Home.Signature.Exact) > 0
}
