package rewrite

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/rules"
)

// TestBrokenFiles tunes files whose links are broken already. What is broken stays
// so, or goes with a link that is cut; a change that would break more is not made.
func TestBrokenFiles(t *testing.T) {
	whole := pairWith("", "")
	bystander := func(links string) string {
		return `"nodes": [
    {"id": 9, "type": "Reroute", "inputs": [{"name": "", "type": "*", "link": null}], "outputs": [{"name": "", "type": "*", "links": ` + links + `}]},`
	}
	both := []string{"#2 compile_args", "#3 compile_args"}
	tests := []struct {
		name, old, new string
		done           []string
		blocked        string
	}{
		{"an output lists a link that starts elsewhere", `"nodes": [`, bystander("[2, 77]"), both, ""},
		{"the output where it starts does not list it", `"links": [1, 2]`, `"links": []`, both, ""},
		{"an output lists it twice", `"links": [1, 2]`, `"links": [2, 1, 2]`, both, ""},
		{"two inputs claim one link", `"shape": 7, "link": 2`, `"shape": 7, "link": 1`, nil, "link 1 also ends at root#"},
		{"an input of another node claims it", `"nodes": [`, strings.Replace(bystander("[]"), "null", "2", 1), []string{"#2 compile_args"}, "link 2 also ends at root#9"},
		{"the table has a row twice", "[2, 1, 0, 3, 0,", "[2, 1, 0, 3, 0, \"WANCOMPILEARGS\"],\n    [2, 1, 0, 3, 0,", both, ""},
		{"the table has rows that are none", "[2, 1, 0, 3, 0,", "null, [], {}, 7, [2, 1, 0, 3, 0,", both, ""},
		{"an input has no name", `"link": 2}]`, `"link": 2}, {"type": "WANVIDLORA", "link": null}]`, both, ""},
		{"two nodes have one id", `{"id": 2,`, `{"id": 3,`, nil, "two nodes have the id 3"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := replaced(t, whole, test.old, test.new)
			r := tune(t, text, "3090", rules.Options{})
			done, blocked := told(r)
			if diff := cmp.Diff(test.done, done); diff != "" {
				t.Errorf("done (-want +got):\n%s", diff)
			}
			if !strings.Contains(strings.Join(blocked, "\n"), test.blocked) || (test.blocked == "") != (len(blocked) == 0) {
				t.Errorf("blocked by %q, want %q", blocked, test.blocked)
			}
			checkResult(t, test.name, []byte(text), r)
		})
	}
}

// TestLostValue has a value that a link to nowhere gives: nothing is known of it,
// and no second value is written beside the link. What is given takes the link's place.
func TestLostValue(t *testing.T) {
	const text = `{
		"1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a.gguf", "base_precision": "fp16", "quantization": "disabled", "load_device": "offload_device", "lora": ["2", 0]}},
		"2": {"class_type": "WanVideoLoraSelect", "inputs": {"lora": "a", "strength": 1.0, "merge_loras": true, "low_mem_load": false, "prev_lora": ["3", 0]}},
		"3": {"class_type": "WanVideoLoraSelect", "inputs": {"lora": "b", "strength": 1.0, "merge_loras": ["99", 0], "low_mem_load": false}}}`
	r := tune(t, text, "3090", rules.Options{})
	_, blocked := told(r)
	want := []string{"what is linked there cannot be followed: node 99 does not exist"}
	if diff := cmp.Diff(want, blocked); diff != "" {
		t.Errorf("blocked (-want +got):\n%s", diff)
	}
	if out := string(r.Out); strings.Contains(out, "99") || strings.Count(out, `"merge_loras": false`) != 2 {
		t.Errorf("the link to nowhere is still there, or more than the two values:\n%s", out)
	}
}
