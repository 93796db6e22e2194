package workflows

// Op is what a change does.
type Op string

const (
	// OpSet writes Value into the widget Name.
	OpSet Op = "set"
	// OpUnplug cuts the link into the input Name.
	OpUnplug Op = "unplug"
)

// Change is something wanted of a run, whatever form the file has. Changes are
// comparable: the same wish of two rules is the same Change.
type Change struct {
	Op  Op
	Run string // the run's id
	// Name is the class's own name of a widget or input.
	Name string
	// Value is JSON text, for OpSet.
	Value string
}
