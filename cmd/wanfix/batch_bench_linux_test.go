package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"
)

// few is the number of files that many are compared with.
const few = 1000

// BenchmarkBatch judges copies of the shipped workflows, as many as WANFIX_COPIES says:
// files/s on all cores, x-one-core how much faster that is than on one, and x-memory how
// much more memory it takes at its peak than for 1000 files.
func BenchmarkBatch(b *testing.B) {
	copies := few
	if n, err := strconv.Atoi(os.Getenv("WANFIX_COPIES")); err == nil {
		copies = n
	}
	program := installed(b, ".", "CGO_ENABLED=0")
	small, large := flows(b, few), flows(b, copies)
	least := func(have, now int64) int64 {
		if have == 0 {
			return now
		}
		return min(have, now)
	}
	var one, all, little, much int64
	for b.Loop() {
		took, _ := judged(b, program, large, 1)
		one = least(one, int64(took))
		took, peak := judged(b, program, large, runtime.NumCPU())
		all, much = least(all, int64(took)), least(much, peak)
		_, peak = judged(b, program, small, runtime.NumCPU())
		little = least(little, peak)
	}
	b.ReportMetric(float64(copies)/time.Duration(all).Seconds(), "files/s")
	b.ReportMetric(float64(one)/float64(all), "x-one-core")
	b.ReportMetric(float64(much)/float64(little), "x-memory")
}

// flows makes copies of the shipped workflows, in folders of 1000. They are hard links: what
// is measured is work, not the disk.
func flows(b *testing.B, copies int) string {
	b.Helper()
	folder := b.TempDir()
	if err := os.CopyFS(filepath.Join(folder, "0"), os.DirFS("../../testdata/workflows")); err != nil {
		b.Fatal(err)
	}
	originals, err := filepath.Glob(filepath.Join(folder, "0", "*.json"))
	if err != nil || len(originals) == 0 {
		b.Fatalf("no workflows: %v", err)
	}
	for i := len(originals); i < copies; i++ {
		path := filepath.Join(folder, strconv.Itoa(i/1000), fmt.Sprintf("%06d.json", i))
		if i%1000 == 0 {
			err = os.Mkdir(filepath.Dir(path), 0o755)
		}
		if err == nil {
			err = os.Link(originals[i%len(originals)], path)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	return folder
}

// judged runs the program over a folder, and tells how long it took and how much memory
// it had at its peak, in KiB.
func judged(b *testing.B, program, folder string, cores int) (took time.Duration, peak int64) {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), program, "check", folder, "--gpu", "3090", "--format", "json")
	cmd.Env = append(cmd.Environ(), "GOMAXPROCS="+strconv.Itoa(cores))
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			if cmd.ProcessState.ExitCode() != exitRemains {
				b.Fatal(err)
			}
			return time.Since(begun), peak
		case <-time.After(10 * time.Millisecond):
			// What the system tells at the end would count this process too, of which it began as a copy.
			peak = max(peak, peakOf(cmd.Process.Pid))
		}
	}
}

// peakOf is the most memory that a process has had, in KiB; 0 if it is gone.
func peakOf(pid int) (peak int64) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, text, _ = bytes.Cut(text, []byte("VmHWM:"))
	if _, err := fmt.Sscan(string(text), &peak); err != nil {
		return 0 // it has ended, and nobody has taken note yet
	}
	return peak
}
