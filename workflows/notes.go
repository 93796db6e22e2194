package workflows

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tidwall/gjson"
)

// Note tells of something that is odd about a workflow, and where: what ComfyUI's editor
// makes of it, or why it is left alone. Its text is "line:col: words".
type Note struct {
	Position
	Words string
}

// Compare orders notes by their position.
func (n Note) Compare(other Note) int { return cmp.Or(n.Line-other.Line, n.Col-other.Col) }

func (n Note) String() string { return n.Position.String() + ": " + n.Words }

// Notes returns what is odd about a part, in the order of the text.
func (p *Part) Notes() []Note {
	var notes []Note
	add := func(offset int, format string, args ...any) {
		notes = append(notes, Note{PositionOf(p.File.Src, offset), fmt.Sprintf(format, args...)})
	}
	for _, g := range append([]*Graph{p.Root}, p.Definitions...) {
		if n := g.LostLinks(); n > 0 {
			add(g.linkTable.Start, "%s: the editor loses them (%d of %d)", g.linksAre(), n, n+len(g.Links()))
		}
		seen := make(map[string]bool, len(g.Homes))
		for _, h := range g.Homes {
			if seen[h.ID] && h.ID != "" {
				add(h.Span.Start, "two nodes have the id %s: the editor gives one of them another, and links go astray", h.ID)
			}
			seen[h.ID] = true
		}
	}
	switch at, word, n := p.placeholders(); {
	case n == 1:
		add(at, "%s stands for a value that is filled in later: it is left alone", word)
	case n > 1:
		add(at, "%s, the first of %d placeholders, stands for a value that is filled in later: they are left alone", word, n)
	}
	slices.SortStableFunc(notes, Note.Compare)
	return notes
}

// linksAre says why the editor does not read a link table, or a part of it.
func (g *Graph) linksAre() string {
	if g.listLinks {
		return "links are objects, which version 0.4 does not have"
	}
	return "links are lists, which only version 0.4 has"
}

// placeholders counts the values that are placeholders. The first one is returned.
func (p *Part) placeholders() (at int, word string, count int) {
	for _, g := range append([]*Graph{p.Root}, p.Definitions...) {
		for _, h := range g.Homes {
			held := h.widgetsSpan
			if p.Form == API {
				held = h.inputsSpan
			}
			if held.Empty() {
				continue
			}
			each(p.File.Value(held), func(_, value gjson.Result) bool {
				if placeholder(value) {
					if count == 0 {
						at, word = value.Index, value.Str
					}
					count++
				}
				return true
			})
		}
	}
	return at, word, count
}
