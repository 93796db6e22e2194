package rewrite

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/wanfix/wanfix/workflows"
)

// What stands here looks at workflows as plain JSON and shares nothing with the
// packages it checks.

type object = map[string]any

// member and list read a member of whatever may be an object.
func member(v any, key string) any {
	o, _ := v.(object)
	return o[key]
}

func list(v any, key string) []any {
	l, _ := member(v, key).([]any)
	return l
}

// differences lists the paths at which two JSON values differ, deepest first in a
// value. Lists are compared by what they hold where members went: rows of link
// tables and lists of links are sets.
func differences(path string, was, is any) (paths []string) {
	switch was := was.(type) {
	case object:
		is, ok := is.(object)
		if !ok {
			return []string{path}
		}
		keys := slices.Sorted(maps.Keys(was))
		for key := range is {
			if _, both := was[key]; !both {
				keys = append(keys, key)
			}
		}
		for _, key := range keys {
			before, had := was[key]
			after, has := is[key]
			if had != has {
				paths = append(paths, path+"/"+key)
				continue
			}
			paths = append(paths, differences(path+"/"+key, before, after)...)
		}
	case []any:
		is, ok := is.([]any)
		if !ok {
			return []string{path}
		}
		if len(was) == len(is) {
			for i := range was {
				paths = append(paths, differences(path+"/"+strconv.Itoa(i), was[i], is[i])...)
			}
			return paths
		}
		left := slices.Clone(is)
		for _, member := range was {
			text := fmt.Sprint(member)
			i := slices.IndexFunc(left, func(v any) bool { return fmt.Sprint(v) == text })
			if i >= 0 {
				left = slices.Delete(left, i, i+1)
				continue
			}
			paths = append(paths, path+"/-"+text)
		}
		for _, member := range left {
			paths = append(paths, path+"/+"+fmt.Sprint(member))
		}
	default:
		if fmt.Sprint(was) != fmt.Sprint(is) || fmt.Sprintf("%T", was) != fmt.Sprintf("%T", is) {
			return []string{path}
		}
	}
	return paths
}

// explained returns what of a file the changes of it may touch.
func explained(file any, changes []Made) func(path string) bool {
	var allowed []string // paths, or beginnings of paths that end in *
	root, _ := file.(object)
	_, isUI := root["nodes"].([]any)
	for _, c := range changes {
		if !isUI {
			allowed = append(allowed, "/"+c.Run+"/inputs/"+c.Name)
			id, name := c.Run, c.Name
			for link, _ := member(member(root[id], "inputs"), name).([]any); c.Op == workflows.OpSet && len(link) == 2 && len(allowed) < 1000; link, _ = member(member(root[id], "inputs"), name).([]any) {
				id, name = fmt.Sprint(link[0]), "value" // of the constant that drives it
				allowed = append(allowed, "/"+id+"/inputs/"+name)
			}
			continue
		}
		way := wayTo(root, c.Run)
		if c.Op == workflows.OpSet {
			// which of the places is the widget's is for the rule pages' tests to say
			for _, at := range append(way, sources(way, c.Name)...) {
				allowed = append(allowed, at.path()+"/widgets_values/*", at.path()+"/widgets_values_named/*")
			}
			continue
		}
		for _, in := range inputsOnWay(way, c.Name) {
			id := fmt.Sprint(in.link)
			allowed = append(allowed, in.path()+"/inputs/"+strconv.Itoa(in.slot)+"/link")
			for _, rest := range []string{"/links/-[" + id + " *", "/links/-map[id:" + id + " *", "/links/[" + id + " *", "/links/map[id:" + id + " *",
				"/extra/linkExtensions/*", "/extra/reroutes/*", "/reroutes/*"} {
				allowed = append(allowed, in.graphPath+rest)
			}
			for n, node := range list(in.graph, "nodes") {
				for o := range list(node, "outputs") {
					allowed = append(allowed, in.graphPath+"/nodes/"+strconv.Itoa(n)+"/outputs/"+strconv.Itoa(o)+"/links/-"+id)
				}
			}
			for k := range list(in.graph, "inputs") {
				allowed = append(allowed, in.graphPath+"/inputs/"+strconv.Itoa(k)+"/linkIds/-"+id)
			}
		}
	}
	return func(path string) bool {
		return slices.ContainsFunc(allowed, func(a string) bool {
			begin, open := strings.CutSuffix(a, "*")
			return a == path || open && strings.HasPrefix(path, begin)
		})
	}
}

// brokenLinks lists what is wrong with the links of the root of a workflow.
func brokenLinks(file any) map[string]bool {
	faults := map[string]bool{}
	root, _ := file.(object)
	nodes, isUI := root["nodes"].([]any)
	if !isUI {
		for id, node := range root {
			node, _ := node.(object)
			inputs, _ := node["inputs"].(object)
			for name, value := range inputs {
				if link, ok := value.([]any); ok && len(link) == 2 {
					if _, there := root[fmt.Sprint(link[0])]; !there {
						faults["input "+name+" of "+id+" comes from nowhere"] = true
					}
				}
			}
		}
		return faults
	}
	table := map[string][]any{}
	for _, row := range list(root, "links") {
		switch row := row.(type) {
		case []any:
			if len(row) >= 5 {
				table[fmt.Sprint(row[0])] = row
			}
		case object:
			table[fmt.Sprint(row["id"])] = []any{row["id"], row["origin_id"], row["origin_slot"], row["target_id"], row["target_slot"]}
		}
	}
	ends := map[string]bool{}
	for _, node := range nodes {
		id := fmt.Sprint(member(node, "id"))
		for k, in := range list(node, "inputs") {
			link := member(in, "link")
			if link == nil {
				continue
			}
			row, there := table[fmt.Sprint(link)]
			if !there || fmt.Sprint(row[3]) != id {
				faults[fmt.Sprintf("input %d of node %s has link %v, the table does not", k, id, link)] = true
			}
			ends["to "+fmt.Sprint(link)] = true
		}
		for k, out := range list(node, "outputs") {
			for _, link := range list(out, "links") {
				row, there := table[fmt.Sprint(link)]
				if !there || fmt.Sprint(row[1]) != id {
					faults[fmt.Sprintf("output %d of node %s has link %v, the table does not", k, id, link)] = true
				}
				ends["from "+fmt.Sprint(link)] = true
			}
		}
	}
	for id := range table {
		for _, end := range []string{"to ", "from "} {
			if !ends[end+id] {
				faults["link "+id+" has no end "+end] = true
			}
		}
	}
	return faults
}
