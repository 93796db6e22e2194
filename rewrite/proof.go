package rewrite

import (
	"fmt"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// prove compares a file before and after changes, part by part: every node that
// no change is about has the same text, every changed one holds what was wanted,
// and no link is lost or half cut but those that were to be cut.
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
	touched := map[string]bool{} // homes that changes are about, and origins of cut links
	cut := map[int64]bool{}
	for _, c := range changes {
		run := before.Run(c.Run)
		touched[run.Home.ID] = true
		if in := run.Home.Input(c.Name); c.Op == workflows.OpUnplug && before.Form == workflows.UI && in != nil {
			cut[in.Link] = true
			if link, ok := before.Root.Link(in.Link); ok {
				touched[link.Origin] = true
			}
		}
		if err := proveChange(after, c); err != nil {
			return err
		}
	}
	if err := proveHomes(before, after, touched); err != nil {
		return err
	}
	return proveLinks(before.Root, after.Root, cut)
}

// proveChange looks for a change in the result.
func proveChange(after *workflows.Part, c workflows.Change) error {
	run := after.Run(c.Run)
	if run == nil {
		return fmt.Errorf("node #%s is gone", c.Run)
	}
	if c.Op == workflows.OpUnplug {
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

// proveHomes compares the nodes that nothing was to change.
func proveHomes(before, after *workflows.Part, touched map[string]bool) error {
	graphs := slices.Concat([]*workflows.Graph{before.Root}, before.Definitions)
	results := slices.Concat([]*workflows.Graph{after.Root}, after.Definitions)
	if len(graphs) != len(results) {
		return fmt.Errorf("%d subgraphs became %d", len(graphs)-1, len(results)-1)
	}
	for i, graph := range graphs {
		if len(graph.Homes) != len(results[i].Homes) {
			return fmt.Errorf("%d nodes became %d", len(graph.Homes), len(results[i].Homes))
		}
		for k, home := range graph.Homes {
			result := results[i].Homes[k]
			if home.ID != result.ID || home.Class != result.Class {
				return fmt.Errorf("%s became %s", home.Name(), result.Name())
			}
			same := before.File.Text(home.Span) == after.File.Text(result.Span)
			if !same && (i > 0 || !touched[home.ID]) {
				return fmt.Errorf("%s was changed, and nothing asked for it", home.Name())
			}
		}
	}
	return nil
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
	if len(results) > len(links) {
		return fmt.Errorf("there are more links than before")
	}
	for _, home := range after.Homes {
		for _, output := range home.Outputs() {
			if i := slices.IndexFunc(output.Links, func(id int64) bool { return cut[id] }); i >= 0 {
				return fmt.Errorf("link %d still starts at %s", output.Links[i], home.Name())
			}
		}
	}
	return nil
}
