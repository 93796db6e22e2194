package rules

import "github.com/wanfix/wanfix/workflows"

const (
	takesNegative  = "negative" // the prompt of what is not wanted
	forMultiTalk   = "multitalk"
	fieldWindow    = "window"
	fieldFramepack = "framepack"
)

// embedsFacts are about what the sampler is to sample, and in which parts.
func embedsFacts() []Fact {
	of := func(name string, kind Type, meaning string, answer func(*scene) Answer) Fact {
		return fact(name, kind, "", "workflow", meaning, answer)
	}
	return []Fact{
		of("embeds.made_for", Text, "the only kind of model that samples what reaches the sampler: t2v, i2v, vace, multitalk", embedsMadeFor),
		of("embeds.loops", Bool, "what reaches the sampler makes it sample the video part by part, in a way of its own", embedsLoop),
		of("embeds.framepack", Bool, "what reaches the sampler asks for S2V's framepack", framepack),
		of("context.linked", Bool, "context windows reach the sampler", contextLinked),
		fact("context.frames", Int, "frames", "workflow", "length of a context window", contextFrames),
		of("text.no_negative", Bool, "the prompt reaches the sampler without a negative one", noNegative),
	}
}

// embedsMadeFor asks the node that makes what is sampled. For a text-to-video model nothing may
// have been added to it.
func embedsMadeFor(s *scene) Answer {
	chain, missing := s.embeds()
	if chain == nil {
		return missing
	}
	last := chain[len(chain)-1]
	kind := last.Home.Signature.For
	added := len(chain) > 1
	for input := range last.Home.Signature.Adds {
		in := last.Home.Input(input)
		added = added || in != nil && in.Linked
	}
	switch {
	case kind == "":
		return unknown("what " + last.String() + " gives may be for several kinds of models")
	case kind == "t2v" && added:
		return unknown("something is added to what " + last.String() + " gives")
	}
	return known(kind, last.String())
}

// embedsLoop asks every node that has a part in what is sampled.
func embedsLoop(s *scene) Answer {
	chain, missing := s.embeds()
	if chain == nil {
		return missing
	}
	answer := known(false, s.stack.Sampler.String())
	for _, run := range chain {
		var loops Answer
		switch class := run.Home.Signature; {
		case class.For == forMultiTalk:
			loops = known(true, run.String())
		case class.Fields[fieldFramepack] != "":
			// a fact of its own: what it does not go with depends on lengths
		case class.Loop != "" && class.Fields[fieldWindow] != "":
			loops = longerThanWindow(run)
		case class.Loop != "":
			loops = unknown("how " + run.String() + " is sampled is not known")
		}
		switch {
		case loops.Value == true:
			return loops
		case loops.Why != "":
			answer = loops
		}
	}
	return answer
}

// longerThanWindow compares as the node does, which rounds the length down to whole latent frames.
func longerThanWindow(run *workflows.Run) Answer {
	length, window := fieldOf(run, frames), fieldOf(run, fieldWindow)
	n, ok := length.Value.(float64)
	most, bounded := window.Value.(float64)
	switch {
	case !ok:
		return unknown(length.Why)
	case !bounded:
		return unknown(window.Why)
	}
	return known(float64(int(n-1)/4*4+1) > most, length.Source)
}

func framepack(s *scene) Answer {
	chain, missing := s.embeds()
	if chain == nil {
		return missing
	}
	for _, run := range chain {
		if run.Home.Signature.Fields[fieldFramepack] != "" {
			return fieldOf(run, fieldFramepack)
		}
	}
	return known(false, s.stack.Sampler.String())
}

func contextFrames(s *scene) Answer {
	if s.stack.Sampler == nil {
		return idle("no sampler uses the loader")
	}
	if window := s.window(); window.Known() || window.Why != "" {
		return window
	}
	return idle("no context windows reach the sampler")
}

func contextLinked(s *scene) Answer {
	if s.stack.Sampler == nil {
		return idle("no sampler uses the loader")
	}
	return arrives(s.taken(roleContext))
}

// noNegative follows the prompt through what changes it on the way.
func noNegative(s *scene) Answer {
	if s.stack.Sampler == nil {
		return idle("no sampler uses the loader")
	}
	at := s.stack.Sampler
	for range maxChain {
		wire := at.Wire(at.Home.Signature.Takes[takesText])
		if wire.Kind != workflows.Given || wire.From.Home.Signature == nil || wire.From.Home.Signature.Gives != givesText {
			return unknown("where the prompt of " + at.String() + " comes from is not known")
		}
		at = wire.From
		if input, ok := at.Home.Signature.Takes[takesNegative]; ok {
			return known(!at.Wire(input).Arrives(), at.String())
		}
		if at.Home.Signature.Takes[takesText] == "" {
			return known(false, at.String())
		}
	}
	return unknown("the prompt runs in a circle")
}
