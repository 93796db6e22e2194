package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkProcess tunes a file of 50 KB in a process of its own, and runs a hello-world that is
// built alike in turn with it: x-hello is the ratio of the medians.
func BenchmarkProcess(b *testing.B) {
	folder := b.TempDir()
	source := filepath.Join(folder, "hello.go")
	hello := "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n"
	if err := os.WriteFile(source, []byte(hello), 0o644); err != nil {
		b.Fatal(err)
	}
	workflow := filepath.Join(folder, "w.json")
	if err := os.WriteFile(workflow, fiftyKB(b), 0o644); err != nil {
		b.Fatal(err)
	}
	for _, tt := range []struct{ name, cgo string }{{"static", "CGO_ENABLED=0"}, {"as go build does", "CGO_ENABLED="}} {
		b.Run(tt.name, func(b *testing.B) {
			wanfix, hello := installed(b, ".", tt.cgo), installed(b, source, tt.cgo)
			var ours, theirs []time.Duration
			for b.Loop() {
				theirs = append(theirs, timed(b, hello))
				ours = append(ours, timed(b, wanfix, workflow, "--gpu", "4090", "-o", filepath.Join(folder, "out.json")))
			}
			slices.Sort(ours)
			slices.Sort(theirs)
			b.ReportMetric(float64(ours[len(ours)/2])/float64(theirs[len(theirs)/2]), "x-hello")
		})
	}
}

// installed builds a program and copies it to another place, as installing does.
func installed(b *testing.B, source, cgo string) string {
	b.Helper()
	built, program := filepath.Join(b.TempDir(), "built"), filepath.Join(b.TempDir(), "program")
	cmd := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", built, source)
	cmd.Env = append(cmd.Environ(), cgo)
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	from, err := os.Open(built)
	if err != nil {
		b.Fatal(err)
	}
	defer from.Close()
	to, err := os.OpenFile(program, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(to, from); err != nil {
		b.Fatal(err)
	}
	if err := to.Close(); err != nil {
		b.Fatal(err)
	}
	return program
}

func timed(b *testing.B, program string, args ...string) time.Duration {
	start := time.Now()
	if err := exec.CommandContext(b.Context(), program, args...).Run(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// fiftyKB is a workflow of the usual size: the pair that is shipped, and previews beside it.
func fiftyKB(b *testing.B) []byte {
	b.Helper()
	text, err := os.ReadFile("../../testdata/workflows/wan22-high-low.json")
	if err != nil {
		b.Fatal(err)
	}
	var more strings.Builder
	for id := 1000; len(text)+more.Len() < 50_000; id++ {
		fmt.Fprintf(&more, `
    {"id": %d, "type": "PreviewImage", "pos": [%d, -400.5], "size": [210, 246], "flags": {}, "order": %d, "mode": 0,
      "inputs": [{"localized_name": "images", "name": "images", "type": "IMAGE", "link": null}], "outputs": [],
      "properties": {"cnr_id": "comfy-core", "ver": "0.3.64", "Node name for S&R": "PreviewImage"}, "widgets_values": []},`, id, id, id)
	}
	return []byte(strings.Replace(string(text), `"nodes": [`, `"nodes": [`+more.String(), 1))
}
