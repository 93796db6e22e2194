//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// tree is a folder of many workflows, with what each is before and after.
type tree struct {
	folder   string
	old, new []byte
	files    int
}

// newTree writes copies of a workflow that is changed for an RTX 3090, in folders of 100.
func newTree(t *testing.T, files int) *tree {
	t.Helper()
	tr := &tree{folder: filepath.Join(t.TempDir(), "flows"), files: files}
	var err error
	if tr.old, err = os.ReadFile("../../testdata/workflows/wan22-high-low.json"); err != nil {
		t.Fatal(err)
	}
	for i := range files {
		write(t, filepath.Dir(tr.path(i)), map[string]string{filepath.Base(tr.path(i)): string(tr.old)})
	}
	out := filepath.Join(t.TempDir(), "new.json")
	if exit, told := tr.run(t, nil, tr.path(0), "--gpu", "3090", "-o", out); exit != exitClean {
		t.Fatal(told)
	}
	if tr.new, err = os.ReadFile(out); err != nil || bytes.Equal(tr.old, tr.new) {
		t.Fatalf("it is not changed: %v", err)
	}
	return tr
}

func (tr *tree) path(i int) string {
	return filepath.Join(tr.folder, strconv.Itoa(i/100), fmt.Sprintf("%06d.json", i))
}

// command is the program in a process of its own.
func (tr *tree) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "wanfix", args...)
	cmd.Env = append(cmd.Environ(), "GOCOVERDIR="+filepath.Dir(tr.folder))
	return cmd
}

func (tr *tree) run(t *testing.T, change func(*exec.Cmd), args ...string) (exit int, told string) {
	t.Helper()
	cmd := tr.command(t.Context(), args...)
	if change != nil {
		change(cmd)
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	err := cmd.Run()
	if failed := (*exec.ExitError)(nil); err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), stderr.String()
}

// whole looks at every file below a folder: it is the old or the new one. It returns how
// many are new, and how many temporary files there are.
func (tr *tree) whole(t *testing.T, folder string) (changed, temporary int) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if fits, _ := filepath.Match(".wanfix-*.tmp", entry.Name()); fits {
			temporary++
			return nil
		}
		text, err := os.ReadFile(path)
		switch {
		case err != nil:
			return err
		case bytes.Equal(text, tr.new):
			changed++
		case !bytes.Equal(text, tr.old):
			t.Errorf("%s is neither the old nor the new one, it has %d bytes", path, len(text))
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return changed, temporary
}
