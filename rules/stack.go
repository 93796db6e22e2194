package rules

import (
	"github.com/wanfix/wanfix/workflows"
)

// Roles of nodes that stacks are made of, as packs name them in nodes.json.
const (
	roleLoader      = "loader"
	rolePatch       = "patch"
	roleList        = "list"
	roleSampler     = "sampler"
	roleOtherLoader = "other_loader"
	roleNote        = "note"

	takesModel   = "model"   // what loaders give, patches pass on and samplers take
	takesCompile = "compile" // how fast the model computes, not what
	winsLast     = "last"
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
