package workflows

import (
	"strconv"

	"github.com/tidwall/gjson"
)

// Link is one row of a graph's link table.
type Link struct {
	ID                     int64
	Origin, Target         string // node ids as text: files mix 7, 7.0 and "7"
	OriginSlot, TargetSlot int
	Type                   string
	Span                   Span
}

// Link returns the row with that id of the graph's link table.
func (g *Graph) Link(id int64) (Link, bool) {
	g.readLinks()
	link, ok := g.links[id]
	return link, ok
}

// LostLinks counts the rows of the link table that the editor cannot read: lists where
// the version asks for objects, or objects where it asks for lists.
func (g *Graph) LostLinks() int {
	g.readLinks()
	return g.lostLinks
}

// ListLinks reports whether the version of the graph asks for links as lists.
func (g *Graph) ListLinks() bool { return g.listLinks }

// LinkTable returns the span of the link table, empty where there is none.
func (g *Graph) LinkTable() Span { return g.linkTable }

// Links returns the rows of the link table by id.
func (g *Graph) Links() map[int64]Link {
	g.readLinks()
	return g.links
}

// Extra returns the span of the graph's "extra", where schema 0.4 keeps native
// reroutes, and Reroutes that of "reroutes", where schema 1 does.
func (g *Graph) Extra() Span    { return g.extra }
func (g *Graph) Reroutes() Span { return g.reroutes }

// readLinks reads the table: rows are lists in schema 0.4, objects in schema 1
// and in subgraph definitions. A row of the other kind is no link to the editor.
func (g *Graph) readLinks() {
	if g.links != nil {
		return
	}
	g.links = map[int64]Link{}
	if g.linkTable.Empty() {
		return
	}
	each(g.Part.File.Value(g.linkTable), func(_, row gjson.Result) bool {
		var link Link
		switch {
		case row.IsArray() && g.listLinks:
			link = linkFromList(row)
		case row.IsObject() && !g.listLinks:
			link = linkFromObject(row)
		default:
			if row.Get("id").Exists() || row.Get("0").Exists() {
				g.lostLinks++
			}
			return true
		}
		link.Span = SpanOf(row)
		g.links[link.ID] = link
		return true
	})
}

func linkFromList(row gjson.Result) (link Link) {
	i := 0
	each(row, func(_, value gjson.Result) bool {
		switch i {
		case 0:
			link.ID = value.Int()
		case 1:
			link.Origin = value.String()
		case 2:
			link.OriginSlot = int(value.Int())
		case 3:
			link.Target = value.String()
		case 4:
			link.TargetSlot = int(value.Int())
		case 5:
			link.Type = value.String()
		}
		i++
		return true
	})
	return link
}

func linkFromObject(row gjson.Result) (link Link) {
	each(row, func(key, value gjson.Result) bool {
		switch key.Str {
		case "id":
			link.ID = value.Int()
		case "origin_id":
			link.Origin = value.String()
		case "origin_slot":
			link.OriginSlot = int(value.Int())
		case "target_id":
			link.Target = value.String()
		case "target_slot":
			link.TargetSlot = int(value.Int())
		case "type":
			link.Type = value.String()
		}
		return true
	})
	return link
}

// linkIDs reads the ids of the links that start or end at a slot.
func linkIDs(list gjson.Result) (ids []int64) {
	each(list, func(_, id gjson.Result) bool {
		ids = append(ids, id.Int())
		return true
	})
	return ids
}

// FromBorder reports whether a link starts at the input border of a subgraph.
func (g *Graph) FromBorder(link Link) bool { return g.ID != "" && link.Origin == g.inputNode }

// linkInto returns the link that ends at an input of h, whatever the form.
func (g *Graph) linkInto(h *Home, in *Input) (Link, bool) {
	if g.Part.Form == API {
		return Link{Origin: in.Origin, OriginSlot: in.OriginSlot, Target: h.ID, Type: in.Type}, true
	}
	return g.Link(in.Link)
}

// apiLink reads the API form of a link, ["12", 0].
func apiLink(value gjson.Result) (origin string, slot int, ok bool) {
	if !value.IsArray() {
		return "", 0, false
	}
	two := value.Array()
	if len(two) != 2 || two[0].Type == gjson.JSON || two[1].Type != gjson.Number {
		return "", 0, false
	}
	slot, err := strconv.Atoi(two[1].Raw)
	return two[0].String(), slot, err == nil
}
