package rewrite

import (
	"fmt"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// prove compares a file before and after changes, part by part: every change is
// there, everything else of every node is as it was, and of the links just those
// are gone that were to be cut, at both ends.
func prove(before, after *workflows.File, changes [][]workflows.Change) error {
	if len(before.Parts) != len(after.Parts) {
		return fmt.Errorf("%d workflows became %d", len(before.Parts), len(after.Parts))
	}
	for i, part := range before.Parts {
		if len(changes[i]) == 0 {
			continue
		}
		if err := provePart(part, after.Parts[i], changes[i]); err != nil {
			return err
		}
		if part.Companion == nil {
			continue
		}
		if err := proveCompanion(part, after.Parts[i], changes[i]); err != nil {
			return fmt.Errorf("in %s: %w", part.Companion.Path, err)
		}
	}
	return proveRest(before, after, changes)
}

func provePart(before, after *workflows.Part, changes []workflows.Change) error {
	if len(before.Definitions) != len(after.Definitions) {
		return fmt.Errorf("%d subgraphs became %d", len(before.Definitions), len(after.Definitions))
	}
	for _, c := range changes {
		if err := proveChange(after, c); err != nil {
			return err
		}
	}
	e := expect(before, after, changes)
	if err := proveGives(before, after, changes); err != nil {
		return err
	}
	if err := proveDrivers(before, changes); err != nil {
		return err
	}
	results := graphsOf(after)
	for i, graph := range graphsOf(before) {
		if err := proveGraph(graph, results[i], e); err != nil {
			return err
		}
	}
	for _, c := range e.all() {
		if err := e.proveNeighbours(before.Run(c.Run), after.Run(c.Run)); err != nil {
			return err
		}
	}
	for _, run := range e.cuts {
		if err := e.proveNeighbours(run, after.Run(run.ID)); err != nil {
			return err
		}
	}
	if len(before.Definitions) > 0 || slices.ContainsFunc(changes, isGive) {
		return e.proveOthers(before, after)
	}
	return nil // every node is executed once, as it is written
}

func isGive(c workflows.Change) bool { return c.Op == workflows.OpGive }

// graphsOf returns the root of a part and its subgraphs.
func graphsOf(part *workflows.Part) []*workflows.Graph {
	return slices.Concat([]*workflows.Graph{part.Root}, part.Definitions)
}

// proveGraph compares a graph with what became of it.
func proveGraph(graph, result *workflows.Graph, e *expected) error {
	touched, cut := e.touched(graph, result)
	if len(touched) == 0 && graph.Part.File.Text(graph.LinkTable()) != result.Part.File.Text(result.LinkTable()) {
		return fmt.Errorf("the links of %s were changed", graphName(graph))
	}
	if err := proveHomes(graph, result, touched); err != nil {
		return err
	}
	if err := proveNewLinks(graph, result); err != nil {
		return err
	}
	return proveLinks(graph, result, cut)
}

func graphName(graph *workflows.Graph) string {
	if graph.ID == "" {
		return "the workflow"
	}
	return fmt.Sprintf("subgraph %q", graph.Name)
}

// startsAt returns a link out of some that a node lists at its outputs.
func startsAt(home *workflows.Home, links map[int64]bool) (link int64, ok bool) {
	for _, output := range home.Outputs() {
		if i := slices.IndexFunc(output.Links, func(id int64) bool { return links[id] }); i >= 0 {
			return output.Links[i], true
		}
	}
	return 0, false
}

// members are the members of a node's text that changes are about.
type members []string

// proveChange looks for a change in the result.
func proveChange(after *workflows.Part, c workflows.Change) error {
	run := after.Run(c.Run)
	if run == nil {
		return fmt.Errorf("node #%s is gone", c.Run)
	}
	switch c.Op {
	case workflows.OpGive:
		return nil // see proveGives
	case workflows.OpUnplug:
		if in := run.Home.Input(c.Name); in != nil && in.Linked && (!run.Inside() || run.Wire(c.Name).Arrives()) {
			return fmt.Errorf("%s of %s is still linked", c.Name, run)
		}
		return nil
	}
	v := run.Value(c.Name)
	if !sameJSON(v.Result, gjson.Parse(c.Value)) {
		return fmt.Errorf("%s of %s is %s, not %s", c.Name, run, v.Raw, c.Value)
	}
	sites := v.Sites
	switch v.Source {
	case workflows.ByLink:
		return nil // what is written at the node itself is dead
	case workflows.ByPrimary: // the editor writes to what it drives itself
		if v.From.Parent != run.Parent {
			break
		}
		sites = slices.Concat(sites, run.Home.Sites(c.Name))
	}
	for _, site := range sites {
		if v := after.File.Value(site.Span); !sameJSON(v, gjson.Parse(c.Value)) {
			return fmt.Errorf("a copy of %s of %s is %s, not %s", c.Name, run, v.Raw, c.Value)
		}
	}
	return nil
}

func sameJSON(a, b gjson.Result) bool {
	return a.Type == b.Type && (a.Raw == b.Raw || a.Type == gjson.String && a.Str == b.Str)
}

// proveHomes compares every node of a graph, but for the members that changes are
// about. New nodes, which come last, are for proveGives.
func proveHomes(graph, result *workflows.Graph, touched map[*workflows.Home]members) error {
	if len(result.Homes) < len(graph.Homes) {
		return fmt.Errorf("%d nodes became %d", len(graph.Homes), len(result.Homes))
	}
	for i, home := range graph.Homes {
		same := result.Homes[i]
		if home.ID != same.ID || home.Class != same.Class {
			return fmt.Errorf("%s became %s", home.Name(), same.Name())
		}
		was, is := graph.Part.File.Text(home.Span), result.Part.File.Text(same.Span)
		if was != is && !sameBut(was, is, touched[home]) {
			return fmt.Errorf("%s was changed, and nothing asked for it", home.Name())
		}
	}
	return nil
}

// sameBut compares two nodes' texts but for some of their members.
func sameBut(was, is string, about members) bool {
	others := func(text string) (list []string) {
		gjson.Parse(text).ForEach(func(key, value gjson.Result) bool {
			if !slices.Contains(about, key.Str) {
				list = append(list, key.Raw+value.Raw)
			}
			return true
		})
		return list
	}
	return len(about) > 0 && slices.Equal(others(was), others(is))
}
