package rewrite

import (
	"encoding/json"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// Values to be written: scalars and numbers as their JSON text, lists, and objects
// with their members in order.
type (
	raw      string
	elements []any
	fields   []field
	field    struct {
		key   string
		value any
	}
)

// quote writes text as editors do, which escape no more than JSON wants.
func quote(text string) raw {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		panic(err) // text can always be written
	}
	return raw(strings.TrimSuffix(out.String(), "\n"))
}

// like puts members into the order that the first sample with most of their keys has
// them in; members that it lacks come last.
func (members fields) like(samples []gjson.Result) fields {
	var order []string
	most := 0
	for _, sample := range samples {
		var keys []string
		sample.ForEach(func(key, _ gjson.Result) bool {
			if members.has(key.Str) {
				keys = append(keys, key.Str)
			}
			return true
		})
		if len(keys) > most {
			order, most = keys, len(keys)
		}
	}
	sorted := fields{}
	for _, key := range order {
		sorted = append(sorted, field{key, members.get(key)})
	}
	for _, m := range members {
		if !sorted.has(m.key) {
			sorted = append(sorted, m)
		}
	}
	return sorted
}

func (members fields) has(key string) bool { return members.get(key) != nil }

func (members fields) get(key string) any {
	for _, m := range members {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

// nodesLike returns the texts of nodes to imitate: the ones that are named, then all
// others of the graph.
func nodesLike(graph *workflows.Graph, first ...*workflows.Home) []gjson.Result {
	file := graph.Part.File
	var samples []gjson.Result
	for _, home := range append(first, graph.Homes...) {
		if home != nil {
			samples = append(samples, file.Value(home.Span))
		}
	}
	return samples
}
