//go:build linux && cgo

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestLaunchDevice has two cards and a ComfyUI whose launch script asks for the smaller one.
func TestLaunchDevice(t *testing.T) {
	t.Parallel()
	lib := fakeLibraries(t)
	comfy, driver := t.TempDir(), filepath.Join(t.TempDir(), "driver")
	for name, text := range map[string]string{
		driver:                          fake4090 + fake5090,
		filepath.Join(comfy, "main.py"): "",
		filepath.Join(comfy, "run.sh"):  "#!/bin/sh\npython main.py --cuda-device 0\n",
		filepath.Join(comfy, "extra_model_paths.yaml"): "a: [",
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(comfy, "models"), 0o755); err != nil {
		t.Fatal(err)
	}
	env := []string{"FAKE_NVML=" + driver, "LD_LIBRARY_PATH=" + lib(t, "")}
	said := "chosen by --cuda-device 0 in " + filepath.Join(comfy, "run.sh")
	wanfix(t, env, 0, []string{"* 0  NVIDIA GeForce RTX 4090", said, "extra_model_paths.yaml: "}, nil, "gpu", "--comfy", comfy)
	wanfix(t, env, 0, []string{"card  NVIDIA GeForce RTX 4090 · sm_89 · 24 GiB  from NVML", said, "      read " + comfy}, nil,
		"check", "wan22-high-low.json", "--comfy", comfy)
	wanfix(t, env, 0, []string{"card  NVIDIA GeForce RTX 5090", "of 2 cards the one with the most memory"}, nil, "check", "wan22-high-low.json")
}

// TestWriteOver writes over files where two cards differ: no guess is good enough for that.
func TestWriteOver(t *testing.T) {
	t.Parallel()
	lib := fakeLibraries(t)
	folder, driver := t.TempDir(), filepath.Join(t.TempDir(), "driver")
	text, err := os.ReadFile("../../testdata/workflows/wan22-high-low.json")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "a.json")
	for name, text := range map[string]string{driver: fake3090 + fake5090, file: string(text)} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	program, err := exec.LookPath("wanfix")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		args    []string
		exit    int
		says    string
		changed bool
	}{
		{"which one?", []string{file, "-w"}, exitUsage, "say --gpu-index 0 (NVIDIA GeForce RTX 3090) or --gpu-index 1 (NVIDIA GeForce RTX 5090)", false},
		{"only told", []string{file}, exitClean, "of 2 cards the one with the most memory", false},
		{"the larger", []string{file, "-w", "--gpu-index", "1"}, exitClean, "RTX 5090", false},
		{"the smaller", []string{file, "-w", "--gpu-index", "0"}, exitClean, "written to " + file, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), program, tt.args...)
			cmd.Env = []string{"FAKE_NVML=" + driver, "LD_LIBRARY_PATH=" + lib(t, ""), "PATH=" + t.TempDir(), "HOME=" + t.TempDir()}
			cmd.Dir = folder
			out, err := cmd.CombinedOutput()
			if failed := (*exec.ExitError)(nil); err != nil && !errors.As(err, &failed) {
				t.Fatal(err)
			}
			if exit := cmd.ProcessState.ExitCode(); exit != tt.exit || !strings.Contains(string(out), tt.says) {
				t.Errorf("exit %d, want %d with %q in\n%s", exit, tt.exit, tt.says, out)
			}
			now, err := os.ReadFile(file)
			if changed := string(now) != string(text); err != nil || changed != tt.changed {
				t.Errorf("changed is %t, want %t (%v)", changed, tt.changed, err)
			}
		})
	}
}
