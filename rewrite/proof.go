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
	for _, c := range changes {
		if err := proveChange(after, c); err != nil {
			return err
		}
	}
	if err := proveGives(before, after, changes); err != nil {
		return err
	}
	all := slices.Concat(changes, consequences(before, changes))
	touched, cut := touchedBy(before, after, all)
	if err := proveHomes(before, after, touched); err != nil {
		return err
	}
	for _, c := range all {
		if err := proveNeighbours(before.Run(c.Run), after.Run(c.Run), all); err != nil {
			return err
		}
	}
	if err := proveNewLinks(before.Root, after.Root); err != nil {
		return err
	}
	return proveLinks(before.Root, after.Root, cut)
}

// touchedBy tells which members of which nodes changes are about, and which links go
// with them.
func touchedBy(before, after *workflows.Part, changes []workflows.Change) (touched map[string]members, cut map[int64]bool) {
	touched, cut = map[string]members{}, map[int64]bool{}
	for _, c := range changes {
		home := before.Run(c.Run).Home
		in := home.Input(c.Name)
		if before.Form == workflows.UI && in != nil && in.Linked {
			_, stays := after.Root.Link(in.Link)
			cut[in.Link] = c.Op == workflows.OpUnplug || !stays
		}
		if before.Form == workflows.API || c.Op != workflows.OpSet || in != nil && cut[in.Link] {
			touched[home.ID] = append(touched[home.ID], "inputs")
		}
		if c.Op == workflows.OpSet {
			touched[home.ID] = append(touched[home.ID], "widgets_values", "widgets_values_named")
		}
	}
	news := map[int64]bool{}
	for id := range after.Root.Links() {
		_, old := before.Root.Link(id)
		news[id] = !old
	}
	for i, home := range before.Root.Homes {
		_, ends := startsAt(home, cut)
		if _, starts := startsAt(after.Root.Homes[min(i, len(after.Root.Homes)-1)], news); ends || starts {
			touched[home.ID] = append(touched[home.ID], "outputs")
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

// proveHomes compares every node, but for the members that changes are about.
func proveHomes(before, after *workflows.Part, touched map[string]members) error {
	graphs := slices.Concat([]*workflows.Graph{before.Root}, before.Definitions)
	results := slices.Concat([]*workflows.Graph{after.Root}, after.Definitions)
	if len(graphs) != len(results) {
		return fmt.Errorf("%d subgraphs became %d", len(graphs)-1, len(results)-1)
	}
	for i, graph := range graphs {
		if i > 0 && before.File.Text(graph.LinkTable()) != after.File.Text(results[i].LinkTable()) {
			return fmt.Errorf("the links of subgraph %q were changed", graph.Name)
		}
		if more := len(results[i].Homes) - len(graph.Homes); more != 0 && (more < 0 || i > 0) {
			return fmt.Errorf("%d nodes became %d", len(graph.Homes), len(results[i].Homes))
		}
		for k, home := range graph.Homes {
			result := results[i].Homes[k]
			if home.ID != result.ID || home.Class != result.Class {
				return fmt.Errorf("%s became %s", home.Name(), result.Name())
			}
			var about members
			if i == 0 {
				about = touched[home.ID]
			}
			was, is := before.File.Text(home.Span), after.File.Text(result.Span)
			if was != is && !sameBut(was, is, about) {
				return fmt.Errorf("%s was changed, and nothing asked for it", home.Name())
			}
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
	return nil
}
