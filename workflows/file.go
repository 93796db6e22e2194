package workflows

import (
	"bytes"

	"github.com/tidwall/gjson"
)

// Form is the way a workflow is written down.
type Form int

const (
	// UI is what the editor saves: nodes with positions, links as a table.
	UI Form = iota
	// API is what the server executes: inputs by name, links inside inputs.
	API
)

func (f Form) String() string {
	if f == API {
		return "API prompt"
	}
	return "workflow"
}

// File is one workflow file as read. All spans count in Src.
// A File is for one goroutine: parts of it are read when they are first asked for.
type File struct {
	// Src is the text without its byte order mark.
	Src []byte
	// BOM is what stood in front of Src: a byte order mark, or nothing.
	BOM []byte
	// Parts are the workflows inside the file, in its order: one in a bare file, and as
	// many as are found in a request or a history. A companion is not among them.
	Parts []*Part

	text       string // Src as a string, which the results of gjson share
	signatures Signatures
	inside     int // runs inside subgraphs, of all parts
}

// Part is one workflow inside a file.
type Part struct {
	File *File
	Form Form
	// Path tells where in the file the part stands, as "extra_data.extra_pnginfo.workflow";
	// it is "" where the file is the workflow itself.
	Path string
	// Companion is the same workflow written a second time: of an API prompt the UI
	// workflow beside it, and the other way round; nil where there is none. Their runs
	// have the same ids.
	Companion *Part
	// Root is the workflow itself, Definitions the subgraphs it may use.
	Root        *Graph
	Definitions []*Graph
	// Runs are the nodes as executed, the root's in file order, the runs inside
	// an instance right after it. Instances, muted and virtual nodes are among them.
	Runs []*Run

	runs map[string]*Run

	groups     map[*Home]*Graph        // what group nodes are made of
	groupTexts map[string]gjson.Result // their definitions by name
	grouped    int                     // bytes of the definitions that were read, one for every use
}

// Graph is one list of nodes with its links: the root, or a subgraph definition.
type Graph struct {
	Part *Part
	// ID is the definition's id, "" for the root.
	ID    string
	Name  string
	Homes []*Home
	// Span is the graph's own text, and NodeList the nodes in it; an API prompt is
	// both.
	Span, NodeList Span
	// Inputs and Outputs are the slots at a definition's border.
	Inputs, Outputs []Border

	inputNode       string // the id that links use for the input border, "-10"
	linkTable       Span
	listLinks       bool // schema 0.4: a link is a list
	links           map[int64]Link
	lostLinks       int
	extra, reroutes Span
	group           *group // of the graph of a group node
}

// Name is how the part is called in reports: "workflow", or "API prompt at prompt".
func (p *Part) Name() string {
	if p.Path == "" {
		return p.Form.String()
	}
	return p.Form.String() + " at " + p.Path
}

// Parse reads a workflow file: the UI format or an API prompt, or what such are sent
// and kept in. An error is an [*Error] with the position of what is wrong; nothing of
// such a file is usable.
func Parse(text []byte, signatures Signatures) (*File, error) {
	src, hasBOM := bytes.CutPrefix(text, utf8BOM)
	f := &File{Src: src, signatures: signatures}
	if hasBOM {
		f.BOM = utf8BOM
	}
	if err := Gate(src); err != nil {
		return nil, err
	}
	f.text = string(src)
	if err := f.readParts(); err != nil {
		return nil, err
	}
	for _, part := range f.Parts {
		for _, p := range []*Part{part, part.Companion} {
			if p == nil {
				continue
			}
			if err := p.execute(); err != nil {
				return nil, err
			}
		}
	}
	return f, nil
}

// readParts reads the workflow that the file is, or those that are inside.
func (f *File) readParts() (err error) {
	root := gjson.Parse(f.text)
	if part := f.readRoot(root); part != nil {
		f.Parts = []*Part{part}
		return nil
	}
	f.Parts, err = f.find(root, 0)
	switch {
	case err != nil || len(f.Parts) > 0:
		return err
	}
	foreign := errorAt(f.Src, root.Index, `not a workflow: no "nodes" as the editor saves them, and no "class_type" as an API prompt has`)
	if !root.IsObject() {
		foreign = errorAt(f.Src, root.Index, "not a workflow: a JSON object is wanted, this is %s", kindName(root))
	}
	foreign.Foreign = true
	return foreign
}

// read reads a workflow, nil for anything else. It tells the forms apart as ComfyUI's
// editor does.
func (f *File) read(v gjson.Result) *Part {
	if !v.IsObject() {
		return nil
	}
	if nodes := v.Get("nodes"); nodes.IsArray() {
		return f.readUI(v)
	}
	return f.readPrompt(v)
}

// readRoot reads what a file is itself. It is mostly what the editor saves, and finding
// the nodes first would take as long as reading over them.
func (f *File) readRoot(v gjson.Result) *Part {
	if !v.IsObject() {
		return nil
	}
	if part := f.readUI(v); f.Value(part.Root.NodeList).IsArray() {
		return part
	}
	return f.readPrompt(v)
}

// readPrompt reads an object that is an API prompt, nil for any other.
func (f *File) readPrompt(v gjson.Result) *Part {
	isPrompt := false
	each(v, func(_, node gjson.Result) bool {
		isPrompt = node.IsObject() && node.Get("class_type").Type == gjson.String
		return !isPrompt
	})
	if isPrompt {
		return f.readAPI(v)
	}
	return nil
}

func kindName(value gjson.Result) string {
	switch {
	case value.IsArray():
		return "a list"
	case value.IsObject():
		return "an object"
	case value.Type == gjson.String:
		return "text"
	}
	return value.Raw
}

// each calls f with every member of a list or object. gjson's own ForEach takes
// anything else, such as the null of "links": null, for its own only member.
func each(container gjson.Result, f func(key, value gjson.Result) bool) {
	if container.Type == gjson.JSON {
		container.ForEach(f)
	}
}

// SpanOf returns where a value stands that was read by [File.Value].
func SpanOf(value gjson.Result) Span {
	return Span{value.Index, value.Index + len(value.Raw)}
}

// Text returns what is written at a span.
func (f *File) Text(s Span) string { return f.text[s.Start:s.End] }

// Class returns what is known of a class, nil for one that nobody has told of.
func (f *File) Class(name string) *Class { return f.signatures.Class(name) }

// Value reads the JSON value at a span. Its Index counts in Src, and so do those
// of its members.
func (f *File) Value(s Span) gjson.Result {
	v := gjson.Parse(f.text[s.Start:s.End])
	v.Index = s.Start
	return v
}
