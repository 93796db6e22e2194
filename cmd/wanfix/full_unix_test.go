//go:build unix

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestDiskFull writes where there is room for some files only: on a file system of 256 KiB
// where this process may mount one, else with a limit that no file may pass.
func TestDiskFull(t *testing.T) {
	tr := newTree(t, 60)
	t.Run("a file system", func(t *testing.T) {
		full := t.TempDir()
		if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", full).CombinedOutput(); err != nil {
			t.Skipf("no file system can be mounted: %s", out)
		}
		t.Cleanup(func() { _ = exec.Command("umount", full).Run() })
		exit, told := tr.run(t, nil, tr.folder, "--gpu", "3090", "-q", "-o", full)
		tr.failed(t, full, exit, told, "no space left on device")
	})
	t.Run("a limit", func(t *testing.T) {
		out := filepath.Join(t.TempDir(), "out")
		// ulimit counts in blocks of 512 bytes; the signal would end the program before the error.
		limited := func(cmd *exec.Cmd) {
			cmd.Args = append([]string{"sh", "-c", `trap "" XFSZ; ulimit -f 8; exec "$@"`, "sh", cmd.Path}, cmd.Args[1:]...)
			cmd.Path = "/bin/sh"
		}
		exit, told := tr.run(t, limited, tr.folder, "--gpu", "3090", "-q", "-o", out+"/")
		tr.failed(t, out, exit, told, "file too large")
	})
}

// failed looks at a run that had no room for all results.
func (tr *tree) failed(t *testing.T, folder string, exit int, told, reason string) {
	t.Helper()
	changed, left := tr.whole(t, folder)
	lines := strings.Count(told, "\n")
	if exit != exitUsage || left > 0 || lines == 0 || changed+lines != tr.files || strings.Count(told, reason+"\n") != lines {
		t.Errorf("exit %d, %d of %d files are written, %d temporary files stay; it says\n%s", exit, changed, tr.files, left, told)
	}
}

// TestReadOnly cannot write into one of two folders.
func TestReadOnly(t *testing.T) {
	tr := newTree(t, 110)
	if err := os.Chmod(filepath.Dir(tr.path(0)), 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Dir(tr.path(0)), 0o755) })
	for dir := filepath.Dir(tr.folder); dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		_ = os.Chmod(dir, 0o777) // so that somebody else finds the way
	}
	somebody := func(*exec.Cmd) {}
	if os.Getuid() == 0 {
		program := filepath.Join(filepath.Dir(tr.folder), "wanfix")
		somebody = func(cmd *exec.Cmd) {
			cmd.Path = program
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
		text, err := os.ReadFile(tr.command(t.Context()).Path)
		if err == nil {
			err = os.WriteFile(program, text, 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range tr.files {
			if err := errors.Join(os.Chown(tr.path(i), 65534, 65534), os.Chown(filepath.Dir(tr.path(i)), 65534, 65534)); err != nil {
				t.Fatal(err)
			}
		}
	}
	exit, told := tr.run(t, somebody, tr.folder, "--gpu", "3090", "-q", "-w")
	changed, left := tr.whole(t, tr.folder)
	if exit != exitUsage || changed != 10 || left > 0 || strings.Count(told, ": permission denied\n") != 100 {
		t.Errorf("exit %d, %d files are new, %d temporary files stay; it says\n%s", exit, changed, left, told)
	}
}

// TestVanished has files that go while the program runs: its list was made before.
func TestVanished(t *testing.T) {
	tr := newTree(t, 20)
	folder := t.TempDir()
	var names strings.Builder
	for i := range tr.files {
		names.WriteString(tr.path(i) + "\n")
	}
	write(t, folder, map[string]string{"list.txt": names.String()})
	if err := os.Remove(tr.path(3)); err != nil {
		t.Fatal(err)
	}
	exit, told := tr.run(t, nil, "@"+filepath.Join(folder, "list.txt"), "--gpu", "3090", "-q", "-w")
	if exit != exitUsage || !strings.Contains(told, "wanfix: "+tr.path(3)+": no such file or directory\n") {
		t.Errorf("exit %d: %s", exit, told)
	}
	if text, err := os.ReadFile(tr.path(19)); err != nil || !bytes.Equal(text, tr.new) {
		t.Errorf("the others are not done: %v", err)
	}
}
