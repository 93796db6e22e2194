package rules

import (
	"bufio"
	"bytes"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"sync"

	"github.com/wanfix/wanfix/workflows"
)

//go:embed packs
var packs embed.FS

// Nodes is what packs tell of node classes: their nodes.json files together.
// A class is read when it is first asked for. Nodes is safe for concurrent use.
type Nodes struct {
	written map[string]line
	decoded sync.Map // class to *workflows.Class
}

// line is where the JSON of a class stands.
type line struct {
	file io.ReaderAt
	workflows.Span
}

var _ workflows.Signatures = (*Nodes)(nil)

// BuiltinNodes returns the classes of the packs that wanfix brings along.
var BuiltinNodes = sync.OnceValue(func() *Nodes {
	n := &Nodes{written: make(map[string]line, 200)}
	names, err := fs.Glob(packs, "packs/*/nodes.json")
	if err != nil {
		panic(err) // the pattern is written here
	}
	for _, name := range names {
		file, err := packs.Open(name)
		if err == nil {
			err = n.index(file)
		}
		if err != nil {
			panic(fmt.Errorf("%s: %w", name, err)) // the file is part of the program
		}
	}
	return n
})

// index finds the classes of a nodes.json, which has one class a line. It keeps their
// places and not the text, of which a workflow needs a tenth.
func (n *Nodes) index(file fs.File) error {
	const longest = 8 << 10 // of a line, in bytes
	lines := bufio.NewReaderSize(file, longest)
	for at := 0; ; {
		text, err := lines.ReadSlice('\n')
		if name, class, found := bytes.Cut(text, []byte(`": `)); found {
			from := at + len(text) - len(class)
			class = bytes.TrimSuffix(bytes.TrimSpace(class), []byte(","))
			n.written[string(bytes.TrimLeft(name, ` "`))] = line{file.(io.ReaderAt), workflows.Span{Start: from, End: from + len(class)}}
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		at += len(text)
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
	text := make([]byte, written.End-written.Start)
	if _, err := written.file.ReadAt(text, int64(written.Start)); err != nil {
		panic("nodes.json: " + err.Error())
	}
	class, err := workflows.ReadClass(name, string(text))
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
// loaders and samplers by their role, those of settings and lists by what they
// give, as far as stacks take it.
func (n *Nodes) fields() map[string][]*workflows.InputType {
	fields := map[string][]*workflows.InputType{}
	takers := n.takers()
	for name := range n.written {
		class := n.Class(name)
		role := class.Gives
		switch {
		case class.Role == roleLoader || class.Role == roleSampler:
			role = class.Role
		case !takers[role]:
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
