package detect

// Nodes tells how the ComfyUI that will run a workflow defines node classes.
type Nodes interface {
	// Definition returns what it says of a class, as JSON. ok is false where it has no such
	// class, or where that could not be found out.
	Definition(class string) (text string, ok bool)
	// Source says whose definitions they are: "the object_info of FILE".
	Source() string
	// Trouble says why classes could not be found out, "" where all could.
	Trouble() string
}
