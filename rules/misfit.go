package rules

import (
	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// misfit is a value that its widget does not take as it is: ComfyUI refuses it, or makes
// something else of it.
type misfit struct {
	run *workflows.Run
	workflows.Loaded
	// becomes is what ComfyUI makes of the value, a number or bool; nil where it refuses it.
	becomes any
}

// misfits finds the misfits of the nodes that ComfyUI executes. What is written once,
// inside a subgraph, is one of each of its runs.
func misfits(part *workflows.Part) (all []*misfit) {
	unfit := func(in *workflows.InputType, value gjson.Result) bool {
		_, judged := serve(in, value, part.Form)
		return judged
	}
	loaded := map[*workflows.Home][]workflows.Loaded{}
	fed := map[*workflows.Graph]map[string]bool{}
	for _, run := range part.Runs {
		home := run.Home
		if home.Signature == nil || onlyInEditor(home.Role()) || !run.Active() {
			continue
		}
		if _, known := loaded[home]; !known {
			loaded[home] = home.Loaded(unfit)
		}
		for _, l := range loaded[home] {
			becomes, _ := serve(l.Input, l.Value, part.Form)
			if fed[home.Graph] == nil {
				fed[home.Graph] = origins(home.Graph)
			}
			if !home.Signature.Final && !fed[home.Graph][home.ID] {
				break // nobody asks for what it gives, so nobody looks at what it takes
			}
			all = append(all, &misfit{run, l, becomes})
		}
	}
	return all
}

// origins are the ids of the nodes of a graph at which links start.
func origins(graph *workflows.Graph) map[string]bool {
	ids := map[string]bool{}
	for _, link := range graph.Links() {
		ids[link.Origin] = true
	}
	if graph.Part.Form == workflows.API {
		for _, home := range graph.Homes {
			for _, in := range home.Inputs() {
				ids[in.Origin] = ids[in.Origin] || in.Linked
			}
		}
	}
	return ids
}
