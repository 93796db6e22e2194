package comfy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tree writes files below a new folder and returns it; a name that ends in a slash is a folder.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o755); err != nil {
				t.Fatal(err)
			}
			continue
		}
		write(t, path, text)
	}
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// below writes a path relative to dir, with slashes; "" stays "".
func below(t *testing.T, dir, path string) string {
	t.Helper()
	if path == "" {
		return ""
	}
	rel, err := filepath.Rel(dir, path)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(rel)
}

func TestFind(t *testing.T) {
	dir := tree(t, map[string]string{
		"linux/ComfyUI/main.py":                                   "",
		"linux/ComfyUI/models/loras/":                             "",
		"linux/ComfyUI/user/default/workflows/a.json":             "{}",
		"windows/python_embeded/python.exe":                       "",
		"windows/ComfyUI/main.py":                                 "",
		"windows/ComfyUI/models/":                                 "",
		"windows/update/":                                         "",
		"renamed/python_embedded/python.exe":                      "",
		"renamed/ComfyUI/main.py":                                 "",
		"renamed/ComfyUI/models/":                                 "",
		"nopython/ComfyUI/main.py":                                "",
		"nopython/ComfyUI/models/":                                "",
		"other/main.py":                                           "",
		"fake/main.py/":                                           "",
		"fake/models/":                                            "",
		"nested/ComfyUI/main.py":                                  "",
		"nested/ComfyUI/models/":                                  "",
		"nested/ComfyUI/custom_nodes/x/ComfyUI/main.py":           "",
		"nested/ComfyUI/custom_nodes/x/ComfyUI/models/":           "",
		"nested/ComfyUI/custom_nodes/x/ComfyUI/examples/wan.json": "{}",
	})
	for _, tt := range []struct {
		name           string
		start          []string
		root, portable string // "" is none
	}{
		{"the folder itself", []string{"linux/ComfyUI"}, "linux/ComfyUI", ""},
		{"from a workflow's folder", []string{"linux/ComfyUI/user/default/workflows"}, "linux/ComfyUI", ""},
		{"from a workflow", []string{"linux/ComfyUI/user/default/workflows/a.json"}, "linux/ComfyUI", ""},
		{"from a folder that is not there", []string{"linux/ComfyUI/output/new"}, "linux/ComfyUI", ""},
		{"the portable package", []string{"windows"}, "windows/ComfyUI", "windows"},
		{"beside ComfyUI in the portable package", []string{"windows/update"}, "windows/ComfyUI", "windows"},
		{"inside of the portable package", []string{"windows/ComfyUI/models"}, "windows/ComfyUI", "windows"},
		{"the spelling mended", []string{"renamed"}, "renamed/ComfyUI", "renamed"},
		{"a folder around ComfyUI that is no package", []string{"nopython"}, "", ""},
		{"main.py without models", []string{"other"}, "", ""},
		{"main.py is a folder", []string{"fake"}, "", ""},
		{"the nearest one", []string{"nested/ComfyUI/custom_nodes/x/ComfyUI/examples"}, "nested/ComfyUI/custom_nodes/x/ComfyUI", ""},
		{"the second place to look from", []string{"other", "windows"}, "windows/ComfyUI", "windows"},
		{"the first of two", []string{"linux/ComfyUI", "windows"}, "linux/ComfyUI", ""},
		{"nowhere to look from", nil, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			start := []string{""}
			for _, at := range tt.start {
				start = append(start, filepath.Join(dir, filepath.FromSlash(at)))
			}
			in, ok := Find(start...)
			if ok != (tt.root != "") {
				t.Fatalf("found: %t, want %t", ok, tt.root != "")
			}
			if !ok {
				return
			}
			if got := below(t, dir, in.Root); got != tt.root {
				t.Errorf("root: got %q, want %q", got, tt.root)
			}
			if got := below(t, dir, in.Portable); got != tt.portable {
				t.Errorf("portable: got %q, want %q", got, tt.portable)
			}
		})
	}
}

func TestFindFromTheWorkingFolder(t *testing.T) {
	dir := tree(t, map[string]string{"main.py": "", "models/loras/a.safetensors": "", "user/": ""})
	t.Chdir(filepath.Join(dir, "user"))
	in, ok := Find(".")
	if !ok {
		t.Fatal("not found")
	}
	if path, ok := in.Model([]string{"loras"}, "a.safetensors"); !ok || !filepath.IsAbs(path) {
		t.Errorf("got %q, %t, want an absolute path", path, ok)
	}
}

func TestOpen(t *testing.T) {
	home(t)
	dir := tree(t, map[string]string{
		"ComfyUI/main.py":         "",
		"ComfyUI/models/loras/":   "",
		"windows/python_embeded/": "",
		"windows/ComfyUI/main.py": "",
		"windows/ComfyUI/models/": "",
		"desktop/models/":         "",
		"desktop/custom_nodes/":   "",
		"desktop/.venv/":          "",
		"elsewhere/readme":        "",
	})
	for _, tt := range []struct {
		name, dir, root, says string
	}{
		{"its folder", "ComfyUI", "ComfyUI", ""},
		{"the portable package", "windows", "windows/ComfyUI", ""},
		{"the data of ComfyUI Desktop", "desktop", "desktop", ""},
		{"a folder inside of it", "ComfyUI/models", "", "lies inside of ComfyUI"},
		{"another folder", "elsewhere", "", "main.py and models/"},
		{"a file", "elsewhere/readme", "", "is a file"},
		{"nothing", "nothing", "", "nothing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in, err := Open(filepath.Join(dir, filepath.FromSlash(tt.dir)))
			switch {
			case tt.says == "" && err != nil:
				t.Fatal(err)
			case tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)):
				t.Fatalf("got the error %v, want one with %q", err, tt.says)
			case err == nil && below(t, dir, in.Root) != tt.root:
				t.Errorf("got %q, want %q", in.Root, tt.root)
			}
		})
	}
	t.Run("a server without scheme", func(t *testing.T) {
		if _, err := Open("127.0.0.1:8188"); err == nil || !strings.Contains(err.Error(), "http://127.0.0.1:8188") {
			t.Errorf("got %v, want the address with its scheme", err)
		}
	})
}
