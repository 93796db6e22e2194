package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDiffApplies makes what a diff shows with git and with patch, and wants what -o writes.
func TestDiffApplies(t *testing.T) {
	pair, err := os.ReadFile("../../testdata/workflows/wan22-high-low.json")
	if err != nil {
		t.Fatal(err)
	}
	inside, err := os.ReadFile("../../testdata/workflows/two-instances.json")
	if err != nil {
		t.Fatal(err)
	}
	near := []byte(`"name": "torch_compile_args"`) // in a hunk's context
	if !bytes.Contains(pair, near) {
		t.Fatalf("the pair has no %s", near)
	}
	for _, tt := range []struct {
		name, file string
		text       []byte
	}{
		{"lines", "a.json", pair},
		{"a folder and blanks", "sub dir/a b.json", pair},
		{"CRLF", "a.json", bytes.ReplaceAll(pair, []byte("\n"), []byte("\r\n"))},
		{"tabs", "a.json", bytes.ReplaceAll(pair, []byte("  "), []byte("\t"))},
		{"a subgraph", "a.json", inside},
		{"no newline at the end", "a.json", shortPrompt},
		{"letters of the world", "workflów 工作流.json", bytes.Replace(pair, near, []byte(`"label": "编译 ü 🎬", "name": "torch_compile_args"`), 1)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for tool, args := range map[string][]string{"git": {"apply", "-"}, "patch": {"-p1", "-s", "--binary"}} {
				if _, err := exec.LookPath(tool); err != nil {
					t.Logf("not tried: %s is not installed", tool)
					continue
				}
				folder := t.TempDir()
				t.Chdir(folder)
				write(t, folder, map[string]string{tt.file: string(tt.text)})
				var diff, told strings.Builder
				if exit := run([]string{"-d", tt.file, "--gpu", "3090"}, streams{in: strings.NewReader(""), out: &diff, err: &told}); exit != exitRemains {
					t.Fatalf("exit %d: %s", exit, told.String())
				}
				run([]string{tt.file, "--gpu", "3090", "-o", "want.json"}, streams{in: strings.NewReader(""), out: &told, err: &told})
				command := exec.Command(tool, args...)
				command.Stdin = strings.NewReader(diff.String())
				if out, err := command.CombinedOutput(); err != nil {
					t.Fatalf("%s: %v: %s\n%q", tool, err, out, diff.String())
				}
				got, _ := os.ReadFile(filepath.FromSlash(tt.file))
				want, _ := os.ReadFile("want.json")
				if !bytes.Equal(got, want) || bytes.Equal(got, tt.text) {
					t.Errorf("%s makes something else of it", tool)
				}
			}
		})
	}
}

// shortPrompt ends without a newline, within the context of the change.
var shortPrompt = []byte(`{
  "1": {"class_type": "WanVideoModelLoader",
        "inputs": {"model": "a.gguf", "base_precision": "bf16", "quantization": "fp8_e5m2", "load_device": "offload_device"}}
}`)
