package rewrite

import (
	"math"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// box is the room that a node takes on the canvas, its title included.
type box struct{ x, y, w, h float64 }

const (
	titleHeight = 30 // above a node's own position
	rowHeight   = 24 // of a widget or a slot
	gap         = 40 // between nodes
)

// boxesOf returns the boxes of all nodes that say where they stand, and of the borders
// of a subgraph.
func boxesOf(graph *workflows.Graph) []box {
	boxes := []box{}
	if graph.ID != "" {
		text := graph.Part.File.Value(graph.Span)
		for _, border := range []string{"inputNode.bounding", "outputNode.bounding"} {
			if at := text.Get(border).Array(); len(at) == 4 {
				boxes = append(boxes, box{at[0].Num, at[1].Num, at[2].Num, at[3].Num})
			}
		}
	}
	for _, home := range graph.Homes {
		if b, ok := boxOf(graph.Part.File.Value(home.Span)); ok {
			boxes = append(boxes, b)
		}
	}
	return boxes
}

// boxOf reads where a node stands: pos and size are lists, or objects in old files.
func boxOf(node gjson.Result) (b box, ok bool) {
	pos, size := node.Get("pos"), node.Get("size")
	if !pos.Get("0").Exists() || !pos.Get("1").Exists() {
		return box{}, false
	}
	b = box{pos.Get("0").Num, pos.Get("1").Num - titleHeight, 210, 100}
	if size.Get("0").Exists() && size.Get("1").Exists() {
		b.w, b.h = size.Get("0").Num, size.Get("1").Num
	}
	b.h += titleHeight
	return b, true
}

func (b box) overlaps(other box) bool {
	return b.x < other.x+other.w && other.x < b.x+b.w && b.y < other.y+other.h && other.y < b.y+b.h
}

// place finds room for a node of some size: left of another if there is any, else
// below everything. It returns the node's position and takes the room.
func (g *growth) place(graph *workflows.Graph, near box, w, h float64) (x, y float64) {
	b := box{math.Round(near.x), math.Round(near.y), w, h + titleHeight}
	free := func() bool {
		for _, other := range g.boxes[graph] {
			if b.overlaps(other) {
				return false
			}
		}
		return true
	}
	const columns, rows = 3, 20
	for column := range columns {
		for row := range 2 * rows {
			step := float64((row + 1) / 2 * gap)
			if row%2 == 0 {
				step = -step
			}
			b.x = math.Round(near.x) - float64(column+1)*(w+gap)
			b.y = math.Round(near.y) + step
			if free() {
				g.boxes[graph] = append(g.boxes[graph], b)
				return b.x, b.y + titleHeight
			}
		}
	}
	b.x, b.y = math.Round(near.x), 0
	for _, other := range g.boxes[graph] {
		b.y = max(b.y, math.Ceil(other.y+other.h)+gap)
	}
	g.boxes[graph] = append(g.boxes[graph], b)
	return b.x, b.y + titleHeight
}
