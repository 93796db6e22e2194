package rules

import (
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// roles is every role that nodes.json may name.
var roles = strings.Fields("loader other_loader patch settings list sampler args cache context clip decode embeds encode extra scheduler " +
	"text_encoder vae small_vae flashvsr_vae resize constant get set reroute primitive note")

// classText is a class as a pack's nodes.json has it.
type classText struct{ pack, name, text string }

func classTexts(t *testing.T) (all []classText) {
	t.Helper()
	entries, err := packs.ReadDir("packs")
	if err != nil {
		t.Fatal(err)
	}
	for _, pack := range entries {
		text, err := packs.ReadFile(path.Join("packs", pack.Name(), "nodes.json"))
		if err != nil {
			t.Fatal(err)
		}
		gjson.ParseBytes(text).ForEach(func(class, entry gjson.Result) bool {
			all = append(all, classText{pack.Name(), class.String(), entry.Raw})
			return true
		})
	}
	return all
}

// TestNodesFiles wants one class a line, each once.
func TestNodesFiles(t *testing.T) {
	line := regexp.MustCompile(`^  "([^"]+)": \{.*\},?$`)
	seen := map[string]string{}
	for _, pack := range []string{"comfyui", "wanvideo"} {
		text, err := packs.ReadFile(path.Join("packs", pack, "nodes.json"))
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(text) {
			t.Errorf("%s: not JSON", pack)
		}
		lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
		for i, each := range lines[1 : len(lines)-1] {
			m := line.FindStringSubmatch(each)
			switch {
			case m == nil:
				t.Errorf("%s/nodes.json:%d: not one class", pack, i+2)
			case seen[m[1]] != "":
				t.Errorf("%s/nodes.json:%d: %s is in %s already", pack, i+2, m[1], seen[m[1]])
			default:
				seen[m[1]] = pack
			}
		}
	}
	if names := BuiltinNodes().Names(); len(names) != len(seen) {
		t.Errorf("%d classes are read, %d lines are written", len(names), len(seen))
	}
}

// classJSON is what nodes.json may say of a class, and nothing else.
type classJSON struct {
	Role, Since, As, Gives, Through, Next, Wins, For, Loop string
	Any, Outputs                                           []string
	Takes, Fields, Renamed                                 map[string]string
	Inputs                                                 []workflows.InputType
	Layouts                                                []workflows.Layout
	Past                                                   map[string]map[string]string
	Sizes                                                  []string
	Unbounded                                              map[string]string
	Exact                                                  map[string][]string
	Adds                                                   map[string]int
	OutputNames                                            []string `json:"output_names"`
	Main                                                   bool
}

// TestNodes decodes every class strictly, compares that with what is read of it, and
// looks whether it fits together.
func TestNodes(t *testing.T) {
	for _, each := range classTexts(t) {
		t.Run(each.name, func(t *testing.T) {
			decoder := json.NewDecoder(strings.NewReader(each.text))
			decoder.DisallowUnknownFields()
			var want classJSON
			if err := decoder.Decode(&want); err != nil {
				t.Fatal(err)
			}
			c := BuiltinNodes().Class(each.name)
			got := classJSON{c.Role, c.Since, c.As, c.Gives, c.Through, c.Next, c.Wins, c.For, c.Loop, c.Any, c.Outputs, c.Takes, c.Fields, c.Renamed, c.Inputs(), c.Layouts, c.Past,
				c.Sizes, c.Unbounded, c.Exact, c.Adds, c.OutputNames, c.Main}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || c.Name != each.name {
				t.Errorf("%s is read otherwise (-written +read):\n%s", c.Name, diff)
			}
			if !slices.Contains(roles, c.Role) {
				t.Errorf("role: %q is none", c.Role)
			}
			checkReferences(t, c)
			checkInputs(t, c)
			checkLayouts(t, c)
		})
	}
}

// TestGivers wants one class to insert for every role that stacks take: the only one
// that gives it, or the one that is marked, with a name for every output.
func TestGivers(t *testing.T) {
	for role := range BuiltinNodes().takers() {
		t.Run(role, func(t *testing.T) {
			all, main := 0, 0
			for _, name := range BuiltinNodes().Names() {
				class := BuiltinNodes().Class(name)
				if class.Gives != role {
					continue
				}
				all++
				if class.Main {
					main++
				}
				if len(class.OutputNames) != len(class.Outputs) {
					t.Errorf("%s: %d outputs have %d names", name, len(class.Outputs), len(class.OutputNames))
				}
			}
			if all == 0 || all > 1 && main != 1 {
				t.Errorf("%d classes give it, %d are the main one", all, main)
			}
		})
	}
}

// checkReferences looks whether everything that names an input names one that there is.
func checkReferences(t *testing.T, c *workflows.Class) {
	has := func(what, input string) {
		if c.Input(input) == nil {
			t.Errorf("%s: there is no input %q", what, input)
		}
	}
	for word, input := range c.Fields {
		has("fields."+word, input)
	}
	for role, input := range c.Takes {
		has("takes."+role, input)
	}
	for former, input := range c.Renamed {
		has("renamed."+former, input)
		if c.Input(former) != nil {
			t.Errorf("renamed: %q is still the name of an input", former)
		}
	}
	for input := range c.Past {
		has("past", input)
	}
	for input, value := range c.Unbounded {
		if in := c.Input(input); in == nil || value != "" && !slices.Contains(in.Options, any(value)) {
			t.Errorf("unbounded: %s has no value %q", input, value)
		}
	}
	for widget, values := range c.Exact {
		for _, value := range values {
			if in := c.Input(widget); in == nil || in.Kind != workflows.KindBoolean && !slices.Contains(in.Options, any(value)) {
				t.Errorf("exact: %s has no value %q", widget, value)
			}
		}
	}
	for input := range c.Adds {
		if input != "" {
			has("adds", input)
		}
	}
	if c.Sizes != nil && len(c.Sizes) != len(c.Outputs) {
		t.Errorf("sizes: %d are told of %d outputs", len(c.Sizes), len(c.Outputs))
	}
	for _, size := range c.Sizes {
		if !slices.Contains([]string{"", "video", "width", "height", "frames"}, size) {
			t.Errorf("sizes: %q is none", size)
		}
	}
	if !slices.Contains(strings.Fields("t2v i2v vace multitalk"), c.For) && c.For != "" {
		t.Errorf("for: %q is none", c.For)
	}
	if c.Through != "" {
		has("through", c.Through)
	}
	if c.Next != "" {
		has("next", c.Next)
	}
	for _, field := range c.Any {
		if in := c.Input(c.Fields[field]); in == nil || in.Kind != workflows.KindBoolean {
			t.Errorf("any: %q is no field that is true or false", field)
		}
	}
	switch {
	case c.Role == rolePatch && c.Through == "":
		t.Error("a patch passes its model through an input")
	case c.Role == roleList && c.Gives == "":
		t.Error("a list gives something")
	case c.Role == roleOtherLoader && c.As == "":
		t.Error("a loader that is not judged has a name for people")
	case c.Wins != "" && c.Wins != winsLast:
		t.Errorf("wins: %q is none", c.Wins)
	}
}

// checkInputs looks whether defaults, and what Python does without a value, are legal.
func checkInputs(t *testing.T, c *workflows.Class) {
	names := map[string]bool{}
	for _, in := range c.Inputs() {
		if names[in.Name] {
			t.Errorf("%s is there twice", in.Name)
		}
		names[in.Name] = true
		if in.Min != nil && in.Max != nil && *in.Min > *in.Max {
			t.Errorf("%s: min %v is above max %v", in.Name, *in.Min, *in.Max)
		}
		if in.Kind == workflows.KindCombo && len(in.Options) == 0 {
			t.Errorf("%s: no options", in.Name)
		}
		for what, value := range map[string]any{"default": in.Default, "absent": in.Absent} {
			text, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case value == nil:
			case !in.Widget():
				t.Errorf("%s: a socket has no %s", in.Name, what)
			case !in.Legal(gjson.ParseBytes(text)):
				t.Errorf("%s: %s %s is not legal", in.Name, what, text)
			}
		}
		if in.Absent != nil && !in.Optional {
			t.Errorf("%s: ComfyUI refuses a prompt without it, absent says nothing", in.Name)
		}
	}
}

// goneWidgets are widgets of former layouts that today's class has under no name.
var goneWidgets = map[string]string{
	"WanVideoContextOptions":         "image_cond_start_step image_cond_window_count",
	"WanVideoAddStandInLatent":       "start_percent end_percent",
	"WanVideoAddSteadyDancerEmbeds":  "strength ref_strength",
	"WanVideoReCamMasterCameraEmbed": "camera_type",
	"MultiTalkModelLoader":           "base_precision",
	"WanVideoVACEModelSelect":        "vace_blocks",
	"WanVideoTorchCompileSettings":   "compile_single_blocks compile_double_blocks compile_txt_in compile_vector_in compile_final_layer",
	"WanVideoTextEncodeSingle":       "cache_type",
}

// checkLayouts looks whether former orders name widgets, and differ from today's.
func checkLayouts(t *testing.T, c *workflows.Class) {
	day := regexp.MustCompile(`^20\d\d-[01]\d-[0-3]\d$`)
	var today []string
	for _, in := range c.Inputs() {
		if in.Widget() {
			today = append(today, in.Name)
		}
	}
	for _, layout := range c.Layouts {
		if !day.MatchString(layout.Until) {
			t.Errorf("layout until %q, want a day", layout.Until)
		}
		names := map[string]bool{}
		for _, name := range layout.Names {
			if c.Input(c.Today(name)) == nil && !slices.Contains(strings.Fields(goneWidgets[c.Name]), name) {
				t.Errorf("layout until %s: %q is no widget, former or gone", layout.Until, name)
			}
			if names[name] {
				t.Errorf("layout until %s: %q is there twice", layout.Until, name)
			}
			names[name] = true
		}
		if n := len(layout.Names); n == 0 || n <= len(today) && slices.Equal(layout.Names, today[:n]) {
			t.Errorf("layout until %s is how today's begins", layout.Until)
		}
	}
	for widget, values := range c.Past {
		for value, until := range values {
			if !day.MatchString(until) {
				t.Errorf("past %s: %q until %q, want a day", widget, value, until)
			}
			if in := c.Input(widget); in != nil && slices.Contains(in.Options, any(value)) {
				t.Errorf("past %s: %q is still an option", widget, value)
			}
		}
	}
}
