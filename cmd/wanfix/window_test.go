package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDropped does what Windows does when somebody drops a file on the program: a
// console of its own, one argument, and nobody who reads what scrolls by.
func TestDropped(t *testing.T) {
	tests := []struct {
		name, workflow string
		args           []string
		wrote          string // beside the workflow, "" for nothing
		says           string
	}{
		{"writes beside the file", "set-get-one-line.json", nil, "set-get-one-line.wanfix-*.json", "written to"},
		{"a card names the copy", "wan22-high-low.json", []string{"--gpu", "3090"}, "wan22-high-low.wanfix-rtx-3090.json", "written to"},
		{"nothing to do", "native-loaders.json", nil, "", "nothing to do"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("../../testdata/workflows", test.workflow))
			if err != nil {
				t.Fatal(err)
			}
			folder := t.TempDir()
			file := filepath.Join(folder, test.workflow)
			if err := os.WriteFile(file, text, 0o644); err != nil {
				t.Fatal(err)
			}
			var out, told strings.Builder
			enter := strings.NewReader("\n")
			if exit := run(append([]string{file}, test.args...), streams{in: enter, out: &out, err: &told, window: true}); exit != exitClean {
				t.Errorf("exit %d: %s", exit, told.String())
			}
			if enter.Len() != 0 || !strings.Contains(told.String(), "press Enter") {
				t.Error("the window closes before anybody has read it")
			}
			if !strings.Contains(out.String(), test.says) {
				t.Errorf("it says\n%s\nwant %q", out.String(), test.says)
			}
			copies, err := filepath.Glob(filepath.Join(folder, "*.wanfix-*.json"))
			if err != nil {
				t.Fatal(err)
			}
			if test.wrote == "" && len(copies) > 0 {
				t.Errorf("wrote %s", copies)
			}
			if test.wrote != "" {
				if len(copies) != 1 {
					t.Fatalf("wrote %d copies, want one", len(copies))
				}
				if fits, _ := filepath.Match(test.wrote, filepath.Base(copies[0])); !fits {
					t.Errorf("wrote %s, want %s", filepath.Base(copies[0]), test.wrote)
				}
			}
			if now, _ := os.ReadFile(file); string(now) != string(text) {
				t.Error("the original was changed")
			}
		})
	}
}

// TestStyle decides about colour; out is no terminal.
func TestStyle(t *testing.T) {
	tests := []struct {
		name, flag string
		env        map[string]string
		colour     bool
	}{
		{"a pipe", "auto", nil, false},
		{"the flag", "always", map[string]string{"NO_COLOR": "1"}, true},
		{"the flag against", "never", map[string]string{"FORCE_COLOR": "1"}, false},
		{"forced", "auto", map[string]string{"FORCE_COLOR": "1", "NO_COLOR": "1"}, true},
		{"forced by nothing", "auto", map[string]string{"FORCE_COLOR": ""}, false},
		{"dumb terminal", "auto", map[string]string{"TERM": "dumb"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			look := newStyle(test.flag, &strings.Builder{}, func(name string) (string, bool) { v, ok := test.env[name]; return v, ok })
			if coloured := look.red("text") != "text"; coloured != test.colour {
				t.Errorf("colour %v, want %v", coloured, test.colour)
			}
		})
	}
}
