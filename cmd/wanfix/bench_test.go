package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
			b.ReportMetric(inTurn(b, []string{hello}, []string{wanfix, workflow, "--gpu", "4090", "-o", filepath.Join(folder, "out.json")}), "x-hello")
		})
	}
}

// BenchmarkRules tunes such a file with the program, and in turn with one that has every rule
// twice: x-rules is the ratio of the medians.
func BenchmarkRules(b *testing.B) {
	workflow := filepath.Join(b.TempDir(), "w.json")
	if err := os.WriteFile(workflow, fiftyKB(b), 0o644); err != nil {
		b.Fatal(err)
	}
	once := installed(b, ".", "CGO_ENABLED=0")
	again := installed(b, ".", "CGO_ENABLED=0", "-overlay="+twice(b, "../../rules/packs/wanvideo"))
	b.ReportMetric(inTurn(b, []string{once, workflow, "--gpu", "4090"}, []string{again, workflow, "--gpu", "4090"}), "x-rules")
}

// twice describes, for "go build -overlay", a pack that has each of its rules a second time.
func twice(b *testing.B, pack string) (overlay string) {
	b.Helper()
	pack, err := filepath.Abs(pack)
	if err != nil {
		b.Fatal(err)
	}
	index, err := os.ReadFile(filepath.Join(pack, "index.json"))
	if err != nil {
		b.Fatal(err)
	}
	folder, files := b.TempDir(), map[string]string{}
	write := func(name string, text []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, text, 0o644); err != nil {
			b.Fatal(err)
		}
		return path
	}
	rule := regexp.MustCompile(`(?m)^    "(.+?)": (.*?)(,?)$`)
	for _, found := range rule.FindAllSubmatch(index, -1) {
		id := string(found[1])
		files[filepath.Join(pack, id+"-again.md")] = filepath.Join(pack, id+".md")
	}
	if len(files) == 0 {
		b.Fatal("the index has no rules")
	}
	files[filepath.Join(pack, "index.json")] = write("index.json", rule.ReplaceAll(index, []byte(`"$1": $2, "$1-again": $2$3`)))
	text, err := json.Marshal(map[string]any{"Replace": files})
	if err != nil {
		b.Fatal(err)
	}
	return write("overlay.json", text)
}

// inTurn runs two programs in turn, and returns how much longer the second takes, by the medians.
func inTurn(b *testing.B, first, second []string) float64 {
	b.Helper()
	var one, other []time.Duration
	for b.Loop() {
		one = append(one, timed(b, first[0], first[1:]...))
		other = append(other, timed(b, second[0], second[1:]...))
	}
	slices.Sort(one)
	slices.Sort(other)
	return float64(other[len(other)/2]) / float64(one[len(one)/2])
}

// installed builds a program and copies it to another place, as installing does.
func installed(b *testing.B, source, cgo string, flags ...string) string {
	b.Helper()
	built, program := filepath.Join(b.TempDir(), "built"), filepath.Join(b.TempDir(), "program")
	args := append([]string{"build", "-trimpath", "-ldflags=-s -w", "-o", built}, append(flags, source)...)
	cmd := exec.CommandContext(b.Context(), "go", args...)
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
