package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// All is the name of all rules together, beside those of rules and of packs.
const All = "all"

const (
	fieldText   = "text"   // of a note
	wanfix      = "wanfix" // what is meant for wanfix in a workflow begins with it
	maxSilenced = 1000     // names that are read in a workflow
	maxMistaken = 5        // mistakes in them that are told
)

// Silence says which rules are not wanted somewhere: they neither report nor change.
type Silence struct {
	// Names are rules, packs, or All.
	Names []string
	// Home is the node that says so, nil for [Options.Ignore], which is about everything.
	// A note speaks for the graph it stands in, and a note in the root for the whole part;
	// any other node for itself, and for what is inside of it.
	Home *workflows.Home
	Note bool // the text of a note says so
}

// String names what says so, as reports do: "the note #12".
func (s *Silence) String() string {
	switch {
	case s.Home == nil:
		return "the options"
	case s.Note:
		return "the note " + strings.TrimPrefix(s.Home.Name(), "root")
	}
	return "the properties of " + strings.TrimPrefix(s.Home.Name(), "root")
}

// covers reports whether a run is what the silence is about. The run may be that of a
// prompt, and the silence written in the workflow beside it.
func (s *Silence) covers(run *workflows.Run) bool {
	if s.Home == nil {
		return true
	}
	graph := s.Home.Graph
	if s.Note && graph == graph.Part.Root {
		return true
	}
	if run != nil && run.Home.Graph.Part != graph.Part {
		run = graph.Part.Run(run.ID)
	}
	for ; run != nil; run = run.Parent {
		if run.Home == s.Home || s.Note && run.Home.Graph == graph {
			return true
		}
	}
	return false
}

// Told returns what a part says to wanfix that wanfix cannot use, such as names that are no
// rules.
func (s *Set) Told(part *workflows.Part) []workflows.Note { return s.readSilences(part).told }

// silencesOf returns all silences of a part, those of the options first.
func (s *Set) silencesOf(part *workflows.Part, o Options) []*Silence {
	var all []*Silence
	if len(o.Ignore) > 0 {
		all = append(all, &Silence{Names: o.Ignore})
	}
	return append(all, s.readSilences(part).all...)
}

// readSilences finds what a part says of itself, in the workflow beside a prompt too:
// "wanfix: ignore RULE, RULE" in the text of notes, and the property wanfix of nodes.
func (s *Set) readSilences(part *workflows.Part) *silenceReader {
	r := &silenceReader{set: s, left: maxSilenced}
	for _, p := range []*workflows.Part{part, part.Companion} {
		if p == nil {
			continue
		}
		for _, graph := range append([]*workflows.Graph{p.Root}, p.Definitions...) {
			for _, home := range graph.Homes {
				r.note(home)
				r.properties(home)
			}
		}
	}
	return r
}

// silenceReader collects silences, and what is wrong about them.
type silenceReader struct {
	set      *Set
	all      []*Silence
	told     []workflows.Note
	left     int // names that may still be read
	full     bool
	mistaken int
}

// marks are what Markdown and people put around names.
const marks = "`'\"*"

// ignored reads what follows "wanfix:" in a line of a note: the word ignore, and names with
// commas between them. meant tells whether it begins so.
func ignored(line string) (names []string, meant bool) {
	rest, meant := strings.CutPrefix(strings.TrimSpace(line), "ignore")
	if meant && strings.Trim(rest[:min(len(rest), 1)], " \t:") != "" {
		return nil, true // a word that only begins so
	}
	for more := meant; more; {
		rest = strings.TrimLeft(rest, " \t:"+marks)
		end := strings.IndexFunc(rest, func(c rune) bool { return !nameRune(c) })
		if end < 0 {
			end = len(rest)
		}
		name := strings.Trim(rest[:end], ".-") // what ends a sentence
		if name == "" {
			break
		}
		names = append(names, name)
		rest, more = strings.CutPrefix(strings.TrimLeft(rest[end:], " \t"+marks), ",")
	}
	return names, meant
}

func nameRune(c rune) bool {
	return c == '.' || c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// note reads the text of a note.
func (r *silenceReader) note(home *workflows.Home) {
	if home.Role() != roleNote {
		return
	}
	field, ok := home.Signature.Fields[fieldText]
	if !ok {
		return
	}
	var names []string
	for line := range strings.Lines(home.Written(field).String()) {
		_, after, found := strings.Cut(line, wanfix[1:]+":") // a sentence may begin with it
		if !found {
			continue
		}
		these, meant := ignored(after)
		names = append(names, these...)
		if meant && len(these) == 0 {
			r.mistake(home, "#%s names no rule to ignore: want wanfix: ignore RULE", home.ID)
		}
	}
	r.add(&Silence{Names: names, Home: home, Note: true})
}

// properties reads the property of a node: names as text or as a list, or an object that
// has them under ignore.
func (r *silenceReader) properties(home *workflows.Home) {
	property := home.Property(wanfix)
	if !property.Exists() {
		return
	}
	if property.IsObject() {
		property = property.Get("ignore")
	}
	var names []string
	switch {
	case property.Type == gjson.String:
		names = splitNames(property.Str)
	case property.IsArray():
		property.ForEach(func(_, name gjson.Result) bool {
			names = append(names, splitNames(name.String())...)
			return len(names) <= r.left
		})
	}
	if len(names) == 0 {
		r.mistake(home, `the property wanfix of #%s names no rule to ignore: want "RULE", ["RULE", …] or {"ignore": ["RULE", …]}`, home.ID)
	}
	r.add(&Silence{Names: names, Home: home})
}

// splitNames reads names with commas between them.
func splitNames(text string) []string {
	return strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(", \t\n"+marks, c) })
}

// add takes a silence, without the names that are no rules.
func (r *silenceReader) add(s *Silence) {
	slices.Sort(s.Names)
	s.Names = slices.Compact(s.Names)
	if len(s.Names) > r.left && !r.full {
		r.full = true
		r.tell(s.Home, "more than %d rules are ignored in the workflow: those from here on are not", maxSilenced)
	}
	s.Names = s.Names[:min(len(s.Names), r.left)]
	r.left -= len(s.Names)
	if len(s.Names) == 0 {
		return
	}
	known, _ := r.set.names() // who judges with the rules tells what is wrong with them
	s.Names = slices.DeleteFunc(s.Names, func(name string) bool {
		_, found := slices.BinarySearch(known, name)
		switch {
		case found:
		case r.mistaken >= maxMistaken:
			r.mistake(s.Home, "")
		default:
			r.mistake(s.Home, "#%s says what to ignore, but %v", s.Home.ID, r.set.Known(name))
		}
		return !found
	})
	if len(s.Names) > 0 {
		r.all = append(r.all, s)
	}
}

// mistake tells of something that cannot be used, if it is one of the first.
func (r *silenceReader) mistake(home *workflows.Home, format string, args ...any) {
	r.mistaken++
	switch {
	case r.mistaken <= maxMistaken:
		r.tell(home, format, args...)
	case r.mistaken == maxMistaken+1:
		r.tell(home, "from here on there are more mistakes in what is said to wanfix")
	}
}

func (r *silenceReader) tell(home *workflows.Home, format string, args ...any) {
	at := workflows.PositionOf(home.Graph.Part.File.Src, home.Span.Start)
	r.told = append(r.told, workflows.Note{Position: at, Words: fmt.Sprintf(format, args...)})
}
