package rewrite

import (
	"strings"
	"testing"

	"github.com/wanfix/wanfix/workflows"
)

// TestProveInSubgraph spoils good results, see TestProve: of a value that two instances
// show, and of a link into one of two instances.
func TestProveInSubgraph(t *testing.T) {
	inputs := `{"id":"a","name":"quant","type":"COMBO","linkIds":[1]},{"id":"b","name":"compile_args","type":"WANCOMPILEARGS","linkIds":[2]},{"id":"c","name":"other","type":"COMBO","linkIds":[3]}`
	inside := loaderWith(2, widgetSlot("quantization", "COMBO", "1")+","+slot("compile_args", "WANCOMPILEARGS", "2")) + "," + node(4, "Somebodys", widgetSlot("x", "COMBO", "3"), "", `"z"`)
	rows := objectRow(1, -10, 0, 2, 0, "COMBO") + "," + objectRow(2, -10, 1, 2, 1, "WANCOMPILEARGS") + "," + objectRow(3, -10, 2, 4, 0, "COMBO")
	instance := func(id int, link, values string) string {
		return node(id, "d", widgetSlot("quant", "COMBO", "null")+","+slot("compile_args", "WANCOMPILEARGS", link), "", values)
	}
	compile := node(7, "WanVideoTorchCompileSettings", "", output("WANCOMPILEARGS", "[5,6]"), `"inductor",false,"default",false,64,true`)
	text := instances(compile+","+instance(8, "5", `"disabled","p"`)+","+instance(9, "6", `"disabled","q"`), `[5,7,0,8,1,"WANCOMPILEARGS"],[6,7,0,9,1,"WANCOMPILEARGS"]`, inputs, inside, rows)
	both := []workflows.Change{set("8:2", "quantization", `"fp8_e5m2"`), set("9:2", "quantization", `"fp8_e5m2"`)}
	one := []workflows.Change{unplug("8:2", "compile_args")}
	all := []workflows.Change{unplug("8:2", "compile_args"), unplug("9:2", "compile_args")}
	tests := []struct {
		name     string
		changes  []workflows.Change
		old, new string
		reason   string
	}{
		{"set as it is", both, ``, ``, ""},
		{"one copy forgotten", both, `["fp8_e5m2","q"]`, `["disabled","q"]`, "quantization of #9:2 WanVideoModelLoader is , not"},
		{"the node inside forgotten", both, `"fp16","fp8_e5m2"`, `"fp16","disabled"`, "quantization of #8:2 WanVideoModelLoader is , not"},
		{"the copy beside", both, `["fp8_e5m2","p"]`, `["fp8_e5m2","o"]`, "values of #8 d were changed, and nothing asked for it"},
		{"the title of an instance", both, `"id":8,"type":"d",`, `"id":8,"type":"d","title":"x",`, "root#8 was changed, and nothing asked for it"},
		{"only told of one", both[:1], ``, ``, "root#9 was changed, and nothing asked for it"},
		{"another node inside", both, `["z"]`, `["y"]`, "In#4 was changed, and nothing asked for it"},
		{"the link of an instance", both, `"link":5}`, `"link":6}`, "root#8 was changed, and nothing asked for it"},

		{"cut as it is", one, ``, ``, ""},
		{"cut for both", all, ``, ``, ""},
		{"a member of the other instance", one, `"id":9,"type":"d"`, `"id":9,"type":"d","flags":{}`, "root#9 was changed, and nothing asked for it"},
		{"the row left", one, `[6,7,0,9,1,`, `[5,7,0,8,1,"WANCOMPILEARGS"],[6,7,0,9,1,`, "link 5 is still in the link table"},
		{"the origin left", one, `"links":[6]`, `"links":[5,6]`, "link 5 still starts at root#7"},
		{"the border left", all, `"linkIds":[]`, `"linkIds":[2]`, "link 2 is listed at the border"},
		{"the other row gone", one, `[6,7,0,9,1,"WANCOMPILEARGS"]`, ``, "link 6 is lost"},
		{"half cut", one, `"WANCOMPILEARGS","link":null}`, `"WANCOMPILEARGS","link":5}`, "the links of the workflow were changed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			made := test.changes
			if strings.HasPrefix(test.name, "only told") {
				made = both
			}
			good := lowered(t, text, made...)
			spoiled := strings.Replace(good, test.old, test.new, 1)
			if spoiled == good && test.old != "" {
				t.Fatalf("%q is not in\n%s", test.old, good)
			}
			err := prove(parse(t, text), parse(t, spoiled), [][]workflows.Change{test.changes})
			if test.reason == "" && err != nil || test.reason != "" && (err == nil || !strings.Contains(err.Error(), test.reason)) {
				t.Errorf("%v, want %q", err, test.reason)
			}
		})
	}
	t.Run("cut inside, told of one", func(t *testing.T) {
		err := prove(parse(t, text), parse(t, lowered(t, text, all...)), [][]workflows.Change{one})
		if want := "compile_args of #9:2 WanVideoModelLoader is supplied otherwise, and nothing asked for it"; err == nil || err.Error() != want {
			t.Errorf("%v, want %q", err, want)
		}
	})
	t.Run("set inside, told of one", func(t *testing.T) {
		plain := instances(node(8, "d", "", "", "")+","+node(9, "d", "", "", ""), "", "", loaderWith(2, ""), "")
		err := prove(parse(t, plain), parse(t, lowered(t, plain, both...)), [][]workflows.Change{both[:1]})
		if want := "quantization of #9:2 WanVideoModelLoader was changed, and nothing asked for it"; err == nil || err.Error() != want {
			t.Errorf("%v, want %q", err, want)
		}
	})
}
