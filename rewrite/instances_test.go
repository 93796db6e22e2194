package rewrite

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/rules"
)

// fixingRules loads a rule for each condition, with a fix of a grade.
func fixingRules(safety string, conditions, fixes []string) *rules.Set {
	folder := fstest.MapFS{}
	for i, condition := range conditions {
		folder[fmt.Sprintf("test/fix-%d.md", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "# fix-%d\n\n```json\n"+
			`{"severity": "error", "on": "stack", "when": %s, "message": "it is wrong", "fix": [{"say": "mend it", "safety": %q, "do": [%s]}]}`+
			"\n```\n", i, condition, safety, fixes[i])}
	}
	return rules.Load(folder)
}

// TestInstances lets rules want things of the runs of one loader inside a subgraph: of all
// of them, of one, or different things. What is lossless for all is made for all and told of
// all, unless another rule wants otherwise; anything else has to be wanted by all.
func TestInstances(t *testing.T) {
	border := `{"id":"b","name":"file","type":"COMBO","linkIds":[1]}`
	compile := node(1, "WanVideoTorchCompileSettings", "", output("WANCOMPILEARGS", "[2]"), `"inductor",false,"default",false,64,true`)
	inside := strings.Replace(loaderWith(2, widgetSlot("model", "COMBO", "1")+","+slot("compile_args", "WANCOMPILEARGS", "2")), `"a.safetensors"`, `"one.safetensors"`, 1)
	instance := func(id int, model string) string {
		return node(id, "d", widgetSlot("file", "COMBO", "5"), "", "") + "," + node(id+100, "StringConstant", "", output("STRING", "[5]"), `"`+model+`"`)
	}
	text := func(first, second string) string {
		eight, nine := instance(8, first), strings.ReplaceAll(strings.ReplaceAll(instance(9, second), `"link":5`, `"link":6`), "[5]", "[6]")
		return instances(eight+","+nine, `[5,108,0,8,0,"STRING"],[6,109,0,9,0,"STRING"]`, border, compile+","+inside, objectRow(1, -10, 0, 2, 0, "COMBO")+","+objectRow(2, 1, 0, 2, 1, "WANCOMPILEARGS"))
	}
	const isOne, isTwo = `{"loader.file": "one.safetensors"}`, `{"loader.file": "two.safetensors"}`
	const unplugIt, bf16 = `{"unplug": "compile"}`, `{"set": {"loader.base_precision": "bf16"}}`
	const tune, graphs = `{"set": {"compile.mode": "max-autotune"}}`, `{"set": {"compile.mode": "reduce-overhead"}}`
	differ, same := text("one.safetensors", "two.safetensors"), text("one.safetensors", "one.safetensors")
	silent := func(text string) string {
		return strings.Replace(text, `"id":8,`, `"id":8,"properties":{"wanfix":"all"},`, 1)
	}
	tests := []struct {
		name, text, safety string
		conditions, fixes  []string
		done               []string
		blocked            string
	}{
		{"both want it", same, "lossless", []string{isOne}, []string{unplugIt}, []string{"#8:2 compile_args", "#9:2 compile_args"}, ""},
		{"both want it, no lossless fix", same, "rescue", []string{isOne}, []string{unplugIt}, []string{"#8:2 compile_args", "#9:2 compile_args"}, ""},
		{"one wants it", differ, "lossless", []string{isTwo}, []string{unplugIt}, []string{"#9:2 compile_args", "#8:2 compile_args"}, ""},
		{"one wants it, no lossless fix", differ, "rescue", []string{isTwo}, []string{unplugIt}, nil, "#8:2, of the same subgraph, would change with it"},
		{"one wants a value", differ, "lossless", []string{isOne}, []string{tune}, []string{"#8:1 mode", "#9:1 mode"}, ""},
		{"one wants a value, no lossless fix", differ, "rescue", []string{isOne}, []string{tune}, nil, "#9:1, of the same subgraph, would change with it"},
		{"one wants a value that decides numbers", differ, "lossless", []string{isOne}, []string{bf16}, nil, "#9:2, of the same subgraph, would change with it"},
		{"they want different values", differ, "lossless", []string{isOne, isTwo}, []string{tune, graphs}, nil, "of the same subgraph, wants something else"},
		{"one wants it, the other one is silenced", silent(differ), "lossless", []string{isTwo}, []string{unplugIt}, nil, "silenced by the properties of #8"},
		{"both want it, one is silenced", silent(same), "lossless", []string{isOne}, []string{unplugIt}, nil, "silenced by the properties of #8"},
		{"one wants a file, the other one is silenced", silent(differ), "rescue", []string{isTwo}, []string{`{"set": {"loader.file": "four.safetensors"}}`}, []string{"#9:2 model"}, ""},
		{"two rules want the same", differ, "rescue", []string{isOne, isTwo}, []string{bf16, bf16}, []string{"#8:2 base_precision", "#9:2 base_precision"}, ""},
		{"their files, each from its own source", differ, "rescue", []string{isOne, isTwo}, []string{`{"set": {"loader.file": "three.safetensors"}}`, `{"set": {"loader.file": "four.safetensors"}}`},
			[]string{"#8:2 model", "#9:2 model"}, ""},
		{"the file of one", differ, "rescue", []string{isTwo}, []string{`{"set": {"loader.file": "four.safetensors"}}`}, []string{"#9:2 model"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set := fixingRules(test.safety, test.conditions, test.fixes)
			if err := set.Check(); err != nil {
				t.Fatal(err)
			}
			r, err := Tune([]byte(test.text), machine(t, "3090"), set, rules.Options{})
			if err != nil {
				t.Fatal(err)
			}
			done, blocked := told(r)
			if diff := cmp.Diff(test.done, done); diff != "" {
				t.Errorf("done (-want +got):\n%s", diff)
			}
			if (test.blocked == "") != (len(blocked) == 0) || !strings.Contains(strings.Join(blocked, "\n"), test.blocked) {
				t.Errorf("blocked by %q, want %q", blocked, test.blocked)
			}
			checkResult(t, test.name, []byte(test.text), r)
			again, err := Tune(r.Out, machine(t, "3090"), set, rules.Options{})
			if err != nil || again.Changed {
				t.Errorf("a second run: changed %v, %v", again != nil && again.Changed, err)
			}
		})
	}
}

// TestManyInstances has a subgraph used more often than anybody would: the work grows with
// the number of instances, not with a power of it.
func TestManyInstances(t *testing.T) {
	const many = 2000
	var nodes []string
	for i := range many {
		nodes = append(nodes, node(100+i, "d", "", "", ""))
	}
	inside := strings.Replace(loaderWith(2, ""), `"disabled"`, `"fp8_e4m3fn"`, 1)
	r := tune(t, instances(strings.Join(nodes, ","), "", "", strings.Replace(inside, "a.safetensors", "a.gguf", 1), ""), "3090", rules.Options{})
	if done, blocked := told(r); len(done) != many || len(blocked) > 0 {
		t.Errorf("%d done, %d blocked", len(done), len(blocked))
	}
}
