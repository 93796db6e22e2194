//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestKilled kills the program with signal 9 at some moments, at as many as WANFIX_KILLS
// says. What it leaves behind must be whole, and the next run must finish it.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("kills many processes")
	}
	kills := 5
	if n, err := strconv.Atoi(os.Getenv("WANFIX_KILLS")); err == nil {
		kills = n
	}
	const files = 120
	midway := 0
	for i := range kills {
		tr := newTree(t, files)
		target := []string{"-w", "-o" + filepath.Join(filepath.Dir(tr.folder), "out") + "/"}[i%2]
		args := []string{tr.folder, "--gpu", "3090", "-q", target}
		cmd := tr.command(t.Context(), args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// A moment counts in files that are done, or the speed of the machine would decide.
		results := strings.TrimPrefix(target, "-o")
		if target == "-w" {
			results = tr.folder
		}
		until := files * (i + 1) / (kills + 2)
		for done := 0; done < until && syscall.Kill(cmd.Process.Pid, 0) == nil; time.Sleep(2 * time.Millisecond) {
			done = 0
			for at := until - 1; at < min(until+3, files) && done == 0; at++ {
				path := strings.Replace(tr.path(at), tr.folder, results, 1)
				if text, err := os.ReadFile(path); err == nil && len(text) == len(tr.new) {
					done = until
				}
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		changed, left := tr.whole(t, results)
		if changed > 0 && changed < files {
			midway++
		}
		t.Logf("killed when %d of %d files were done, %d temporary files stay", changed, files, left)
		if exit, told := tr.run(t, nil, args...); exit != exitClean {
			t.Fatalf("exit %d: %s", exit, told)
		}
		if changed, _ := tr.whole(t, results); changed != files {
			t.Errorf("the next run makes %d of %d files new", changed, files)
		}
	}
	if midway == 0 {
		t.Error("no kill came midway")
	}
}

// TestInterrupted ends the program as Ctrl-C does: it finishes the files in hand, and
// leaves no temporary file.
func TestInterrupted(t *testing.T) {
	tr := newTree(t, 500)
	cmd := tr.command(t.Context(), tr.folder, "--gpu", "3090", "-q", "-w")
	var told strings.Builder
	cmd.Stderr = &told
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for text := tr.old; !bytes.Equal(text, tr.new); time.Sleep(time.Millisecond) {
		text, _ = os.ReadFile(tr.path(5))
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	changed, left := tr.whole(t, tr.folder)
	want := fmt.Sprintf("wanfix: interrupted: %d files are done, the others are as they were\n", changed)
	if cmd.ProcessState.ExitCode() != exitUsage || told.String() != want || left > 0 {
		t.Errorf("%v, it says %q, want %q; %d temporary files stay", cmd.ProcessState, told.String(), want, left)
	}
}

// TestTwoProcesses has two of them write over one tree.
func TestTwoProcesses(t *testing.T) {
	tr := newTree(t, 200)
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			if exit, told := tr.run(t, nil, tr.folder, "--gpu", "3090", "-q", "-w"); exit != exitClean {
				t.Errorf("exit %d: %s", exit, told)
			}
		})
	}
	group.Wait()
	if changed, left := tr.whole(t, tr.folder); changed != tr.files || left > 0 {
		t.Errorf("%d of %d files are new, %d temporary files stay", changed, tr.files, left)
	}
}
