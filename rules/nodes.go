package rules

import (
	"embed"
	"strings"
	"sync"

	"github.com/wanfix/wanfix/workflows"
)

//go:embed packs
var packs embed.FS

// The classes of every pack: a text, unlike a file of packs, is not copied to be read.
var (
	//go:embed packs/comfyui/nodes.json
	comfyui string
	//go:embed packs/wanvideo/nodes.json
	wanvideo string
)

// Nodes is what packs tell of node classes: their nodes.json files together.
// A class is read when it is first asked for. Nodes is safe for concurrent use.
type Nodes struct {
	written map[string]string // class to its JSON
	decoded sync.Map          // class to *workflows.Class
}

var _ workflows.Signatures = (*Nodes)(nil)

// BuiltinNodes returns the classes of the packs that wanfix brings along.
var BuiltinNodes = sync.OnceValue(func() *Nodes {
	n := &Nodes{written: make(map[string]string, 200)}
	n.index(comfyui)
	n.index(wanvideo)
	return n
})

// index finds the classes of a nodes.json, which has one class a line.
func (n *Nodes) index(text string) {
	for line := range strings.Lines(text) {
		if name, class, found := strings.Cut(line, `": `); found {
			n.written[strings.TrimLeft(name, ` "`)] = strings.TrimSuffix(strings.TrimSpace(class), ",")
		}
	}
}

// Class implements [workflows.Signatures].
func (n *Nodes) Class(name string) *workflows.Class {
	if known, ok := n.decoded.Load(name); ok {
		return known.(*workflows.Class)
	}
	written, ok := n.written[name]
	if !ok {
		return nil
	}
	class, err := workflows.ReadClass(name, written)
	if err != nil {
		panic("nodes.json: " + err.Error()) // the tests read every class
	}
	n.decoded.Store(name, class)
	return class
}

// Names returns every class that is known, in no order.
func (n *Nodes) Names() []string {
	names := make([]string, 0, len(n.written))
	for name := range n.written {
		names = append(names, name)
	}
	return names
}

// fields returns the widgets behind every field that a rule may name: those of
// loaders, samplers, decoders and VAEs by their role, those of settings and lists by
// what they give, as far as stacks take it, and so those of what loads text encoders
// and CLIP.
func (n *Nodes) fields() map[string][]*workflows.InputType {
	fields := map[string][]*workflows.InputType{}
	takers := n.takers()
	for name := range n.written {
		class := n.Class(name)
		role := class.Gives
		switch {
		case class.Role == roleLoader, class.Role == roleSampler, class.Role == roleDecode, class.Role == roleVAE:
			role = class.Role
		case role != takesT5 && role != roleCLIP && !takers[role]:
			continue
		}
		for field, widget := range class.Fields {
			fields[role+"."+field] = append(fields[role+"."+field], class.Input(widget))
		}
	}
	return fields
}

// takers returns the roles that stacks have: what loaders take, and the patches
// that may overrule them.
func (n *Nodes) takers() map[string]bool {
	takers := map[string]bool{}
	for name := range n.written {
		if class := n.Class(name); class.Role == roleLoader || class.Role == rolePatch && class.Wins == winsLast {
			for role := range class.Takes {
				takers[role] = true
			}
		}
	}
	return takers
}
