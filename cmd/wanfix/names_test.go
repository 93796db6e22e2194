package main

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestFileNames opens files by names that are not UTF-8, which most systems allow.
func TestFileNames(t *testing.T) {
	workflow, err := os.ReadFile("../../testdata/workflows/wan22-high-low.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a<b>&c.json", "caf\xe9.json", "\u2028.json"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, workflow, 0o644); err != nil {
				t.Skipf("this system has no such files: %v", err)
			}
			var out, told strings.Builder
			if exit := run([]string{path, "--gpu", "4090"}, streams{in: strings.NewReader(""), out: &out, err: &told}); exit != exitClean {
				t.Errorf("exit %d, %s", exit, told.String())
			}
		})
	}
}

// TestFolderNames finds files by names that would move a terminal, and writes results by them.
func TestFolderNames(t *testing.T) {
	workflow, err := os.ReadFile("../../testdata/workflows/wan22-high-low.json")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"\x1b[31mred.json", "\x1b]52;c;YQ==\a.json", "\u202egnp.json", "::error::x.json", "]]><script>.json", "a\nb.json", "caf\xe9.json", "-w.json", "{gpu}.json", "@x.json", "*.json"}
	for i, name := range names {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			folder, results := filepath.Join(t.TempDir(), "in"), filepath.Join(t.TempDir(), "out")
			if err := errors.Join(os.Mkdir(folder, 0o755), os.WriteFile(filepath.Join(folder, "broken"+name), []byte(`{"nodes"`), 0o644)); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, name), workflow, 0o644); err != nil {
				t.Skipf("this system has no such files: %v", err)
			}
			for _, args := range [][]string{{"-o", results + string(filepath.Separator)}, {"-l"}, {"-d"}, {"--format", "json"}} {
				var out, told strings.Builder
				run(append([]string{folder, "--gpu", "3090"}, args...), streams{in: strings.NewReader(""), out: &out, err: &told})
				for _, text := range []string{out.String(), told.String()} {
					if strings.ContainsAny(text, "\x1b\a\u202e\r") || strings.Contains(text, "\nb.json") {
						t.Errorf("%v says %q", args, text)
					}
				}
				if strings.Count(told.String(), "\n") != 1 {
					t.Errorf("%v: of the broken file it says %q", args, told.String())
				}
			}
			if text, err := os.ReadFile(filepath.Join(results, name)); err != nil || string(text) == string(workflow) {
				t.Errorf("the result is not there: %v", err)
			}
		})
	}
}
