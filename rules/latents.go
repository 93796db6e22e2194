package rules

import "fmt"

// latents are the latent frames that the sampler works on at once: one for the first
// frame, one for each four after it, and what nodes add; a context window has fewer.
func latents(atMost bool) func(*scene) Answer {
	return func(s *scene) Answer {
		length := s.ask("size.frames")
		if atMost {
			length = s.ask("size.max_frames")
		}
		if s.stack.Sampler == nil {
			return length
		}
		window := s.window()
		switch n, ok := window.Value.(float64); {
		case window.Why != "":
			return window
		case ok && (!length.Known() && atMost || length.Known() && n < length.Value.(float64)):
			length = window
		}
		if !length.Known() {
			return length
		}
		more, why := s.added()
		if why != "" && s.ask(sizeStated).Value != true {
			return unknown(why)
		}
		n, _ := length.Value.(float64)
		return known(float64(int(n-1)/4+1+more), length.Source)
	}
}

// window is the length of the context windows in which the video is sampled; there is
// neither value nor reason where it is sampled whole.
func (s *scene) window() Answer {
	supply := s.taken(roleContext)
	if arrives := arrives(supply); arrives.Value != true {
		return Answer{Why: arrives.Why}
	}
	return fieldOf(supply.Runs[0], frames)
}

// taken is what the sampler takes in a role, itself or with its extra arguments.
func (s *scene) taken(role string) Supply {
	at := s.stack.Sampler
	takes := at.Home.Signature.Takes
	if _, itself := takes[role]; !itself {
		args := SupplyOf(at, takes[roleArgs])
		if len(args.Runs) == 0 || args.Runs[0].Home.Signature == nil {
			return args
		}
		at = args.Runs[0]
	}
	return SupplyOf(at, at.Home.Signature.Takes[role])
}

// added counts the latent frames that nodes add to the video.
func (s *scene) added() (count int, why string) {
	chain, missing := s.embeds()
	for _, run := range chain {
		adds := run.Home.Signature.Adds
		if adds == nil {
			return 0, "how much " + run.String() + " adds to the video is not known"
		}
		for input, n := range adds {
			if in := run.Home.Input(input); input != "" && (in == nil || !in.Linked) {
				continue
			}
			if n < 0 {
				return 0, fmt.Sprintf("how much %s of %s adds to the video is not known", input, run)
			}
			count += n
		}
	}
	return count, missing.Why
}
