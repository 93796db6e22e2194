package rewrite

import (
	"fmt"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// touched tells which members of which nodes of a graph changes are about, and which
// links go with them.
func (e *expected) touched(graph, result *workflows.Graph) (touched map[*workflows.Home]members, cut map[int64]bool) {
	touched, cut = map[*workflows.Home]members{}, map[int64]bool{}
	for in, run := range e.cuts {
		if run.Home.Graph == graph {
			cut[in.Link] = true
			touched[run.Home] = append(touched[run.Home], "inputs")
		}
	}
	for _, c := range e.all() {
		home := graph.Part.Run(c.Run).Home
		if home.Graph != graph {
			continue
		}
		in := home.Input(c.Name)
		if graph.Part.Form == workflows.UI && in != nil && in.Linked && !cut[in.Link] {
			_, stays := result.Link(in.Link)
			cut[in.Link] = !stays
		}
		if graph.Part.Form == workflows.API || c.Op == workflows.OpGive || in != nil && cut[in.Link] {
			touched[home] = append(touched[home], "inputs")
		}
		if c.Op == workflows.OpSet {
			touched[home] = append(touched[home], "widgets_values", "widgets_values_named", "widgets_values_ordered")
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

// proveNeighbours compares what stands beside changes in the same node: its other
// widgets and inputs.
func (e *expected) proveNeighbours(was, is *workflows.Run) error {
	names := e.names[was.Home]
	linked := map[*workflows.Input]bool{} // inputs that changes are about
	for name := range names {
		linked[was.Home.Input(name)] = true
	}
	if class := was.Home.Signature; class != nil {
		for _, in := range class.Inputs() {
			before := was.Home.Written(in.Name)
			same := !before.Exists() || before.Raw == is.Home.Written(in.Name).Raw
			if !same && !names[in.Name] {
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
		if !sameLink(in, results, k) && e.cuts[in] == nil && !linked[in] {
			return fmt.Errorf("the link into %s of %s was changed, and nothing asked for it", in.Name, was)
		}
	}
	if !e.sameValues(was.Home, is.Home) {
		return fmt.Errorf("values of %s were changed, and nothing asked for it", was)
	}
	return nil
}

// sameValues compares what two nodes store of their widgets in the UI form, but for what
// changes are about and for what comes behind.
func (e *expected) sameValues(was, is *workflows.Home) bool {
	before, after := was.Graph.Part.File.Value(was.Span), is.Graph.Part.File.Value(is.Span)
	for _, key := range []string{"widgets_values", "widgets_values_named"} {
		kept := map[string]string{}
		after.Get(key).ForEach(func(name, value gjson.Result) bool {
			kept[name.String()] = value.Raw
			return true
		})
		same := true
		before.Get(key).ForEach(func(name, value gjson.Result) bool {
			same = same && (e.sites[workflows.SpanOf(value)] || kept[name.String()] == value.Raw)
			return same
		})
		if !same {
			return false
		}
	}
	return true
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

// proveNewLinks looks whether links that are new are whole, and belong to new nodes.
func proveNewLinks(before, after *workflows.Graph) error {
	for id, link := range after.Links() {
		if _, old := before.Link(id); old {
			continue
		}
		origin, target := after.Home(link.Origin), after.Home(link.Target)
		if after.FromBorder(link) && target != nil && before.Home(link.Target) == nil {
			if link.OriginSlot >= len(after.Inputs) || !slices.Contains(after.Inputs[link.OriginSlot].Links, id) {
				return fmt.Errorf("link %d does not start at the border", id)
			}
			continue
		}
		switch {
		case origin == nil || target == nil:
			return fmt.Errorf("link %d leads nowhere", id)
		case before.Home(link.Origin) != nil && before.Home(link.Target) != nil:
			return fmt.Errorf("link %d is new", id)
		case link.OriginSlot >= len(origin.Outputs()) || !slices.Contains(origin.Outputs()[link.OriginSlot].Links, id):
			return fmt.Errorf("link %d does not start at %s", id, origin.Name())
		case link.TargetSlot >= len(target.Inputs()) || !target.Inputs()[link.TargetSlot].Linked || target.Inputs()[link.TargetSlot].Link != id:
			return fmt.Errorf("link %d does not end at %s", id, target.Name())
		}
	}
	return nil
}
