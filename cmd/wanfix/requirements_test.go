package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/wanfix/wanfix/rules/plan"
)

const requirementsFile = "../../docs/requirements.schema.json"

// requirementsOf runs plan and returns the text of the sidecar.
func requirementsOf(t *testing.T, args ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "requirements.json")
	var stdout, stderr strings.Builder
	if exit := run(append([]string{"plan", "--requirements", name}, args...), streams{in: strings.NewReader(""), out: &stdout, err: &stderr}); exit == exitUsage {
		t.Fatal(stderr.String())
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// requiredBy is what one workflow requires.
func requiredBy(t *testing.T, workflow string, args ...string) jsonRequirements {
	t.Helper()
	name := filepath.Join(t.TempDir(), "a.json")
	if err := os.WriteFile(name, []byte(workflow), 0o644); err != nil {
		t.Fatal(err)
	}
	var all struct{ Files []jsonRequirements }
	if err := json.Unmarshal([]byte(requirementsOf(t, append([]string{name, "--no-probe"}, args...)...)), &all); err != nil || len(all.Files) != 1 {
		t.Fatal(len(all.Files), err)
	}
	return all.Files[0]
}

// TestRequirementsSchema holds the requirements of all our workflows, and of a hostile one,
// against the schema, and wants the same text again whoever's card it is.
func TestRequirementsSchema(t *testing.T) {
	schema := formOf(t, requirementsFile)
	for _, args := range [][]string{{"../../testdata/workflows"}, {hostileWorkflow(t)}, {"../../testdata/workflows", "--size", "832x480x81", "--assume", "torch=2.9.1"}} {
		text := requirementsOf(t, append(args, "--gpu", "3090")...)
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err == nil {
			err = schema.Validate(value)
		}
		if err != nil {
			t.Errorf("%v: %v", args, err)
		}
		if again := requirementsOf(t, append(args, "--no-probe")...); len(args) == 1 && filepath.IsLocal(args[0]) && again != text {
			t.Errorf("%v: another card, other requirements:\n%s", args, cmp.Diff(text, again))
		}
		value.(map[string]any)["files"].([]any)[0].(map[string]any)["undocumented"] = true
		if schema.Validate(value) == nil {
			t.Error("keys that are not documented pass")
		}
	}
}

const (
	modelNode = `"1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "Wan2_1-T2V-14B_bf16.safetensors", "base_precision": "bf16", "quantization": "disabled", "attention_mode": %q, "compile_args": %s}}`
	compiling = `, "2": {"class_type": "WanVideoTorchCompileSettings", "inputs": {"backend": "inductor", "mode": "default"}}`
)

// TestRequirements states what follows from single settings.
func TestRequirements(t *testing.T) {
	model := func(attention, compile, more string) string {
		return "{" + fmt.Sprintf(modelNode, attention, compile) + more + "}"
	}
	for _, tt := range []struct {
		name, workflow string
		packages       string
	}{
		{"nothing special", model("sdpa", "null", ""), ""},
		{"sageattention", model("sageattn", "null", ""), "sageattention"},
		{"flash-attn", model("flash_attn_2", "null", ""), "flash-attn"},
		{"compiling", model("sdpa", `["2", 0]`, compiling), "triton"},
		{"both", model("sageattn", `["2", 0]`, compiling), "sageattention, triton"},
		{"fp16_fast", strings.Replace(model("sdpa", "null", ""), `"base_precision": "bf16"`, `"base_precision": "fp16_fast"`, 1), "torch 2.7"},
		{"compiling GGUF", strings.Replace(model("sdpa", `["2", 0]`, compiling), "safetensors", "gguf", 1), "torch 2.8, triton"},
		{"compiled without effect", model("sdpa", "null", compiling), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := requiredBy(t, tt.workflow)
			var names []string
			for _, one := range got.Packages {
				name := one.Name
				if one.Least != nil {
					name += " " + *one.Least
				}
				names = append(names, name)
			}
			if diff := cmp.Diff(tt.packages, strings.Join(names, ", ")); diff != "" || got.Packages == nil {
				t.Error(diff, got.Packages)
			}
		})
	}
}

// TestRequiredCapability tunes for each capability and wants the same answer.
func TestRequiredCapability(t *testing.T) {
	workflow := "{" + fmt.Sprintf(modelNode, "flash_attn_3", "null") + "}"
	lowest, exceptions := map[int]bool{}, 0
	for _, assume := range []string{"torch=2.8.0", "torch=2.11.0,cuda=12.8", "torch=2.8.0,cuda=12.8", "torch=2.6.0,cuda=12.4"} {
		t.Run(assume, func(t *testing.T) {
			got := requiredBy(t, workflow, "--assume", assume)
			folder := t.TempDir()
			write(t, folder, map[string]string{"a.json": workflow})
			for _, card := range capabilities() {
				var out, told strings.Builder
				exit := run([]string{filepath.Join(folder, "a.json"), "--gpu", card.Name, "--assume", assume, "-o", filepath.Join(folder, "b.json")},
					streams{in: strings.NewReader(""), out: &out, err: &told})
				if may := card.SM >= *got.SM && !slices.Contains(got.Except, card.SM); may != (exit == exitClean) {
					t.Errorf("sm_%d: exit %d, requirements are sm %d without %v", card.SM, exit, *got.SM, got.Except)
				}
			}
			lowest[*got.SM] = true
			exceptions += len(got.Except)
		})
	}
	if len(lowest) < 3 || exceptions == 0 {
		t.Errorf("lowest are %v, %d exceptions: want more to compare", lowest, exceptions)
	}
}

// TestRequiredMemory plans for every card: what has less than the least does not fit.
func TestRequiredMemory(t *testing.T) {
	text, err := os.ReadFile("../../testdata/workflows/wan22-high-low.json")
	if err != nil {
		t.Fatal(err)
	}
	required := requiredBy(t, string(text))
	seen := map[plan.Verdict]int{}
	for _, cards := range []string{"all", "sm_86:3GiB,sm_86:4GiB,sm_86:5GiB,sm_86:18GiB,sm_86:19GiB"} {
		var out, told strings.Builder
		run([]string{"plan", "../../testdata/workflows/wan22-high-low.json", "--gpu", cards, "--format", "json"}, streams{in: strings.NewReader(""), out: &out, err: &told})
		var planned jsonPlan
		if err := json.Unmarshal([]byte(out.String()), &planned); err != nil {
			t.Fatal(err)
		}
		for _, stack := range planned.Stacks {
			for _, card := range stack.Cards {
				seen[card.Card]++
				memory := float64(card.GPU.Memory) / (1 << 30)
				fits, rounding := card.Card != plan.DoesNotFit, 0.1
				if fits && memory < *required.GPU.Least-rounding || !fits && memory >= *required.GPU.Least {
					t.Errorf("%s with %.1f GiB: %s, at least %.1f are required", card.GPU.Name, memory, card.Card, *required.GPU.Least)
				}
				if memory >= *required.GPU.Comfortable && card.Card != plan.Fits {
					t.Errorf("%s with %.1f GiB: %s, %.1f are comfortable", card.GPU.Name, memory, card.Card, *required.GPU.Comfortable)
				}
			}
		}
	}
	if seen[plan.Fits] == 0 || seen[plan.DoesNotFit] == 0 {
		t.Errorf("verdicts %v: want some of either", seen)
	}
}
