package rewrite

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// stop is a node on the way to an execution: an instance of a subgraph, or at the end
// the node itself.
type stop struct {
	graphPath string
	graph     object
	index     int
	node      any
}

func (s stop) path() string { return s.graphPath + "/nodes/" + strconv.Itoa(s.index) }

// wayTo finds the nodes of an execution id such as "12:5", the outermost first.
func wayTo(root object, id string) (way []stop) {
	graphs := graphsIn("", root)
	path := ""
	for part := range strings.SplitSeq(id, ":") {
		graph := graphs[path]
		nodes := list(graph, "nodes")
		i := slices.IndexFunc(nodes, func(node any) bool {
			own := member(node, "id")
			return fmt.Sprint(own) == part || own == nil && part == ""
		})
		if i < 0 {
			return way
		}
		way = append(way, stop{path, graph, i, nodes[i]})
		for at, definition := range graphs {
			if at != "" && definition["id"] == member(nodes[i], "type") {
				path = at
			}
		}
	}
	return way
}

// wayInput is an input on the way that a value takes into a subgraph.
type wayInput struct {
	stop
	slot int
	link any
}

// inputsOnWay follows an input of the last stop through the borders of subgraphs.
func inputsOnWay(way []stop, name string) (inputs []wayInput) {
	for _, at := range slices.Backward(way) {
		k := slices.IndexFunc(list(at.node, "inputs"), func(in any) bool { return member(in, "name") == name })
		if k < 0 {
			break
		}
		link := member(list(at.node, "inputs")[k], "link")
		inputs = append(inputs, wayInput{at, k, link})
		origin, slot := originOf(at.graph, link)
		borders := list(at.graph, "inputs")
		if origin != "-10" || slot >= len(borders) {
			break
		}
		name = fmt.Sprint(member(borders[slot], "name"))
	}
	return inputs
}

// originOf returns where a link starts.
func originOf(graph object, link any) (id string, slot int) {
	for _, row := range list(graph, "links") {
		switch row := row.(type) {
		case []any:
			if len(row) > 2 && fmt.Sprint(row[0]) == fmt.Sprint(link) {
				return fmt.Sprint(row[1]), int(asNumber(row[2]))
			}
		case object:
			if fmt.Sprint(row["id"]) == fmt.Sprint(link) {
				return fmt.Sprint(row["origin_id"]), int(asNumber(row["origin_slot"]))
			}
		}
	}
	return "", 0
}

// sources returns the nodes that may hold the value of a widget of the last stop in its
// place, and the instances around them.
func sources(way []stop, widget string) (nodes []stop) {
	for range 10 {
		inputs := inputsOnWay(way, widget)
		if len(inputs) == 0 {
			break
		}
		last := throughEditor(inputs[len(inputs)-1])
		origin, _ := originOf(last.graph, last.link)
		depth := slices.IndexFunc(way, func(s stop) bool { return s.path() == last.path() })
		i := slices.IndexFunc(list(last.graph, "nodes"), func(node any) bool { return fmt.Sprint(member(node, "id")) == origin })
		if i < 0 {
			break
		}
		way = append(slices.Clone(way[:depth]), stop{last.graphPath, last.graph, i, list(last.graph, "nodes")[i]})
		nodes = append(nodes, way...)
		widget = "value"
	}
	return nodes
}

// throughEditor follows links through nodes that only the editor knows.
func throughEditor(in wayInput) wayInput {
	for range 20 {
		origin, _ := originOf(in.graph, in.link)
		node := nodeAt(list(in.graph, "nodes"), origin)
		switch kind := fmt.Sprint(member(node, "type")); {
		case kind == "GetNode":
			name := fmt.Sprint(member(node, "widgets_values"))
			for _, other := range list(in.graph, "nodes") {
				if member(other, "type") == "SetNode" && fmt.Sprint(member(other, "widgets_values")) == name {
					node = other
				}
			}
		case !strings.Contains(kind, "Reroute"):
			return in
		}
		if len(list(node, "inputs")) == 0 {
			return in
		}
		in.link = member(list(node, "inputs")[0], "link")
	}
	return in
}

// checkDefinitions looks whether subgraphs are as whole as they were.
func checkDefinitions(t *testing.T, name string, was, is any) {
	t.Helper()
	results := graphsIn("", is)
	for path, graph := range graphsIn("", was) {
		if path == "" {
			continue
		}
		before := faults(withBorders(graph))
		for fault := range faults(withBorders(results[path])) {
			if !before[fault] {
				t.Errorf("%s%s: new fault: %s", name, path, fault)
			}
		}
	}
}
