package workflows

import "slices"

// Signatures tells what node classes look like. Class returns nil for a class
// it does not know.
type Signatures interface {
	Class(name string) *Class
}

// Class is what is known about one node class: its place in a workflow (its
// role), its inputs in the order of the node's definition, and how older
// versions of it were written. All of it is data, see rules/packs/*/nodes.json.
type Class struct {
	Name string

	// Role is the class's part in a workflow, such as "loader" or "settings".
	// The roles this package itself acts on are the Role constants.
	Role string
	// Since is the first day on which its pack had the class; "" is longer ago than matters.
	Since string
	// As is what people call loaders that wanfix knows of but does not judge.
	As string
	// Gives is the role of what its first output carries: "model", "compile", "lora".
	Gives string
	// Main marks the class to insert where several give the same.
	Main bool
	// Through is the input that a patch passes on to its output.
	Through string
	// Next is the input by which a list is continued.
	Next string
	// Wins says which of several patches on one model counts: "last", or "" for all.
	Wins string
	// Any lists the fields that hold for a list when one of its nodes says so.
	Any []string
	// Takes maps a role to the input that takes it.
	Takes map[string]string
	// Fields maps the words that rules use to widget names of this class.
	Fields map[string]string
	// Renamed maps former input names to today's.
	Renamed map[string]string
	// Sizes tells of each output what it carries of a video: "video" is the video itself,
	// "width", "height" and "frames" are numbers, "" is nothing of it. What a field of that
	// name holds is the most that it can be.
	Sizes []string
	// Unbounded maps an input to the value with which that does not hold; "" is any link.
	Unbounded map[string]string
	// Exact maps widgets to the values with which, in all of them, it is exactly that.
	Exact map[string][]string
	// Adds tells how many latent frames the node adds to a video: always, under "", and
	// where an input is linked, under its name. -1 is a number that nobody knows beforehand.
	Adds map[string]int
	// For is the kind of model that alone samples what the node makes, where that is certain:
	// "t2v", "i2v", "vace", "multitalk".
	For string
	// Loop says what kind of sampling in windows the node asks for, between which the VAE
	// works: "multitalk", "s2v", "animate".
	Loop string
	// Outputs are the types of the outputs, in order, and OutputNames their names;
	// an output that has no name there is called by its type.
	Outputs, OutputNames []string
	// Layouts are former widget orders that are no prefix of today's.
	Layouts []Layout
	// Past maps a widget to the values that were legal once, with the day they ended.
	Past map[string]map[string]string

	// Source says whose definition of the class counts: "the object_info of FILE"; "" is
	// the newest that packs know.
	Source string
	// Final says that ComfyUI executes a workflow for nodes of the class. Only a ComfyUI
	// tells it.
	Final bool

	inputs func() []InputType
	known  []string // the widgets that packs know, where Source defines the class
}

// Inputs are widgets and sockets of the newest version, in definition order.
func (c *Class) Inputs() []InputType {
	if c.inputs == nil {
		return nil
	}
	return c.inputs()
}

// Roles of nodes that only exist in the editor, or that carry one value.
const (
	RoleReroute   = "reroute"   // passes its input on
	RoleSet       = "set"       // names what arrives at its input
	RoleGet       = "get"       // gives what the set of the same name was given
	RolePrimitive = "primitive" // writes its value into the widgets it is linked to
	RoleConstant  = "constant"  // a real node whose output is its one widget
)

// FieldValue is the field by which a constant's one value is known, and
// FieldName the one by which a set and its gets find each other.
const (
	FieldValue = "value"
	FieldName  = "name"
)

// InputType describes one input of a class.
type InputType struct {
	Name string
	// Kind is one of the Kind constants for a widget, else the socket's type.
	Kind     string
	Options  []any
	Min      *float64
	Max      *float64
	Optional bool
	// Forced marks a value that only a link can give. Frontends before 1.16
	// wrote a place for it into widgets_values all the same.
	Forced bool
	// Default is what the editor puts there; nil where it is not known.
	Default any
	// Absent is what the Python function uses when an API prompt leaves the
	// input out; nil where it has not been verified.
	Absent any
	// Unplaced says that it takes nobody knows how many places in widgets_values, so
	// that those of all widgets behind it are not known either.
	Unplaced bool
}

// Kinds of widgets.
const (
	KindFile    = "file"    // one of the files of a models folder
	KindCombo   = "combo"   // one of Options
	KindInt     = "int"     //
	KindFloat   = "float"   //
	KindString  = "string"  //
	KindBoolean = "boolean" //
	KindControl = "control" // the editor's own "control after generate"
	KindAny     = "any"     // whatever the node it drives takes
)

// Widget reports whether the input takes a place in widgets_values today.
func (in *InputType) Widget() bool {
	switch in.Kind {
	case KindFile, KindCombo, KindInt, KindFloat, KindString, KindBoolean, KindControl, KindAny:
		return !in.Forced
	}
	return false
}

// DefaultText returns the default as JSON, "" where it is not known.
func (in *InputType) DefaultText() string {
	if in.Default == nil {
		return ""
	}
	return jsonOf(in.Default).Raw
}

// Layout is a former order of widgets: names of its day, and the day it ended.
type Layout struct {
	Names []string
	Until string
}

// Input returns the input of that name, nil if the class has none.
func (c *Class) Input(name string) *InputType {
	inputs := c.Inputs()
	for i := range inputs {
		if inputs[i].Name == name {
			return &inputs[i]
		}
	}
	return nil
}

// Today returns the name an input has now, given any name it ever had.
func (c *Class) Today(name string) string {
	if now, ok := c.Renamed[name]; ok {
		return now
	}
	return name
}

// Widgets returns the names of today's places in widgets_values, as far as they are known.
func (c *Class) Widgets() []string {
	names := make([]string, 0, len(c.Inputs()))
	for _, in := range c.Inputs() {
		if in.Unplaced {
			break
		}
		if in.Widget() {
			names = append(names, in.Name)
		}
	}
	return names
}

// openEnded reports whether places follow that are not known.
func (c *Class) openEnded() bool {
	return slices.ContainsFunc(c.Inputs(), func(in InputType) bool { return in.Unplaced })
}

// placesWithForced is widgets with the dummy places of frontends before 1.16.
func (c *Class) placesWithForced() []string {
	if !slices.ContainsFunc(c.Inputs(), func(in InputType) bool { return in.Forced }) {
		return nil
	}
	var names []string
	for _, in := range c.Inputs() {
		switch {
		case in.Widget():
			names = append(names, in.Name)
		case in.Forced:
			names = append(names, in.Name)
		}
	}
	return names
}
