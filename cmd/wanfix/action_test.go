package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// TestActionShown holds what README.md shows of the action to its inputs.
func TestActionShown(t *testing.T) {
	var action struct{ Inputs map[string]any }
	text, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &action); err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, block := range readPage(t, "../../README.md").blocks {
		var flow struct {
			Jobs map[string]struct {
				Steps []struct {
					Uses string
					With map[string]any
				}
			}
		}
		if block.info != "yaml" {
			continue
		}
		if err := yaml.Unmarshal([]byte(block.text), &flow); err != nil {
			t.Fatal(err)
		}
		for _, step := range flow.Jobs["wanfix"].Steps {
			for input := range step.With {
				if _, known := action.Inputs[input]; !known {
					t.Errorf("%s has no input %q", step.Uses, input)
				}
				shown++
			}
		}
	}
	if shown == 0 {
		t.Error("README.md shows no use of the action")
	}
}

// TestAction runs the steps of the GitHub Action as its runner does, with a gh that has one
// release: this program.
func TestAction(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil || runtime.GOOS != "linux" {
		t.Skip("the steps are run by bash, on Linux")
	}
	text, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var action struct {
		Runs struct {
			Steps []struct {
				Name, Run string
				Env       map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(text, &action); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, cards, args, files string
		damaged                  bool
		exit                     int
		told                     string
	}{
		{"finds what is wrong", "3090", "", "wan22-high-low.json", false, 1, "::warning file=wan22-high-low.json,line=83,col=5,title=e4m3fn-needs-sm89-to-compile::"},
		{"is content with another card", "4090", "", "wan22-high-low.json", false, 0, ""},
		{"takes several files and flags", "3090", "--ignore\ne4m3fn-needs-sm89-to-compile", "wan22-high-low.json\nnative-loaders.json\n", false, 0, ""},
		{"does not obey its inputs", "3090", "", "$(touch evil).json", false, 2, "$(touch evil).json"},
		{"refuses a damaged archive", "3090", "", "wan22-high-low.json", true, 1, "FAILED"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			folder, temp, bin := t.TempDir(), t.TempDir(), t.TempDir()
			if err := os.CopyFS(folder, os.DirFS("../../testdata/workflows")); err != nil {
				t.Fatal(err)
			}
			release := releaseOf(t, tt.damaged)
			write(t, bin, map[string]string{"gh": "#!/bin/sh\ncp " + release + "/* .\n"})
			if err := os.Chmod(filepath.Join(bin, "gh"), 0o755); err != nil {
				t.Fatal(err)
			}
			path := bin + ":" + os.Getenv("PATH")
			inputs := strings.NewReplacer("${{ inputs.files }}", tt.files, "${{ inputs.gpu }}", tt.cards, "${{ inputs.args }}", tt.args,
				"${{ inputs.version }}", "", "${{ github.token }}", "secret")
			var out []byte
			var failed error
			for _, step := range action.Runs.Steps {
				if strings.Contains(step.Run, "${{") {
					t.Errorf("%s: an input is part of the script", step.Name)
				}
				cmd := exec.CommandContext(t.Context(), bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", step.Run)
				cmd.Dir = folder
				cmd.Env = append(os.Environ(), "RUNNER_OS=Linux", "RUNNER_ARCH="+map[string]string{"amd64": "X64", "arm64": "ARM64"}[runtime.GOARCH],
					"RUNNER_TEMP="+temp, "GITHUB_PATH="+temp+"/path", "PATH="+path)
				for name, value := range step.Env {
					cmd.Env = append(cmd.Env, name+"="+inputs.Replace(value))
				}
				var told []byte
				told, failed = cmd.CombinedOutput()
				out = append(out, told...)
				if failed != nil {
					break
				}
				added, _ := os.ReadFile(temp + "/path")
				path = strings.TrimSpace(string(added)) + ":" + path
			}
			exit := 0
			if failed != nil {
				exit = 1
				if status, ok := failed.(*exec.ExitError); ok {
					exit = status.ExitCode()
				}
			}
			if exit != tt.exit || !strings.Contains(string(out), tt.told) {
				t.Errorf("exit %d, want %d and %q:\n%s", exit, tt.exit, tt.told, out)
			}
			if exists(filepath.Join(folder, "evil")) {
				t.Error("an input was executed")
			}
		})
	}
}

// releaseOf is a folder with an archive of this program, which the test itself is, and its checksum.
func releaseOf(t *testing.T, damaged bool) string {
	t.Helper()
	program := "#!/bin/sh\nexec " + filepath.Join(linked(t), "wanfix") + " \"$@\"\n"
	var archive bytes.Buffer
	zipper := gzip.NewWriter(&archive)
	files := tar.NewWriter(zipper)
	if err := files.WriteHeader(&tar.Header{Name: "wanfix", Mode: 0o755, Size: int64(len(program))}); err != nil {
		t.Fatal(err)
	}
	if _, err := files.Write([]byte(program)); err != nil {
		t.Fatal(err)
	}
	if err := files.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipper.Close(); err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("wanfix_0.1.0_linux_%s.tar.gz", runtime.GOARCH)
	sum := sha256.Sum256(archive.Bytes())
	if damaged {
		sum[0]++
	}
	folder := t.TempDir()
	write(t, folder, map[string]string{name: archive.String(), "checksums.txt": fmt.Sprintf("%x  %s\n%x  wanfix_0.1.0_windows_amd64.zip\n", sum, name, sum)})
	return folder
}

// linked is a folder in which this test stands as wanfix, see TestMain.
func linked(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	if err := os.Symlink(os.Args[0], filepath.Join(bin, "wanfix")); err != nil {
		t.Skipf("no link to the program can be made: %v", err)
	}
	return bin
}
