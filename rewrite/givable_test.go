package rewrite

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// checkGiven compares a file with what it was: nothing is broken, what is new lies
// free, and nothing differs but what gives may touch.
func checkGiven(t *testing.T, name string, text []byte, r *Result) {
	t.Helper()
	for _, each := range apart(t, name, text, r) {
		checkGivenPart(t, each.name, each.text, each.result)
	}
}

// checkGivenPart does so for one workflow, where more may be allowed besides.
func checkGivenPart(t *testing.T, name string, text []byte, r *Result, besides ...func(path string) bool) {
	t.Helper()
	if !r.Changed {
		return
	}
	was, is := decoded(t, strings.TrimPrefix(string(text), "\xef\xbb\xbf")), decoded(t, strings.TrimPrefix(string(r.Out), "\xef\xbb\xbf"))
	used := numbersIn(was, "id", "last_node_id", "lastNodeId")
	results := graphsIn("", is)
	var allowed []string
	for path, graph := range graphsIn("", was) {
		result := results[path]
		before := faults(withBorders(graph))
		for fault := range faults(withBorders(result)) {
			if !before[fault] {
				t.Errorf("%s%s: new fault: %s", name, path, fault)
			}
		}
		var added []any
		if _, isUI := graph["nodes"].([]any); isUI {
			var wrong []string
			if added, wrong = additions(graph, result, used); len(wrong) > 0 {
				t.Errorf("%s%s: %v", name, path, wrong)
			}
			result["nodes"] = list(result, "nodes")[:len(list(graph, "nodes"))]
			for i, node := range list(graph, "nodes") {
				if had := list(node, "inputs"); len(had) > 0 { // what comes behind is for the faults
					result := list(result, "nodes")[i].(object)
					result["inputs"] = list(result, "inputs")[:len(had)]
				}
			}
			for _, g := range []object{graph, result} {
				g["links"] = setOf(list(g, "links"))
			}
		}
		for _, rest := range givable(graph, added, r.Parts[0]) {
			allowed = append(allowed, path+rest)
		}
	}
	for _, path := range differences("", was, is) {
		fits := func(a string) bool {
			begin, open := strings.CutSuffix(a, "*")
			return a == path || open && strings.HasPrefix(path, begin)
		}
		if !slices.ContainsFunc(allowed, fits) && !slices.ContainsFunc(besides, func(may func(string) bool) bool { return may(path) }) {
			t.Errorf("%s: %s differs, which no change explains", name, path)
		}
	}
}

// graphsIn returns the root of a workflow and its subgraphs, by their paths.
func graphsIn(path string, file any) map[string]object {
	graph, ok := file.(object)
	if !ok {
		return nil
	}
	graphs := map[string]object{path: graph}
	for i, definition := range list(member(file, "definitions"), "subgraphs") {
		maps.Copy(graphs, graphsIn(fmt.Sprintf("%s/definitions/subgraphs/%d", path, i), definition))
	}
	return graphs
}

// withBorders returns a subgraph with a node for each of its borders.
func withBorders(graph object) object {
	if member(graph, "inputNode") == nil {
		return graph
	}
	whole := maps.Clone(graph)
	from, to := object{"id": "-10"}, object{"id": "-20"}
	var outputs, inputs []any
	for _, slot := range list(graph, "inputs") {
		outputs = append(outputs, object{"links": member(slot, "linkIds")})
	}
	for i, slot := range list(graph, "outputs") {
		input := object{"name": i}
		if links := list(slot, "linkIds"); len(links) > 0 {
			input["link"] = links[0]
		}
		inputs = append(inputs, input)
	}
	from["outputs"], to["inputs"] = outputs, inputs
	whole["nodes"] = slices.Concat(list(graph, "nodes"), []any{from, to})
	return whole
}

// setOf returns the rows of a link table as an object, whose order does not matter.
func setOf(rows []any) object {
	set := object{}
	for _, row := range rows {
		set[fmt.Sprint(row)] = true
	}
	return set
}

// givable returns what of a graph gives may touch, as paths or beginnings of paths that
// end in *: the input of each taker, the widgets of what supplies it, and the links of
// new nodes.
func givable(graph object, added []any, part PartResult) (allowed []string) {
	nodes, isUI := graph["nodes"].([]any)
	here := func(run *workflows.Run) (at string, ok bool) {
		if id, isDefinition := graph["inputNode"], run.Home.Graph.ID != ""; (id != nil) != isDefinition || isDefinition && graph["id"] != run.Home.Graph.ID {
			return "", false
		}
		if !isUI {
			return "/" + run.ID, true
		}
		return "/nodes/" + fmt.Sprint(slices.IndexFunc(nodes, func(node any) bool { return fmt.Sprint(member(node, "id")) == run.Home.ID })), true
	}
	allowed = append(allowed, "/last_node_id", "/last_link_id", "/state/lastNodeId", "/state/lastLinkId")
	for _, node := range added {
		id := fmt.Sprint(member(node, "id"))
		allowed = append(allowed, "/inputs/*") // the faults tell whether they are right
		for n := range nodes {
			allowed = append(allowed, fmt.Sprintf("/nodes/%d/outputs*", n))
		}
		for _, out := range list(node, "outputs") {
			for _, link := range list(out, "links") {
				allowed = append(allowed, fmt.Sprintf("/links/[%v %s *", link, id), fmt.Sprintf("/links/map[id:%v *", link))
			}
		}
	}
	for _, c := range part.Changes {
		if c.Op != workflows.OpGive {
			continue
		}
		run := part.Part.Run(c.Run)
		if at, ok := here(run); ok {
			allowed = append(allowed, takable(nodes, at, run, part, c.Change)...)
		}
		for _, from := range rules.SupplyOf(run, c.Name).Runs {
			if at, ok := here(from); ok {
				allowed = append(allowed, at+"/widgets_values/*", at+"/widgets_values_named/*", at+"/inputs/*")
			}
			for _, in := range from.Home.Inputs() {
				by := from.Wire(in.Name).From
				if by == nil || in.Widget == "" && isUI {
					continue
				}
				if at, ok := here(by); ok {
					allowed = append(allowed, at+"/widgets_values/*", at+"/inputs/value")
				}
			}
		}
	}
	return allowed
}

// takable returns what a give may touch at its taker.
func takable(nodes []any, at string, run *workflows.Run, part PartResult, c workflows.Change) (allowed []string) {
	if nodes == nil {
		if from := part.After.Run(c.Run).Wire(c.Name).From; part.Part.Run(from.ID) == nil {
			allowed = append(allowed, "/"+from.ID)
		}
		return append(allowed, at+"/inputs/"+c.Name, at+"/inputs/"+c.Name+"/*")
	}
	slots := list(nodeAt(nodes, run.Home.ID), "inputs")
	if len(slots) == 0 {
		return []string{at + "/inputs", at + "/inputs/+map[*"}
	}
	for k, in := range slots {
		if member(in, "name") == c.Name {
			allowed = append(allowed, fmt.Sprintf("%s/inputs/%d/link", at, k), fmt.Sprintf("/links/[%v *", member(in, "link")), fmt.Sprintf("/links/map[id:%v *", member(in, "link")))
		}
	}
	return allowed
}

func nodeAt(nodes []any, id string) any {
	i := slices.IndexFunc(nodes, func(node any) bool { return fmt.Sprint(member(node, "id")) == id })
	if i < 0 {
		return nil
	}
	return nodes[i]
}
