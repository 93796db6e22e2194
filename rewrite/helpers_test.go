package rewrite

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// machine returns a machine of which only the card is known.
func machine(t testing.TB, card string) *detect.Machine {
	t.Helper()
	g, err := gpu.Parse(card)
	if err != nil {
		t.Fatal(err)
	}
	return &detect.Machine{GPU: &g, Source: "--gpu " + card}
}

func parse(t testing.TB, text string) *workflows.File {
	t.Helper()
	file, err := workflows.Parse([]byte(text), rules.BuiltinNodes())
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return file
}

func tune(t testing.TB, text, card string, o rules.Options) *Result {
	t.Helper()
	r, err := Tune([]byte(text), machine(t, card), rules.Builtin(), o)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return r
}

// lowered makes changes of a workflow and returns its new text.
func lowered(t testing.TB, text string, changes ...workflows.Change) string {
	t.Helper()
	file := parse(t, text)
	edits, err := lower(file.Parts[0], changes)
	if err != nil {
		t.Fatal(err)
	}
	out, err := splice(file.Src, edits)
	if err != nil {
		t.Fatal(err)
	}
	parse(t, string(out))
	return string(out)
}

func lower(part *workflows.Part, changes []workflows.Change) ([]Edit, error) {
	return (&index{part: part}).lower(changes)
}

func set(run, widget, value string) workflows.Change {
	return workflows.Change{Op: workflows.OpSet, Run: run, Name: widget, Value: value}
}

func unplug(run, input string) workflows.Change {
	return workflows.Change{Op: workflows.OpUnplug, Run: run, Name: input}
}

// pair is a HIGH and a LOW loader that share one compile node, as the editor saves
// them; %s stands for members of the root before and after the links.
const pair = `{
  "last_node_id": 3, "last_link_id": 2,%s
  "nodes": [
    {"id": 1, "type": "WanVideoTorchCompileSettings", "mode": 0, "order": 0, "pos": [0, 0],
     "outputs": [{"name": "torch_compile_args", "type": "WANCOMPILEARGS", "links": [1, 2]}],
     "widgets_values": ["inductor", false, "default", false, 64, true]},
    {"id": 2, "type": "WanVideoModelLoader", "title": "HIGH", "mode": 0,
     "inputs": [{"name": "compile_args", "type": "WANCOMPILEARGS", "shape": 7, "link": 1}],
     "outputs": [{"name": "model", "type": "WANVIDEOMODEL", "links": null}],
     "widgets_values": ["high_fp8_e4m3fn.safetensors", "fp16", "disabled", "offload_device", "sdpa"]},
    {"id": 3, "type": "WanVideoModelLoader", "title": "LOW", "mode": 0,
     "inputs": [{"name": "compile_args", "type": "WANCOMPILEARGS", "shape": 7, "link": 2}],
     "outputs": [{"name": "model", "type": "WANVIDEOMODEL"}],
     "widgets_values": ["low_fp8_e4m3fn.safetensors", "fp16", "disabled", "offload_device", "sdpa"]}
  ],
  "links": [
    [1, 1, 0, 2, 0, "WANCOMPILEARGS"],
    [2, 1, 0, 3, 0, "WANCOMPILEARGS"]
  ],%s
  "version": 0.4
}`

func pairWith(before, after string) string { return fmt.Sprintf(pair, before, after) }

// loader is one loader alone, its members as given.
func loader(members ...string) string {
	return `{"nodes":[{"id":5,"type":"WanVideoModelLoader",` + strings.Join(members, ",") + `}],"links":[],"version":0.4}`
}

func replaced(t testing.TB, text, old, new string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("%q is not in\n%s", old, text)
	}
	return strings.Replace(text, old, new, 1)
}
