package workflows

// Signatures tells what node classes look like. Class returns nil for a class
// it does not know.
type Signatures interface {
	Class(name string) *Class
}

// Class is what is known about one node class: its place in a workflow (its
// role), its inputs in the order of the node's definition, and how older
// versions of it were written. All of it is data, see rules/packs/*/nodes.json.
type Class struct {
	Name string `json:"-"`

	// Role is the class's part in a workflow, such as "loader" or "settings".
	// The roles this package itself acts on are the Role constants.
	Role string `json:"role"`
	// As is what people call loaders that wanfix knows of but does not judge.
	As string `json:"as"`
	// Gives is the role of what its first output carries: "model", "compile", "lora".
	Gives string `json:"gives"`
	// Through is the input that a patch passes on to its output.
	Through string `json:"through"`
	// Next is the input by which a list is continued.
	Next string `json:"next"`
	// Wins says which of several patches on one model counts: "last", or "" for all.
	Wins string `json:"wins"`
	// Any lists the fields that hold for a list when one of its nodes says so.
	Any []string `json:"any"`
	// Takes maps a role to the input that takes it.
	Takes map[string]string `json:"takes"`
	// Fields maps the words that rules use to widget names of this class.
	Fields map[string]string `json:"fields"`
	// Renamed maps former input names to today's.
	Renamed map[string]string `json:"renamed"`
	// Inputs are widgets and sockets of the newest version, in definition order.
	Inputs []InputType `json:"inputs"`
	// Outputs are the types of the outputs, in order.
	Outputs []string `json:"outputs"`
	// Layouts are former widget orders that are no prefix of today's.
	Layouts []Layout `json:"layouts"`
	// Past maps a widget to the values that were legal once, with the day they ended.
	Past map[string]map[string]string `json:"past"`
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
	Name string `json:"name"`
	// Kind is one of the Kind constants for a widget, else the socket's type.
	Kind     string   `json:"kind"`
	Options  []any    `json:"options"`
	Min      *float64 `json:"min"`
	Max      *float64 `json:"max"`
	Optional bool     `json:"optional"`
	// Forced marks a value that only a link can give. Frontends before 1.16
	// wrote a place for it into widgets_values all the same.
	Forced bool `json:"forced"`
	// Default is what the editor puts there; nil where it is not known.
	Default any `json:"default"`
	// Absent is what the Python function uses when an API prompt leaves the
	// input out; nil where it has not been verified.
	Absent any `json:"absent"`
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

// Layout is a former order of widgets: names of its day, and the day it ended.
type Layout struct {
	Names []string `json:"names"`
	Until string   `json:"until"`
}

// Input returns the input of that name, nil if the class has none.
func (c *Class) Input(name string) *InputType {
	for i := range c.Inputs {
		if c.Inputs[i].Name == name {
			return &c.Inputs[i]
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

// widgets returns the names of today's places in widgets_values.
func (c *Class) widgets() []string {
	names := make([]string, 0, len(c.Inputs))
	for i := range c.Inputs {
		if c.Inputs[i].Widget() {
			names = append(names, c.Inputs[i].Name)
		}
	}
	return names
}

// placesWithForced is widgets with the dummy places of frontends before 1.16.
func (c *Class) placesWithForced() []string {
	var names []string
	forced := false
	for i := range c.Inputs {
		in := &c.Inputs[i]
		switch {
		case in.Widget():
			names = append(names, in.Name)
		case in.Forced:
			forced = true
			names = append(names, in.Name)
		}
	}
	if !forced {
		return nil
	}
	return names
}
