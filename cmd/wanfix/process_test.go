package main

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// runAs runs a program in the folder of the test workflows, with no environment but env, and
// looks at its exit code and its output as a user would.
func runAs(t *testing.T, program string, env []string, exit int, says, never []string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = filepath.Join("..", "..", "testdata", "workflows")
	cmd.Env = append(env, "HOME="+t.TempDir(), "GOCOVERDIR="+t.TempDir())
	var told strings.Builder
	cmd.Stderr = &told
	out, err := cmd.Output()
	if failed := (*exec.ExitError)(nil); err != nil && !errors.As(err, &failed) {
		t.Fatalf("%s: %v", cmd, err)
	}
	text, got := string(out), cmd.ProcessState.ExitCode()
	t.Logf("wanfix %s, exit %d\n%s%s", strings.Join(args, " "), got, text, told.String())
	if got == 127 {
		t.Fatalf("the dynamic linker ended the process: it called a function that this driver lacks\n%s", told.String())
	}
	if got != exit {
		t.Errorf("exit %d, want %d", got, exit)
	}
	if told.Len() > 0 {
		t.Errorf("standard error is not empty: %s", told.String())
	}
	for _, want := range says {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	for _, bad := range slices.Concat(never, []string{"\x1b", "\r"}) {
		if strings.Contains(text, bad) {
			t.Errorf("it says %q", bad)
		}
	}
}

// goBuild builds a program of this module, or of one file, for another system or in another way.
func goBuild(t *testing.T, name, source string, env ...string) string {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command to build the program with")
	}
	program := filepath.Join(t.TempDir(), name)
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", program, source)
	cmd.Env = append(cmd.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", strings.Join(env, " "), cmd, err, out)
	}
	return program
}
