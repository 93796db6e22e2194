package workflows

// Wire is what arrives at an input once everything that only exists in the editor
// is looked through: reroutes, set and get nodes, bypassed nodes, the borders of
// subgraphs.
type Wire struct {
	Kind Arrival
	// From is the run that gives the value: a real node, a primitive, or for
	// Promoted the subgraph instance on which the value stands. Nil for Nothing and Lost.
	From *Run
	// Slot is the output of From, for Promoted the number of the instance's input.
	Slot int
	// Why tells in a few words where the value got lost.
	Why string
	// Hops are the written links on the way, the one at the input itself first.
	Hops []Hop
}

// Arrival tells what kind of thing arrives at an input.
type Arrival int

const (
	Nothing   Arrival = iota // no link is written
	Lost                     // a link is written, but its source gives nothing
	Given                    // the output of a real node
	Primitive                // the value of a primitive, which overwrites the widget
	Promoted                 // a value written on a subgraph instance
)

// Arrives reports whether the input gets something at all.
func (w Wire) Arrives() bool { return w.Kind >= Given }

// Hop is one written link: the input it ends at, on the run whose home holds it.
type Hop struct {
	Run   *Run
	Input *Input
}

// maxHops ends the search of a wire that runs in a circle.
const maxHops = 500

// circle is what is said of it.
const circle = "the links run in a circle"

// Wire follows what arrives at the run's input of that name.
func (r *Run) Wire(input string) Wire {
	in := r.Home.Input(input)
	if in == nil || !in.Linked {
		return Wire{}
	}
	t := tracer{wanted: in.Type}
	if t.wanted == "" && r.Home.Signature != nil {
		if known := r.Home.Signature.Input(input); known != nil {
			t.wanted = known.Kind
		}
	}
	return t.into(r, in)
}
