package rules

import (
	"slices"

	"github.com/wanfix/wanfix/workflows"
)

// Survey is what a part holds for rules to judge. It remembers what is asked about its
// stacks, so it is for one goroutine.
type Survey struct {
	Stacks []*Stack
	// Others counts the loaders that are known but not judged, by class.
	Others map[string]int
	// Unread are samplers whose model cannot be followed to a loader, with the reason.
	Unread map[*workflows.Run]string

	part  *workflows.Part
	stage *stage // what was asked last
	set   *Set   // whose facts the stage has
}

// Look finds the stacks of a part, in file order of their samplers; loaders
// without a sampler come last.
func Look(part *workflows.Part) *Survey {
	s := &Survey{part: part, Others: map[string]int{}, Unread: map[*workflows.Run]string{}}
	used := map[*workflows.Run]bool{}
	var loaders []*workflows.Run
	for _, r := range part.Runs {
		if !r.Active() {
			continue
		}
		switch r.Home.Role() {
		case roleLoader:
			loaders = append(loaders, r)
		case roleOtherLoader:
			s.Others[r.Home.Class]++
		case roleSampler:
			input, ok := r.Home.Signature.Takes[takesModel]
			if !ok {
				continue
			}
			stack, why := climb(r, input)
			if stack == nil {
				s.Unread[r] = why
				continue
			}
			used[stack.Loader] = true
			s.Stacks = append(s.Stacks, stack)
		}
	}
	for _, loader := range loaders {
		if !used[loader] {
			s.Stacks = append(s.Stacks, newStack(loader, nil, nil))
		}
	}
	for _, stack := range s.Stacks {
		stack.survey = s
	}
	s.pair()
	return s
}

// pair finds the stacks that take block swap from the same input: what is given to one
// is given to all of them.
func (s *Survey) pair() {
	groups := map[place][]*Stack{}
	for _, stack := range s.Stacks {
		if swap, ok := stack.Role("swap"); ok {
			at := place{swap.At.ID, swap.Input}
			groups[at] = append(groups[at], stack)
		}
	}
	for _, group := range groups {
		for _, stack := range group {
			stack.mates = slices.DeleteFunc(slices.Clone(group), func(other *Stack) bool { return other == stack })
		}
	}
}

// climb follows a sampler's model up to its loader.
func climb(sampler *workflows.Run, input string) (stack *Stack, why string) {
	var patches []*workflows.Run
	wire := sampler.Wire(input)
	for wire.Kind == workflows.Given && wire.From.Home.Role() == rolePatch {
		patch := wire.From
		patches = append([]*workflows.Run{patch}, patches...)
		if len(patches) > maxChain {
			return nil, "its model path runs in a circle"
		}
		wire = patch.Wire(patch.Home.Signature.Through)
	}
	switch {
	case wire.Kind != workflows.Given:
		switch {
		case wire.Why != "":
			return nil, wire.Why
		case len(patches) > 0:
			return nil, "no model is linked to " + patches[0].String()
		}
		return nil, "no model is linked to it"
	case wire.From.Home.Role() != roleLoader:
		return nil, "its model comes from " + wire.From.String()
	}
	return newStack(wire.From, patches, sampler), ""
}
