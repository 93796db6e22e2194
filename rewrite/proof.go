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
	for i := range before.Parts {
		if len(changes[i]) == 0 {
			continue
		}
		if err := provePart(before.Parts[i], after.Parts[i], changes[i]); err != nil {
			return err
		}
	}
	return nil
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
	if err := proveGives(before, after, changes); err != nil {
		return err
	}
	all := slices.Concat(changes, consequences(before, changes))
	results := graphsOf(after)
	for i, graph := range graphsOf(before) {
		if err := proveGraph(graph, results[i], all); err != nil {
			return err
		}
	}
	for _, c := range all {
		if err := proveNeighbours(before.Run(c.Run), after.Run(c.Run), all); err != nil {
			return err
		}
	}
	return nil
}

// graphsOf returns the root of a part and its subgraphs.
func graphsOf(part *workflows.Part) []*workflows.Graph {
	return slices.Concat([]*workflows.Graph{part.Root}, part.Definitions)
}

// proveGraph compares a graph with what became of it.
func proveGraph(graph, result *workflows.Graph, changes []workflows.Change) error {
	touched, cut := touchedBy(graph, result, changes)
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

// touchedBy tells which members of which nodes of a graph changes are about, and which
// links go with them.
func touchedBy(graph, result *workflows.Graph, changes []workflows.Change) (touched map[*workflows.Home]members, cut map[int64]bool) {
	touched, cut = map[*workflows.Home]members{}, map[int64]bool{}
	for _, c := range changes {
		home := graph.Part.Run(c.Run).Home
		if home.Graph != graph {
			continue
		}
		in := home.Input(c.Name)
		if graph.Part.Form == workflows.UI && in != nil && in.Linked {
			_, stays := result.Link(in.Link)
			cut[in.Link] = c.Op == workflows.OpUnplug || !stays
		}
		if graph.Part.Form == workflows.API || c.Op != workflows.OpSet || in != nil && cut[in.Link] {
			touched[home] = append(touched[home], "inputs")
		}
		if c.Op == workflows.OpSet {
			touched[home] = append(touched[home], "widgets_values", "widgets_values_named")
		}
	}
	if len(touched) == 0 {
		return touched, cut
	}
	news := map[int64]bool{}
	for id := range result.Links() {
		_, old := graph.Link(id)
		news[id] = !old
	}
	for i, home := range graph.Homes {
		_, ends := startsAt(home, cut)
		starts := false
		if i < len(result.Homes) {
			_, starts = startsAt(result.Homes[i], news)
		}
		if ends || starts {
			touched[home] = append(touched[home], "outputs")
		}
	}
	return touched, cut
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
		if in := run.Home.Input(c.Name); in != nil && in.Linked {
			return fmt.Errorf("%s of %s is still linked", c.Name, run)
		}
		return nil
	}
	if v := run.Value(c.Name); !sameJSON(v.Result, gjson.Parse(c.Value)) {
		return fmt.Errorf("%s of %s is %s, not %s", c.Name, run, v.Raw, c.Value)
	}
	for _, site := range run.Home.Sites(c.Name) {
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

// proveNeighbours compares what stands beside changes in the same node: its other
// widgets and inputs.
func proveNeighbours(was, is *workflows.Run, changes []workflows.Change) error {
	changed := func(of func(name string) bool) bool {
		return slices.ContainsFunc(changes, func(c workflows.Change) bool { return c.Run == was.ID && of(c.Name) })
	}
	if class := was.Home.Signature; class != nil {
		for _, in := range class.Inputs() {
			before := was.Home.Written(in.Name)
			same := !before.Exists() || before.Raw == is.Home.Written(in.Name).Raw
			if !same && !changed(func(name string) bool { return name == in.Name }) {
				return fmt.Errorf("%s of %s was changed, and nothing asked for it", in.Name, was)
			}
		}
	}
	inputs, results := was.Home.Inputs(), is.Home.Inputs()
	for i := range inputs {
		in := &inputs[i]
		k := i
		if was.Home.Graph.Part.Form == workflows.API { // where inputs have no places, but names
			k = slices.IndexFunc(results, func(result workflows.Input) bool { return result.Name == in.Name })
		}
		if !sameLink(in, results, k) && !changed(func(name string) bool { return was.Home.Input(name) == in }) {
			return fmt.Errorf("the link into %s of %s was changed, and nothing asked for it", in.Name, was)
		}
	}
	return nil
}

func sameLink(in *workflows.Input, results []workflows.Input, k int) bool {
	if k < 0 || k >= len(results) {
		return false
	}
	result := results[k]
	return in.Linked == result.Linked && in.Link == result.Link && in.Origin == result.Origin && in.OriginSlot == result.OriginSlot
}

// proveLinks compares the link tables, and looks whether links that are cut are
// cut at both ends.
func proveLinks(before, after *workflows.Graph, cut map[int64]bool) error {
	links, results := before.Links(), after.Links()
	for id, link := range links {
		result, there := results[id]
		switch {
		case there && cut[id]:
			return fmt.Errorf("link %d is still in the link table", id)
		case !there && !cut[id]:
			return fmt.Errorf("link %d is lost", id)
		case there && (link.Origin != result.Origin || link.Target != result.Target ||
			link.OriginSlot != result.OriginSlot || link.TargetSlot != result.TargetSlot):
			return fmt.Errorf("link %d leads elsewhere", id)
		}
	}
	for _, home := range after.Homes {
		if link, ok := startsAt(home, cut); ok {
			return fmt.Errorf("link %d still starts at %s", link, home.Name())
		}
	}
	return proveBorders(before, after, cut)
}

// proveBorders compares the slots at the edge of a subgraph: no link is missing that
// was not cut, and none is listed that is not there.
func proveBorders(before, after *workflows.Graph, cut map[int64]bool) error {
	if len(before.Inputs) != len(after.Inputs) || len(before.Outputs) != len(after.Outputs) {
		return fmt.Errorf("the border of %s was changed", graphName(before))
	}
	results := slices.Concat(after.Inputs, after.Outputs)
	for i, slot := range slices.Concat(before.Inputs, before.Outputs) {
		for _, id := range slot.Links {
			if !cut[id] && !slices.Contains(results[i].Links, id) {
				return fmt.Errorf("link %d is lost at the border of %s", id, graphName(before))
			}
		}
		for _, id := range results[i].Links {
			if _, there := after.Link(id); !slices.Contains(slot.Links, id) && !there || cut[id] {
				return fmt.Errorf("link %d is listed at the border of %s, and is not there", id, graphName(before))
			}
		}
	}
	return nil
}
