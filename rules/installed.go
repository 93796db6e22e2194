package rules

import (
	"slices"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/workflows"
)

// NodesOf returns the node classes for workflows that run on a machine: as its ComfyUI
// defines them where that is known, else as packs do. What it returns is for one goroutine.
func NodesOf(machine *detect.Machine) workflows.Signatures {
	if machine == nil || machine.Nodes == nil {
		return BuiltinNodes()
	}
	return &installedNodes{machine.Nodes, map[string]*workflows.Class{}}
}

type installedNodes struct {
	nodes detect.Nodes
	read  map[string]*workflows.Class
}

// Class implements [workflows.Signatures].
func (n *installedNodes) Class(name string) *workflows.Class {
	class, ok := n.read[name]
	if ok {
		return class
	}
	class = BuiltinNodes().Class(name)
	if class == nil || !onlyInEditor(class.Role) {
		if text, ok := n.nodes.Definition(name); ok {
			if installed, err := workflows.ReadDefinition(name, text, n.nodes.Source(), class); err == nil {
				class = installed
			}
		}
	}
	n.read[name] = class
	return class
}

// onlyInEditor reports whether nodes of a role are not known to the server.
func onlyInEditor(role string) bool {
	switch role {
	case workflows.RoleReroute, workflows.RoleSet, workflows.RoleGet, workflows.RolePrimitive, roleNote:
		return true
	}
	return false
}

// notAsked is why nobody knows what the installed ComfyUI offers.
const notAsked = "the nodes of the installed ComfyUI are not known: say --object-info FILE"

// offered answers whether the installed node of a role has what stands in a field among
// its options.
func offered(role, field string) func(*scene) Answer {
	return func(s *scene) Answer {
		runs, _ := s.runs(role)
		value := s.field(role, field)
		if len(runs) == 0 || !value.Known() {
			return unknown(value.Why)
		}
		class := runs[0].Home.Signature
		if class.Source == "" {
			return unknown(notAsked)
		}
		return known(slices.Contains(class.Input(class.Fields[field]).Options, value.Value), class.Source)
	}
}

// mostBlocks is the most that the installed node takes for blocks to swap; 0 is unknown.
func (s *scene) mostBlocks() int {
	supply, _ := s.stack.Role("swap")
	if supply.At == nil {
		return 0
	}
	class := supply.giver("swap")
	if class == nil || class.Source == "" {
		return 0
	}
	in := class.Input(class.Fields["blocks"])
	if in == nil || in.Max == nil {
		return 0
	}
	return int(*in.Max)
}
