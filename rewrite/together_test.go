package rewrite

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/workflows"
)

// TestTogether makes changes that meet in one list or object, in either order.
func TestTogether(t *testing.T) {
	const swap = `{"nodes": [{"id": 5, "type": "WanVideoBlockSwap", "widgets_values": [20, false, false]}], "links": []}`
	prompt := func(inputs string) string {
		return `{"7": {"class_type": "WanVideoLoraSelect", "inputs": ` + inputs + `}}`
	}
	merge, lowMem := set("7", "merge_loras", `false`), set("7", "low_mem_load", `true`)
	tests := []struct {
		name, text string
		one, other workflows.Change
		want       []string // of the text: old, new
		turned     []string // the same when the other change comes first
	}{
		{"two widgets beyond the stored list", swap, set("5", "use_non_blocking", `true`), set("5", "prefetch_blocks", `1`),
			[]string{`20, false, false`, `20, false, false, true, 0, 1`}, nil},
		{"the last that is stored, and one beyond", swap, set("5", "offload_txt_emb", `true`), set("5", "use_non_blocking", `true`),
			[]string{`20, false, false`, `20, false, true, true`}, nil},
		{"two keys beside others", prompt(`{"lora": "a", "strength": 1.0}`), merge, lowMem,
			[]string{`1.0`, `1.0, "merge_loras": false, "low_mem_load": true`}, []string{`1.0`, `1.0, "low_mem_load": true, "merge_loras": false`}},
		{"two keys alone", prompt(`{}`), merge, lowMem,
			[]string{`{}`, `{"merge_loras": false, "low_mem_load": true}`}, []string{`{}`, `{"low_mem_load": true, "merge_loras": false}`}},
		{"two keys alone, minified", strings.ReplaceAll(prompt(`{}`), " ", ""), merge, lowMem,
			[]string{`{}`, `{"merge_loras":false,"low_mem_load":true}`}, []string{`{}`, `{"low_mem_load":true,"merge_loras":false}`}},
		{"a key in the place of the only link", prompt("{\n    \"prev_lora\": [\"3\", 0]\n  }"), merge, unplug("7", "prev_lora"),
			[]string{`"prev_lora": ["3", 0]`, `"merge_loras": false`}, nil},
		{"a key behind the only one, as Python writes", prompt(`{"lora": "a"}`), merge, set("7", "lora", `"b"`),
			[]string{`"a"`, `"b", "merge_loras": false`}, nil},
		{"a key and the last link", prompt(`{"lora": "a", "prev_lora": ["3", 0]}`), merge, unplug("7", "prev_lora"),
			[]string{`"prev_lora": ["3", 0]`, `"merge_loras": false`}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := strings.NewReplacer(test.want...).Replace(test.text)
			if diff := cmp.Diff(want, lowered(t, test.text, test.one, test.other)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if test.turned != nil {
				want = strings.NewReplacer(test.turned...).Replace(test.text)
			}
			if diff := cmp.Diff(want, lowered(t, test.text, test.other, test.one)); diff != "" {
				t.Errorf("in the other order (-want +got):\n%s", diff)
			}
		})
	}
}

// TestOpenEnds unplugs a link that shares its reroutes with a link that has an
// open end, as the editor leaves one when a link is pulled off an input.
func TestOpenEnds(t *testing.T) {
	extra := func(reroutes string) string { return "\n  \"extra\": {\"reroutes\": [" + reroutes + "]}," }
	const (
		trunk  = `{"id":1,"linkIds":[2]}`
		branch = `{"id":2,"parentId":1,"linkIds":[2]}`
		open   = `{"id":3,"parentId":1,"linkIds":[],"floating":{"slotType":"output"}}`
		beyond = `{"id":4,"parentId":2,"linkIds":[],"floating":{"slotType":"output"}}`
	)
	empty := func(reroute string) string { return strings.Replace(reroute, "[2]", "[]", 1) }
	tests := []struct{ name, before, after string }{
		{"none", trunk + "," + branch, ``},
		{"at the trunk", trunk + "," + branch + "," + open, empty(trunk) + "," + open},
		{"at the branch", trunk + "," + branch + "," + beyond, empty(trunk) + "," + empty(branch) + "," + beyond},
		{"written first", beyond + "," + branch + "," + trunk, beyond + "," + empty(branch) + "," + empty(trunk)},
		{"of somebody else", strings.Replace(open, `"parentId":1,`, ``, 1) + "," + trunk, strings.Replace(open, `"parentId":1,`, ``, 1)},
		{"in a circle", `{"id":1,"parentId":2,"linkIds":[2]},{"id":2,"parentId":1,"linkIds":[1]}`, `{"id":1,"parentId":2,"linkIds":[]},{"id":2,"parentId":1,"linkIds":[1]}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := lowered(t, pairWith("", extra(test.before)), unplug("3", "compile_args"))
			if want := extra(test.after); !strings.Contains(got, want) {
				t.Errorf("want %s in\n%s", want, got)
			}
		})
	}
}
