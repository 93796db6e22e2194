package rewrite

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What stands here looks at workflows as plain JSON, as the rest of otherwise_test.go
// does, and for more than links: whether what was added is whole.

// faults lists what is wrong with the root of a workflow.
func faults(file any) map[string]bool {
	found := brokenLinks(file)
	root, _ := file.(object)
	nodes, isUI := root["nodes"].([]any)
	if !isUI {
		return found
	}
	seen := map[string]bool{}
	count := func(what string, id any) {
		key := what + " " + fmt.Sprint(id)
		if seen[key] {
			found[key+" is there twice"] = true
		}
		seen[key] = true
	}
	var lastNode, lastLink float64
	for _, node := range nodes {
		count("node", member(node, "id"))
		lastNode = max(lastNode, asNumber(member(node, "id")))
		names := map[string]bool{}
		for _, in := range list(node, "inputs") {
			name := fmt.Sprint(member(in, "name"))
			if names[name] {
				found[fmt.Sprintf("node %v has two inputs %s", member(node, "id"), name)] = true
			}
			names[name] = true
		}
	}
	starts := map[string]int{}
	for _, node := range nodes {
		for k, out := range list(node, "outputs") {
			for _, link := range list(out, "links") {
				starts[fmt.Sprint(member(node, "id"), ":", k, ":", link)]++
			}
		}
	}
	for _, row := range list(root, "links") {
		cells, ok := row.([]any)
		if !ok {
			cells = []any{member(row, "id"), member(row, "origin_id"), member(row, "origin_slot"), member(row, "target_id"), member(row, "target_slot")}
		}
		if len(cells) < 5 {
			continue
		}
		count("link", cells[0])
		lastLink = max(lastLink, asNumber(cells[0]))
		if n := starts[fmt.Sprint(cells[1], ":", cells[2], ":", cells[0])]; n != 1 {
			found[fmt.Sprintf("link %v is listed %d times where it starts", cells[0], n)] = true
		}
		i := slices.IndexFunc(nodes, func(node any) bool { return fmt.Sprint(member(node, "id")) == fmt.Sprint(cells[3]) })
		if i < 0 {
			continue
		}
		inputs, slot := list(nodes[i], "inputs"), int(asNumber(cells[4]))
		if slot < 0 || slot >= len(inputs) || fmt.Sprint(member(inputs[slot], "link")) != fmt.Sprint(cells[0]) {
			found[fmt.Sprintf("link %v does not end at slot %d of node %v", cells[0], slot, cells[3])] = true
		}
	}
	if last, ok := root["last_node_id"]; ok && asNumber(last) < lastNode {
		found["last_node_id is too low"] = true
	}
	if last, ok := root["last_link_id"]; ok && asNumber(last) < lastLink {
		found["last_link_id is too low"] = true
	}
	if state := member(root, "state"); state != nil && asNumber(member(state, "lastNodeId")) < lastNode {
		found["state.lastNodeId is too low"] = true
	}
	if state := member(root, "state"); state != nil && asNumber(member(state, "lastLinkId")) < lastLink {
		found["state.lastLinkId is too low"] = true
	}
	return found
}

func asNumber(v any) float64 {
	n, _ := strconv.ParseFloat(fmt.Sprint(v), 64)
	return n
}

// additions returns the nodes that one file has more than another, which come last,
// and what is wrong with them: an id that was used anywhere in the file, members that
// the editor wants and are missing, another node in the way. used is the highest id
// that was in use.
func additions(was, is any, used float64) (added []any, wrong []string) {
	before, after := list(was, "nodes"), list(is, "nodes")
	added = after[len(before):]
	for i, node := range added {
		if id := asNumber(member(node, "id")); id <= used {
			wrong = append(wrong, fmt.Sprintf("node %v: an id of up to %v is in use", id, used))
		}
		for _, key := range strings.Fields("id type pos size flags order mode outputs properties widgets_values") {
			if member(node, key) == nil && len(before) > 0 && member(before[0], key) != nil {
				wrong = append(wrong, fmt.Sprintf("node %v has no %s", member(node, "id"), key))
			}
		}
		for _, other := range slices.Concat(before, added[:i]) {
			if meet(node, other) {
				wrong = append(wrong, fmt.Sprintf("node %v lies on node %v", member(node, "id"), member(other, "id")))
			}
		}
	}
	return added, wrong
}

// numbersIn returns the highest number under some keys, at any depth: of ids of nodes
// only, which are those beside a type.
func numbersIn(v any, keys ...string) (highest float64) {
	switch v := v.(type) {
	case object:
		for key, value := range v {
			_, number := value.(json.Number)
			_, isNode := v["pos"]
			if number && slices.Contains(keys, key) && (key != "id" || isNode && v["type"] != nil) {
				highest = max(highest, asNumber(value))
			}
			highest = max(highest, numbersIn(value, keys...))
		}
	case []any:
		for _, each := range v {
			highest = max(highest, numbersIn(each, keys...))
		}
	}
	return highest
}

// meet reports whether two nodes overlap, their titles of 30 pixels included.
func meet(a, b any) bool {
	ax, ay, aw, ah, known := frame(a)
	bx, by, bw, bh, both := frame(b)
	return known && both && ax < bx+bw && bx < ax+aw && ay < by+bh && by < ay+ah
}

func frame(node any) (x, y, w, h float64, ok bool) {
	pair := func(key string) (a, b float64, ok bool) {
		switch v := member(node, key).(type) {
		case []any:
			if len(v) >= 2 {
				return asNumber(v[0]), asNumber(v[1]), true
			}
		case object:
			return asNumber(v["0"]), asNumber(v["1"]), v["0"] != nil && v["1"] != nil
		}
		return 0, 0, false
	}
	x, y, ok = pair("pos")
	w, h, sized := pair("size")
	return x, y - 30, w, h + 30, ok && sized
}

func TestFaults(t *testing.T) {
	whole := pairWith("", "")
	tests := []struct{ name, old, new, fault string }{
		{"whole", "", "", ""},
		{"a node twice", `{"id": 2,`, `{"id": 3,`, "node 3 is there twice"},
		{"a link twice", "[2, 1, 0, 3, 0, \"WANCOMPILEARGS\"]", "[2, 1, 0, 3, 0, \"WANCOMPILEARGS\"], [2, 1, 0, 3, 0, \"WANCOMPILEARGS\"]", "link 2 is there twice"},
		{"listed twice", "[1, 2]", "[1, 2, 2]", "link 2 is listed 2 times where it starts"},
		{"another slot", "[2, 1, 0, 3, 0,", "[2, 1, 0, 3, 1,", "link 2 does not end at slot 1 of node 3"},
		{"too few nodes counted", `"last_node_id": 3`, `"last_node_id": 2`, "last_node_id is too low"},
		{"too few links counted", `"last_link_id": 2`, `"last_link_id": 1`, "last_link_id is too low"},
		{"two inputs of a name", `"link": 2}]`, `"link": 2}, {"name": "compile_args", "link": null}]`, "node 3 has two inputs compile_args"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			found := faults(decoded(t, strings.Replace(whole, test.old, test.new, 1)))
			if test.fault == "" && len(found) > 0 || test.fault != "" && !found[test.fault] {
				t.Errorf("%v, want %q", found, test.fault)
			}
		})
	}
	one := func(pos string) any {
		return decoded(t, `{"nodes": [{"id": 5, "type": "a", "pos": [0, 0], "size": [10, 10]}`+pos+`]}`)
	}
	for pos, want := range map[string]int{``: 0, `, {"id": 6, "type": "a", "pos": [20, 0], "size": [10, 10]}`: 0, `, {"id": 6, "type": "a", "pos": [5, 5], "size": [10, 10]}`: 1, `, {"id": 5, "type": "a", "pos": {"0": 0, "1": 50}, "size": [10, 10]}`: 1} {
		if _, wrong := additions(one(""), one(pos), 5); len(wrong) != want {
			t.Errorf("%s: %v", pos, wrong)
		}
	}
}
