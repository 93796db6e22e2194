package workflows_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

const source = "the object_info of a test"

// define reads a definition with these inputs.
func define(t testing.TB, known *workflows.Class, inputs string) *workflows.Class {
	t.Helper()
	class, err := workflows.ReadDefinition("Node", `{"input": {`+inputs+`}, "output": ["LATENT"], "output_name": ["samples"]}`, source, known)
	if err != nil {
		t.Fatal(err)
	}
	return class
}

func TestReadDefinition(t *testing.T) {
	number := func(n float64) *float64 { return &n }
	type inputs = []workflows.InputType
	control := workflows.InputType{Name: "control_after_generate", Kind: workflows.KindControl, Default: "randomize"}
	tests := []struct {
		name, text string
		want       inputs
		places     string
	}{
		{"numbers", `"required": {"steps": ["INT", {"default": 30, "min": 1, "max": 100, "step": 1}], "cfg": ["FLOAT", {"default": 6.5}], "plain": ["INT"]}`, inputs{
			{Name: "steps", Kind: "int", Default: 30.0, Min: number(1), Max: number(100)}, {Name: "cfg", Kind: "float", Default: 6.5}, {Name: "plain", Kind: "int"}}, "steps cfg plain"},
		{"an old combo", `"required": {"mode": [["a", "b"], {"default": "b"}]}`, inputs{{Name: "mode", Kind: "combo", Options: []any{"a", "b"}, Default: "b"}}, "mode"},
		{"a new combo", `"required": {"mode": ["COMBO", {"options": ["a", "b"]}]}`, inputs{{Name: "mode", Kind: "combo", Options: []any{"a", "b"}, Default: "a"}}, "mode"},
		{"a combo of numbers", `"required": {"size": [[480, 720]]}`, inputs{{Name: "size", Kind: "combo", Options: []any{480.0, 720.0}, Default: 480.0}}, "size"},
		{"a combo of many choices", `"required": {"tags": ["COMBO", {"options": ["a"], "multiselect": true}]}`, inputs{{Name: "tags", Kind: "any"}}, "tags"},
		{"an empty combo", `"required": {"file": [[]]}`, inputs{{Name: "file", Kind: "combo"}}, "file"},
		{"sockets, required first", `"optional": {"b": ["BOOLEAN", {"default": true}], "s": ["SIGMAS"]}, "required": {"m": ["MODEL", {"tooltip": "x"}], "t": ["STRING", {"multiline": true}]}, "hidden": {"id": "UNIQUE_ID"}`, inputs{
			{Name: "m", Kind: "MODEL"}, {Name: "t", Kind: "string"}, {Name: "b", Kind: "boolean", Default: true, Optional: true}, {Name: "s", Kind: "SIGMAS", Optional: true}}, "t b"},
		{"an order beside", `"required": {"a": ["INT"], "b": ["INT"], "c": ["INT"]}`, inputs{{Name: "c", Kind: "int"}, {Name: "a", Kind: "int"}, {Name: "b", Kind: "int"}}, "c a b"},
		{"only by link", `"required": {"frames": ["INT", {"forceInput": true, "default": 3}], "b": ["INT"]}`, inputs{{Name: "frames", Kind: "INT", Forced: true}, {Name: "b", Kind: "int"}}, "b"},
		{"a seed by its name", `"required": {"seed": ["INT", {"default": 0}], "a": ["INT"]}`, inputs{{Name: "seed", Kind: "int", Default: 0.0}, control, {Name: "a", Kind: "int"}}, "seed control_after_generate a"},
		{"a seed that is not to change", `"required": {"seed": ["INT", {"control_after_generate": false}]}`, inputs{{Name: "seed", Kind: "int"}}, "seed"},
		{"a number that is to change", `"required": {"n": ["FLOAT", {"control_after_generate": "fixed"}]}`, inputs{{Name: "n", Kind: "float"}, control}, "n control_after_generate"},
		{"a combo that is to change", `"required": {"c": [["x"], {"control_after_generate": true}]}`, inputs{{Name: "c", Kind: "combo", Options: []any{"x"}, Default: "x"}, control,
			{Name: "control_filter_list", Kind: "string", Default: ""}}, "c control_after_generate control_filter_list"},
		{"widgets that are known no further", `"required": {"a": ["INT"], "mode": ["COMFY_DYNAMICCOMBO_V3", {"options": []}], "b": ["INT"]}`, inputs{
			{Name: "a", Kind: "int"}, {Name: "mode", Kind: "COMFY_DYNAMICCOMBO_V3", Unplaced: true}, {Name: "b", Kind: "int"}}, "a"},
		{"a socket of any type", `"required": {"x": ["COMFY_MATCHTYPE_V3", {"template": {}}], "b": ["INT"]}`, inputs{{Name: "x", Kind: "COMFY_MATCHTYPE_V3"}, {Name: "b", Kind: "int"}}, "b"},
		{"an extension's widget", `"required": {"curve": ["MY_CURVE", {"default": "0,0"}], "b": ["INT"]}`, inputs{{Name: "curve", Kind: "MY_CURVE", Unplaced: true}, {Name: "b", Kind: "int"}}, ""},
		{"an upload", `"required": {"image": [["a.png"], {"image_upload": true}]}, "optional": {"b": ["INT"]}`, inputs{
			{Name: "image", Kind: "combo", Options: []any{"a.png"}, Default: "a.png"}, {Name: "upload", Kind: "any", Unplaced: true}, {Name: "b", Kind: "int", Optional: true}}, "image"},
		{"written in no way that is known", `"required": {"a": "INT", "b": [], "c": null, "d": [5]}`, inputs{{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d", Kind: "5"}}, ""},
		{"nothing", ``, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := `{"input": {` + tt.text + `}, "output": ["LATENT"]}`
			if tt.name == "an order beside" {
				text = strings.TrimSuffix(text, "}") + `, "input_order": {"required": ["c", "gone", "a"]}}`
			}
			class, err := workflows.ReadDefinition("Node", text, source, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, class.Inputs()); diff != "" {
				t.Errorf("inputs (-want +got):\n%s", diff)
			}
			if got := strings.Join(class.Widgets(), " "); got != tt.places {
				t.Errorf("places %q, want %q", got, tt.places)
			}
		})
	}
}

func TestReadDefinitionErrors(t *testing.T) {
	for _, text := range []string{`{}`, `[]`, `{"input": []}`, `"input"`} {
		if class, err := workflows.ReadDefinition("Node", text, source, nil); err == nil || !strings.HasPrefix(err.Error(), `class Node: it has no "input"`) {
			t.Errorf("%s: %v, %v", text, class, err)
		}
	}
}

// What packs tell is about their newest version: the installed one may be older.
func TestReadDefinitionKnown(t *testing.T) {
	known, err := workflows.ReadClass("Node", `{"role": "loader", "gives": "model", "through": "model", "main": true,
		"takes": {"vram": "vram_args", "swap": "swap_args"}, "fields": {"file": "model_file", "mode": "mode", "strength": "start_strength"},
		"renamed": {"strength": "start_strength", "power": "start_strength"}, "outputs": ["OLD"], "inputs": [
			{"name": "model_file", "kind": "file"}, {"name": "mode", "kind": "combo", "options": ["x"], "default": "x"},
			{"name": "start_strength", "kind": "float", "default": 1}, {"name": "model", "kind": "MODEL"}, {"name": "swap_args", "kind": "SWAP"},
			{"name": "vram_args", "kind": "VRAM", "optional": true}, {"name": "debug", "kind": "boolean", "optional": true, "absent": false}],
		"layouts": [{"names": ["mode", "model_file"], "until": "2025-01-01"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	c := define(t, known, `"required": {"mode": [["y", "z"]], "model_file": [["a.safetensors", "b.safetensors"]], "strength": ["FLOAT", {"default": 2}], "model": ["MODEL"], "swap_args": ["SWAP"]},
		"optional": {"debug": ["BOOLEAN", {"default": true}]}`)
	if diff := cmp.Diff(map[string]string{"file": "model_file", "mode": "mode", "strength": "strength"}, c.Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"swap": "swap_args"}, c.Takes); diff != "" {
		t.Errorf("takes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"start_strength": "strength", "power": "strength"}, c.Renamed); diff != "" {
		t.Errorf("renamed (-want +got):\n%s", diff)
	}
	if c.Role != "loader" || c.Gives != "model" || c.Through != "model" || !c.Main || c.Source != source {
		t.Errorf("%+v", c)
	}
	if diff := cmp.Diff([]string{"LATENT", "samples"}, append(c.Outputs, c.OutputNames...)); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
	file, debug := c.Input("model_file"), c.Input("debug")
	if file.Kind != workflows.KindFile || len(file.Options) != 2 || file.Default != nil {
		t.Errorf("a file became %+v", file)
	}
	if debug.Default != true || debug.Absent != false {
		t.Errorf("what Python does without a value became %+v", debug)
	}
	if known.Fields["strength"] != "start_strength" || known.Source != "" {
		t.Errorf("what packs tell has changed: %+v", known)
	}
	for values, want := range map[string]string{
		`"y","a.safetensors",3`: "y",    // in the installed order
		`"a.safetensors","y",3`: "y",    // in the order that packs know
		`"y","a.safetensors"`:   "y",    // formerly
		`{},"a.safetensors"`:    "none", // in no order
	} {
		home := parseWith(t, ui(nodes(node(1, "Node", `"widgets_values":[`+values+`]`))), classes{"Node": c}).Root.Home("1")
		got := "none"
		if v := home.Written("mode"); v.Exists() {
			got = v.String()
		}
		if got != want {
			t.Errorf("%s: mode is %s, want %s", values, got, want)
		}
	}
}

// Values behind a widget that takes nobody knows how many places have no names, and the
// ones before it keep theirs.
func TestUnplaced(t *testing.T) {
	c := define(t, nil, `"required": {"a": ["INT", {"default": 1}], "mode": ["COMFY_DYNAMICCOMBO_V3"], "b": ["INT", {"default": 2}]}`)
	for _, values := range []string{`7`, `7,"x"`, `7,"x",3,true,{}`} {
		r := run(t, parseWith(t, ui(nodes(node(1, "Node", `"widgets_values":[`+values+`]`))), classes{"Node": c}), "1")
		if v := r.Value("a"); v.Raw != "7" {
			t.Errorf("%s: a is %q", values, v.Raw)
		}
		if v := r.Value("b"); v.Exists() || !strings.Contains(v.Why, "where b stands among the values is not known") {
			t.Errorf("%s: b is %+v", values, v)
		}
	}
	r := run(t, parseWith(t, `{"1":{"class_type":"Node","inputs":{"b":5}}}`, classes{"Node": c}), "1")
	if v := r.Value("b"); v.Raw != "5" {
		t.Errorf("by name b is %q", v.Raw)
	}
}

func whatever(*workflows.InputType, gjson.Result) bool { return true }

func TestLoaded(t *testing.T) {
	c := define(t, nil, `"required": {"a": ["INT"], "b": ["INT"], "seed": ["INT"], "c": ["BOOLEAN"], "d": ["INT"]}`)
	forced := define(t, nil, `"required": {"a": ["INT"], "f": ["INT", {"forceInput": true}], "b": ["BOOLEAN"]}`)
	tests := []struct{ name, values, inputs, want string }{
		{"in order", `1,2,3,"fixed",true,4`, "", "a=1 b=2 seed=3 c=true d=4"},
		{"too few", `1,2`, "", "a=1 b=2"},
		{"too many", `1,2,3,"fixed",true,4,"x"`, "", "a=1 b=2 seed=3 c=true d=4"},
		{"a link drives it", `1,2,3`, in("b INT 7 widget"), "a=1 seed=3"},
		{"a placeholder", `"{{A}}",2`, "", "b=2"},
		{"nothing is said", `1,"",3,"fixed",true,null`, "", `a=1 b="" seed=3 c=true d=null(stray)`},
		{"a display at the end", `1,"<b>"`, "", `a=1 b="<b>"(stray)`},
		{"forced, with a dummy place", `1,0,true`, "", "a=1 b=true"},
		{"forced, without", `1,true`, "", "a=1 b=true"},
		{"in no order", `1,"x",3,"fixed",true,4`, "", `a=1(moved) b="x"(moved) seed=3(moved) c=true(moved) d=4(moved)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			members := []string{values(tt.values)}
			if tt.inputs != "" {
				members = append(members, tt.inputs)
			}
			class := c
			if strings.HasPrefix(tt.name, "forced") {
				class = forced
			}
			home := parseWith(t, ui(nodes(node(1, "Node", members...)), links(link(7, "9:0", "1:0", "INT"))), classes{"Node": class}).Root.Home("1")
			var got []string
			for _, l := range home.Loaded(whatever) {
				text := l.Input.Name + "=" + l.Value.Raw
				if l.Stray {
					text += "(stray)"
				}
				if l.Moved {
					text += "(moved)"
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzDefinition reads any JSON as a class, and workflows by it.
func FuzzDefinition(f *testing.F) {
	f.Add(`{"input": {"required": {"a": ["INT", {"default": 1, "min": 0}], "seed": ["INT"], "c": [["x"]]}, "optional": {"d": ["COMFY_AUTOGROW_V3"]}}, "input_order": {"required": ["c"]}}`, `[1,"",2]`)
	f.Add(`{"input": {"required": {"a": [[[]], {"options": {}}], "": [{}, []]}}, "output": {"a": 1}}`, `{"a":[]}`)
	known, err := workflows.ReadClass("Node", `{"fields": {"x": "a"}, "renamed": {"b": "a", "c": "b"}, "inputs": [{"name": "a", "kind": "int", "default": 1}]}`)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, definition, values string) {
		if workflows.Gate([]byte(definition)) != nil || workflows.Gate([]byte(values)) != nil {
			t.Skip()
		}
		for _, known := range []*workflows.Class{nil, known} {
			class, err := workflows.ReadDefinition("Node", definition, source, known)
			if err != nil {
				continue
			}
			part := parseWith(t, ui(nodes(node(1, "Node", `"widgets_values":`+values))), classes{"Node": class})
			askAll(t, part.File, part.Run("1"))
			for _, l := range part.Root.Home("1").Loaded(whatever) {
				if !gjson.Valid(l.Value.Raw) || l.Input == nil {
					t.Errorf("%+v", l)
				}
			}
		}
	})
}
