//go:build unix

package comfy

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestPipes opens an install in which reading a file would wait for a writer.
func TestPipes(t *testing.T) {
	dir := tree(t, map[string]string{"main.py": "", "models/": "", "start.sh": "python main.py --cuda-device 1 --extra-model-paths-config e.yaml"})
	for _, name := range []string{"run.bat", "e.yaml"} {
		if err := syscall.Mkfifo(filepath.Join(dir, name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	in, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := in.Launch(); got.CUDADevice != "1" {
		t.Errorf("got %+v", got)
	}
	if len(in.Notes) != 1 || !strings.Contains(in.Notes[0], "e.yaml is not a regular file") {
		t.Errorf("got the notes %q", in.Notes)
	}
}

func TestPipesOfDesktop(t *testing.T) {
	dir := tree(t, map[string]string{"models/": "", "custom_nodes/": "", "user/default/": ""})
	config := home(t)
	write(t, filepath.Join(config, "config.json"), "{}")
	for _, path := range []string{filepath.Join(config, "extra_models_config.yaml"), filepath.Join(dir, "user/default/comfy.settings.json")} {
		if err := syscall.Mkfifo(path, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	in, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Notes) != 2 {
		t.Errorf("got the notes %q, want two", in.Notes)
	}
}
