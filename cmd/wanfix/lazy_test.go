//go:build linux && cgo

package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestReleaseFlags builds as Taskfile.yml does, with a linker that binds all names at start before
// it is told otherwise, as some systems' do. Such a program would not start: no driver has all the
// functions that go-nvml names.
func TestReleaseFlags(t *testing.T) {
	t.Parallel()
	lib := fakeLibraries(t)
	tasks, err := os.ReadFile("../../Taskfile.yml")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`go build .*-ldflags '(.*-extldflags=)(.*)' `).FindStringSubmatch(string(tasks))
	if m == nil {
		t.Fatal("Taskfile.yml has no go build with -extldflags")
	}
	flags := "-ldflags=" + m[1] + strings.Replace(m[2], "-Wl,", "-Wl,-z,now,", 1)
	program := goBuild(t, "wanfix", ".", `GOFLAGS='`+flags+`'`)
	driver := t.TempDir() + "/driver"
	if err := os.WriteFile(driver, []byte(fake3090), 0o644); err != nil {
		t.Fatal(err)
	}
	env := []string{"FAKE_NVML=" + driver, "LD_LIBRARY_PATH=" + lib(t, ""), "PATH=" + t.TempDir()}
	runAs(t, program, env, 0, []string{"NVIDIA GeForce RTX 3090", "found by NVML"}, nil, "gpu")
}
