package workflows

// Op is what a change does.
type Op string

const (
	// OpSet writes Value into the widget Name.
	OpSet Op = "set"
	// OpUnplug cuts the link into the input Name.
	OpUnplug Op = "unplug"
	// OpGive makes a node of Class, with the values in Value, supply the input Name.
	OpGive Op = "give"
)

// Change is something wanted of a run, whatever form the file has. Changes are
// comparable: the same wish of two rules is the same Change.
type Change struct {
	Op  Op
	Run string // the run's id
	// Name is the class's own name of a widget or input.
	Name string
	// Value is JSON text: for OpSet the value, for OpGive an object of values by
	// widget, its keys sorted. What it does not name stays as it is, or becomes the
	// default where nothing supplies the input yet.
	Value string
	// Class is whose widgets Value names, for OpGive: that of the node that
	// supplies the input, or of the one to insert.
	Class string
}
