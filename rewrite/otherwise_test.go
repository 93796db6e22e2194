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
	nodes, isUI := root["nodes"].([]any)
	for _, c := range changes {
		if !isUI {
			allowed = append(allowed, "/"+c.Run+"/inputs/"+c.Name)
			if link, _ := member(member(root[c.Run], "inputs"), c.Name).([]any); c.Op == workflows.OpSet && len(link) == 2 {
				allowed = append(allowed, fmt.Sprintf("/%v/inputs/*", link[0]))
			}
			continue
		}
		i := slices.IndexFunc(nodes, func(n any) bool {
			id := member(n, "id")
			return fmt.Sprint(id) == c.Run || id == nil && c.Run == ""
		})
		at := "/nodes/" + strconv.Itoa(i)
		if c.Op == workflows.OpSet {
			// which of the places is the widget's is for the rule pages' tests to say
			allowed = append(allowed, at+"/widgets_values/*", at+"/widgets_values_named/"+c.Name)
			for _, in := range list(nodes[i], "inputs") {
				link := member(in, "link")
				if k := originOf(root, link); k >= 0 && (member(in, "name") == c.Name || member(member(in, "widget"), "name") == c.Name) {
					allowed = append(allowed, "/nodes/"+strconv.Itoa(k)+"/widgets_values/*", "/nodes/"+strconv.Itoa(k)+"/widgets_values_named/*")
				}
			}
			continue
		}
		for k, in := range list(nodes[i], "inputs") {
			if member(in, "name") != c.Name {
				continue
			}
			id := fmt.Sprint(member(in, "link"))
			allowed = append(allowed, at+"/inputs/"+strconv.Itoa(k)+"/link", "/links/-["+id+" *", "/links/-map[id:"+id+" *", "/links/["+id+" *", "/links/map[id:"+id+" *",
				"/extra/linkExtensions/*", "/extra/reroutes/*", "/reroutes/*")
			for n, node := range nodes {
				for o := range list(node, "outputs") {
					allowed = append(allowed, "/nodes/"+strconv.Itoa(n)+"/outputs/"+strconv.Itoa(o)+"/links/-"+id)
				}
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

// originOf returns the place of the node that a link comes from in the end, through
// reroutes and pairs of set and get nodes; -1 if none does.
func originOf(root object, link any) int {
	nodes := list(root, "nodes")
	for range nodes {
		i := slices.IndexFunc(nodes, func(n any) bool {
			return slices.ContainsFunc(list(n, "outputs"), func(out any) bool {
				return slices.ContainsFunc(list(out, "links"), func(id any) bool { return link != nil && fmt.Sprint(id) == fmt.Sprint(link) })
			})
		})
		if i < 0 {
			return -1
		}
		switch kind := fmt.Sprint(member(nodes[i], "type")); {
		case kind == "GetNode":
			name := fmt.Sprint(member(nodes[i], "widgets_values"))
			i = slices.IndexFunc(nodes, func(n any) bool {
				return member(n, "type") == "SetNode" && fmt.Sprint(member(n, "widgets_values")) == name
			})
			if i < 0 {
				return -1
			}
		case kind != "SetNode" && !strings.Contains(kind, "Reroute"):
			return i
		}
		inputs := list(nodes[i], "inputs")
		if len(inputs) == 0 {
			return -1
		}
		link = member(inputs[0], "link")
	}
	return -1
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
