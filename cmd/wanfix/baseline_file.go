package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

const maxBaseline = 64 << 20 // bytes

// parseBaseline reads the text of a baseline. Its error begins with the position.
func parseBaseline(text []byte) (list []knownFinding, err error) {
	if err := workflows.Gate(text); err != nil {
		return nil, err
	}
	wrong := func(at gjson.Result, format string, args ...any) error {
		return &workflows.Error{Position: workflows.PositionOf(text, at.Index), Reason: fmt.Sprintf(format, args...)}
	}
	root := gjson.ParseBytes(text)
	if !root.IsObject() {
		return nil, wrong(root, `want a baseline: {"findings": […]}`)
	}
	root.ForEach(func(key, value gjson.Result) bool {
		if key.Str != "findings" || !value.IsArray() {
			err = wrong(key, "there is no key %q, a baseline has a list of findings", key.Str)
			return false
		}
		value.ForEach(func(_, finding gjson.Result) bool {
			var k knownFinding
			if !finding.IsObject() {
				err = wrong(finding, "want a finding: an object")
				return false
			}
			finding.ForEach(func(key, value gjson.Result) bool {
				field := k.field(key.Str)
				switch {
				case field == nil:
					err = wrong(key, "there is no key %q, a finding has file, part, rule, node, widget", key.Str)
				case value.Type != gjson.String:
					err = wrong(value, "%s: want a text", key.Str)
				default:
					*field = value.Str
				}
				return err == nil
			})
			list = append(list, k)
			return err == nil
		})
		return err == nil
	})
	return list, err
}

func (k *knownFinding) field(name string) *string {
	return map[string]*string{"file": &k.File, "part": &k.Part, "rule": &k.Rule, "node": &k.Node, "widget": &k.Widget}[name]
}

// baselineText writes a baseline so that git has little to do: one finding a line, in order.
func baselineText(known map[knownFinding]bool) []byte {
	out := bytes.NewBufferString("{\n  \"findings\": [")
	for i, k := range slices.SortedFunc(maps.Keys(known), knownFinding.compare) {
		if i > 0 {
			out.WriteByte(',')
		}
		line, err := json.Marshal(k)
		if err != nil {
			panic(err) // it is made of texts
		}
		out.WriteString("\n    " + safeJSON(string(line)))
	}
	if len(known) > 0 {
		out.WriteString("\n  ")
	}
	out.WriteString("]\n}\n")
	return out.Bytes()
}
