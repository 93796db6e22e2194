package rules

import (
	"slices"

	"github.com/wanfix/wanfix/workflows"
)

// Roles of nodes that stacks are made of, as packs name them in nodes.json.
const (
	roleLoader      = "loader"
	rolePatch       = "patch"
	roleList        = "list"
	roleSampler     = "sampler"
	roleOtherLoader = "other_loader"

	takesModel = "model" // what loaders give, patches pass on and samplers take
	winsLast   = "last"
)

// Stack is one sampler's model path: a loader, the patches on its model, the
// sampler, and the settings that reach them. A loader without a sampler is a
// stack too.
type Stack struct {
	Loader  *workflows.Run
	Patches []*workflows.Run // from the loader on
	Sampler *workflows.Run   // nil if none uses the loader

	roles    map[string]Supply
	supplies []Supply // of every input of loader and patches, those that do not count included
	survey   *Survey  // the part's other stacks among them
	mates    []*Stack // the others that take block swap from the same input
}

// Supply is what fills a role of a stack, such as its compile settings.
type Supply struct {
	// Wire is what arrives, at the input that counts.
	Wire workflows.Wire
	// At is the run with that input: the loader, or the patch that overrules it.
	At *workflows.Run
	// Input is the input's name.
	Input string
	// Runs are the nodes that supply it: one, or every node of a list.
	Runs []*workflows.Run
	// Open tells why a list goes on where it cannot be followed, "" if it does not.
	Open string
}

// Role returns what fills the role, and whether anything can: false where no
// node of the stack has an input for it.
func (s *Stack) Role(role string) (Supply, bool) {
	supply, ok := s.roles[role]
	return supply, ok
}

// Added returns what patches add of a role to the model, beside what reaches the
// loader.
func (s *Stack) Added(role string) []Supply {
	var added []Supply
	for _, patch := range s.Patches {
		input, ok := patch.Home.Signature.Takes[role]
		if !ok || patch.Home.Signature.Wins != "" {
			continue
		}
		if supply := SupplyOf(patch, input); supply.Wire.Arrives() {
			added = append(added, supply)
		}
	}
	return added
}

// Members returns every run the stack consists of, settings included. A node that
// serves it in two places is there twice.
func (s *Stack) Members() []*workflows.Run {
	members := append([]*workflows.Run{s.Loader}, s.Patches...)
	if s.Sampler != nil {
		members = append(members, s.Sampler)
	}
	for _, supply := range s.supplies {
		members = append(members, supply.Runs...)
	}
	return members
}

// Survey is what a part holds for rules to judge.
type Survey struct {
	Stacks []*Stack
	// Others counts the loaders that are known but not judged, by class.
	Others map[string]int
	// Unread are samplers whose model cannot be followed to a loader, with the reason.
	Unread map[*workflows.Run]string
}

// Look finds the stacks of a part, in file order of their samplers; loaders
// without a sampler come last.
func Look(part *workflows.Part) *Survey {
	s := &Survey{Others: map[string]int{}, Unread: map[*workflows.Run]string{}}
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

// maxChain ends a list or model path that runs in a circle.
const maxChain = 500

func newStack(loader *workflows.Run, patches []*workflows.Run, sampler *workflows.Run) *Stack {
	s := &Stack{Loader: loader, Patches: patches, Sampler: sampler, roles: map[string]Supply{}}
	for _, at := range append([]*workflows.Run{loader}, patches...) {
		for role, input := range at.Home.Signature.Takes {
			supply := SupplyOf(at, input)
			s.supplies = append(s.supplies, supply)
			if at == loader || at.Home.Signature.Wins == winsLast && supply.Wire.Arrives() {
				s.roles[role] = supply
			}
		}
	}
	return s
}

// SupplyOf follows an input to the node that supplies it, and a list to all its nodes.
func SupplyOf(at *workflows.Run, input string) Supply {
	s := Supply{Wire: at.Wire(input), At: at, Input: input}
	for wire := s.Wire; wire.Arrives(); {
		s.Runs = append(s.Runs, wire.From)
		if wire.From.Home.Role() != roleList {
			if len(s.Runs) > 1 {
				s.Open = "it goes on at " + wire.From.String()
			}
			break
		}
		if len(s.Runs) > maxChain {
			s.Open = "it runs in a circle"
			break
		}
		wire = wire.From.Wire(wire.From.Home.Signature.Next)
	}
	return s
}
