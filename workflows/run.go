package workflows

import "fmt"

const (
	maxInstances = 50      // subgraphs inside subgraphs; ComfyUI's own limit is of that order
	maxRuns      = 200_000 // nodes inside subgraphs, after all of them are unfolded
)

// Run is a node as ComfyUI executes it.
type Run struct {
	// ID is ComfyUI's own id of the execution: "5", or "12:5" inside instance 12.
	ID   string
	Home *Home
	// Parent is the subgraph instance that the run is inside of, nil in the root.
	Parent *Run

	definition *Graph          // what an instance is an instance of
	inside     map[string]*Run // the runs inside an instance, by home id
	promoted   []promoted      // its inputs that are widgets, once they are known
}

// execute unfolds the subgraphs into runs.
func (p *Part) execute() error {
	definitions := make(map[string]*Graph, len(p.Definitions))
	for _, g := range p.Definitions {
		definitions[g.ID] = g
	}
	p.Runs = make([]*Run, 0, len(p.Root.Homes))
	p.runs = make(map[string]*Run, len(p.Root.Homes))
	for _, h := range p.Root.Homes {
		if err := p.unfold(h, nil, definitions, 0); err != nil {
			return err
		}
	}
	return nil
}

func (p *Part) unfold(h *Home, parent *Run, definitions map[string]*Graph, depth int) error {
	r := &Run{ID: h.ID, Home: h, Parent: parent}
	if parent != nil {
		p.File.inside++
		r.ID = parent.ID + ":" + h.ID
		if _, taken := parent.inside[h.ID]; !taken {
			parent.inside[h.ID] = r
		}
	}
	if _, taken := p.runs[r.ID]; !taken {
		p.runs[r.ID] = r
	}
	p.Runs = append(p.Runs, r)
	if r.definition = definitions[h.Class]; r.definition == nil {
		group, err := p.groupOf(h)
		if group == nil {
			return err
		}
		r.definition = group
	}
	if depth == maxInstances || p.File.inside > maxRuns {
		return errorAt(p.File.Src, h.Span.Start, "subgraph %q: unfolds without end, or into more than %d nodes", r.definition.Name, maxRuns)
	}
	r.inside = make(map[string]*Run, len(r.definition.Homes))
	for _, inner := range r.definition.Homes {
		if err := p.unfold(inner, r, definitions, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// Run returns the run with that id, nil if there is none.
func (p *Part) Run(id string) *Run { return p.runs[id] }

// Active reports whether ComfyUI executes the run: neither it nor an instance
// around it is muted or bypassed.
func (r *Run) Active() bool {
	for ; r != nil; r = r.Parent {
		if r.Home.Mode == Muted || r.Home.Mode == Bypass {
			return false
		}
	}
	return true
}

// Inside reports whether the run is inside a subgraph.
func (r *Run) Inside() bool { return r.Parent != nil }

// Instance reports whether the run is a subgraph's: the runs inside use what it takes.
func (r *Run) Instance() bool { return r.definition != nil }

// beside returns the run of another home of the same graph, in the same instance.
func (r *Run) beside(id string) *Run {
	if r.Parent != nil {
		return r.Parent.inside[id]
	}
	return r.Home.Graph.Part.runs[id]
}

// String names the run as a report does: "#12:5 SomeClass".
func (r *Run) String() string { return fmt.Sprintf("#%s %s", r.ID, r.Home.Class) }
