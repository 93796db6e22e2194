package rewrite

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// told lists what a result says it did: "#2 compile_args", and what it did not.
func told(r *Result) (done, blocked []string) {
	for _, part := range r.Parts {
		for _, c := range part.Changes {
			done = append(done, "#"+c.Run+" "+c.Name)
		}
		for _, f := range part.Findings {
			for _, o := range f.Fixes {
				if o.State == rules.Blocked {
					blocked = append(blocked, o.BlockedBy)
				}
			}
		}
	}
	return done, blocked
}

func TestTune(t *testing.T) {
	// block swap and VRAM management on one loader, and compile settings for e4m3fn:
	// as long as VRAM management is linked, nothing is compiled.
	const rounds = `{
		"1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a_fp8_e4m3fn.safetensors", "base_precision": "fp16", "quantization": "disabled",
			"load_device": "offload_device", "compile_args": ["2", 0], "block_swap_args": ["3", 0], "vram_management_args": ["4", 0]}},
		"2": {"class_type": "WanVideoTorchCompileSettings", "inputs": {"backend": "inductor", "fullgraph": false, "mode": "default", "dynamic": false, "dynamo_cache_size_limit": 64, "compile_transformer_blocks_only": true}},
		"3": {"class_type": "WanVideoBlockSwap", "inputs": {"blocks_to_swap": 20, "offload_img_emb": false, "offload_txt_emb": false, "vace_blocks_to_swap": 0}},
		"4": {"class_type": "WanVideoVRAMManagement", "inputs": {"offload_percent": 1.0}}}`
	// one LoRA for a GGUF file and for one that can merge it
	const shared = `{
		"1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a.gguf", "base_precision": "fp16", "quantization": "disabled", "load_device": "offload_device", "lora": ["3", 0]}},
		"2": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a_bf16.safetensors", "base_precision": "fp16", "quantization": "disabled", "load_device": "offload_device", "lora": ["3", 0]}},
		"3": {"class_type": "WanVideoLoraSelect", "inputs": {"lora": "a", "strength": 1.0, "merge_loras": true, "low_mem_load": false}}}`
	legacy := loader(`"widgets_values":["a_bf16.safetensors","fp16","torchao_fp8dq","offload_device","sdpa"]`)
	tests := []struct {
		name, text, card string
		options          rules.Options
		done, blocked    []string
	}{
		{"a pair that shares a compile node", pairWith("", ""), "3090", rules.Options{}, []string{"#2 compile_args", "#3 compile_args"}, nil},
		{"a card that can", pairWith("", ""), "4090", rules.Options{}, nil, nil},
		{"one change makes room for the next", rounds, "3090", rules.Options{}, []string{"#1 vram_management_args", "#1 compile_args"}, nil},
		{"the same without the rule for the second", rounds, "3090", rules.Options{Ignore: []string{"e4m3fn-needs-sm89-to-compile"}}, []string{"#1 vram_management_args"}, nil},
		{"only one rule", rounds, "3090", rules.Options{Select: []string{"e4m3fn-needs-sm89-to-compile"}}, nil, nil},
		{"what would harm another gets a copy", shared, "3090", rules.Options{}, []string{"#1 lora"}, []string{"#3 WanVideoLoraSelect also serves #2 WanVideoModelLoader, which would change with it"}},
		{"a rescue that is not certain", legacy, "4090", rules.Options{}, nil, nil},
		{"asked for", legacy, "4090", rules.Options{Unsafe: true}, []string{"#5 quantization"}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := tune(t, test.text, test.card, test.options)
			done, blocked := told(r)
			if diff := cmp.Diff(test.done, done); diff != "" {
				t.Errorf("done (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.blocked, blocked); diff != "" {
				t.Errorf("blocked (-want +got):\n%s", diff)
			}
			if r.Changed != (len(done) > 0) || r.Changed == (string(r.Out) == test.text) {
				t.Errorf("changed is %v, and the text %v", r.Changed, string(r.Out) != test.text)
			}
			again := tune(t, string(r.Out), test.card, test.options)
			if again.Changed || string(again.Out) != string(r.Out) {
				t.Error("a second run changes more")
			}
		})
	}
}

// TestKeepsStyle tunes one workflow in many dresses: what is not changed keeps its own.
func TestKeepsStyle(t *testing.T) {
	const odd = `"extra": {"seed": 18446744073709551615, "a": 1.0, "b": 1e-7, "c": "é\u00e9", "名": null},`
	text := pairWith("", "\n  "+odd)
	dresses := map[string]string{
		"two spaces":      text,
		"byte order mark": "\xef\xbb\xbf" + text,
		"CRLF":            strings.ReplaceAll(text, "\n", "\r\n"),
		"tabs":            strings.ReplaceAll(text, "  ", "\t"),
		"one line":        strings.NewReplacer("\n", "", "  ", "").Replace(text),
		"space around":    "\n\n " + text + " \n",
	}
	cuts := []string{`"links": [1, 2]`, `"links": []`, `"link": 1`, `"link": null`, `"link": 2`, `"link": null`}
	for name, dress := range dresses {
		t.Run(name, func(t *testing.T) {
			want := strings.NewReplacer(cuts...).Replace(dress)
			open := strings.LastIndex(want, "[\n")
			if i := strings.LastIndex(want, `"links": [`); i >= 0 {
				open = i + len(`"links": [`)
			}
			shut := strings.LastIndex(want, "]")
			want = want[:open] + want[shut:]
			if diff := cmp.Diff(want, string(tune(t, dress, "3090", rules.Options{}).Out)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTuneRefuses(t *testing.T) {
	for _, text := range []string{"", "[]", `{"nodes": [}`, `{"a": 1, "a": 2}`} {
		_, err := Tune([]byte(text), machine(t, "3090"), rules.Builtin(), rules.Options{})
		var unread *workflows.Error
		if !errors.As(err, &unread) {
			t.Errorf("%q: %v, want a *workflows.Error", text, err)
		}
	}
}

// TestSameBytes returns what it was given where nothing changes, not a copy.
func TestSameBytes(t *testing.T) {
	text := []byte(pairWith("", ""))
	r, err := Tune(text, machine(t, "4090"), rules.Builtin(), rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Changed || !slices.Equal(r.Out, text) || &r.Out[0] != &text[0] {
		t.Error("the text was copied")
	}
}

func TestDiff(t *testing.T) {
	text := pairWith("", "")
	lines := Diff("a.json", []byte(text), tune(t, text, "3090", rules.Options{}))
	for _, want := range []string{"--- a/a.json\n+++ b/a.json\n", "\n-    [1, 1, 0, 2, 0, \"WANCOMPILEARGS\"],\n", "\n+  \"links\": [],\n"} {
		if !strings.Contains(lines, want) {
			t.Errorf("%q is not in\n%s", want, lines)
		}
	}
	single := strings.ReplaceAll(text, "\n", "")
	want := "--- a.json\n+++ a.json (tuned)\n" +
		"@ #2 WanVideoModelLoader · compile_args: linked to #1 WanVideoTorchCompileSettings → unplugged\n" +
		"@ #3 WanVideoModelLoader · compile_args: linked to #1 WanVideoTorchCompileSettings → unplugged\n"
	if diff := cmp.Diff(want, Diff("a.json", []byte(single), tune(t, single, "3090", rules.Options{}))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := Diff("a.json", []byte(text), tune(t, text, "4090", rules.Options{})); got != "" {
		t.Errorf("nothing changed, and it shows\n%s", got)
	}
}

// TestOverruled mends a value that is missing, and raises it for what the node then serves:
// one run does both, whoever the node serves.
func TestOverruled(t *testing.T) {
	sample, err := os.ReadFile("../testdata/workflows/wan22-high-low.json")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(sample), "        20,\n", "        null,\n", 1)
	r := tune(t, text, "2080 Ti", rules.Options{})
	done, blocked := told(r)
	if want := []string{"#8 block_swap_args", "#9 block_swap_args"}; len(blocked) > 0 || !slices.Equal(done[len(done)-2:], want) || slices.Contains(done, "#2 blocks_to_swap") {
		t.Errorf("done: %v, blocked: %v", done, blocked)
	}
	if again := tune(t, string(r.Out), "2080 Ti", rules.Options{}); again.Changed {
		t.Errorf("a second run changes %v", again.Parts[0].Changes)
	}
}
