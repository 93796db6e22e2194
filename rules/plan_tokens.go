package rules

import "github.com/wanfix/wanfix/rules/plan"

// What ComfyUI calls what a picture may come as.
const (
	kindLatent = "LATENT"
	kindImage  = "IMAGE"
)

// planTokens counts the tokens that are sampled at once.
func (s *scene) planTokens(m plan.Model) plan.Tokens {
	video := func(w, h, latents string) (v plan.Video, known bool) {
		var sizes [3]float64
		known = true
		for i, fact := range []string{w, h, latents} {
			n, ok := s.ask(fact).Value.(float64)
			sizes[i], known = n, known && ok
		}
		length := int(sizes[2]-1)*4 + 1 // the frames that are added among them
		return plan.Video{Width: int(sizes[0]), Height: int(sizes[1]), Frames: length}, known
	}
	least, exact := video("size.width", "size.height", "size.latents")
	if exact {
		return m.Exactly(least)
	}
	if most, known := video("size.max_width", "size.max_height", "size.max_latents"); known {
		least.Frames = max(least.Frames, 1) // a side that is not known makes it none
		return m.Between(least, most)
	}
	return plan.Tokens{Source: plan.NotKnown}
}

// planPerToken tells whether something of a picture is among what is sampled, so that a model
// such as the 5B gives every token a timestep of its own.
func (s *scene) planPerToken() plan.Maybe {
	chain, _ := s.embeds()
	if chain == nil {
		return plan.Unknown
	}
	found := plan.No
	for _, run := range chain {
		for _, in := range run.Home.Inputs() {
			kind := run.Home.Signature.Input(in.Name)
			switch {
			case !in.Linked || in.Widget != "" || in.Name == run.Home.Signature.Through || kind != nil && kind.Widget():
			case kind != nil && (kind.Kind == kindLatent || kind.Kind == kindImage):
				return plan.Yes
			default:
				found = plan.Unknown
			}
		}
	}
	return found
}
