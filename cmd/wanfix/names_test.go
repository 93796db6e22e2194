package main

import (
	"os"
	"path/filepath"
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
