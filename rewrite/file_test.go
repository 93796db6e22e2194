package rewrite

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestWriteFile(t *testing.T) {
	write := func(name, text string, mode fs.FileMode) func(t *testing.T, folder string) {
		return func(t *testing.T, folder string) {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(text), mode); err != nil {
				t.Fatal(err)
			}
		}
	}
	tests := []struct {
		name    string
		before  func(t *testing.T, folder string)
		written bool
		err     string // "" for none
	}{
		{"a new file", func(*testing.T, string) {}, true, ""},
		{"over an old one", write("a.json", "old", 0o640), true, ""},
		{"the same bytes", write("a.json", "new", 0o644), false, ""},
		{"a folder", func(t *testing.T, folder string) {
			if err := os.Mkdir(filepath.Join(folder, "a.json"), 0o755); err != nil {
				t.Fatal(err)
			}
		}, false, "it is a folder, not a regular file"},
		{"a symbolic link", func(t *testing.T, folder string) {
			write("b.json", "old", 0o644)(t, folder)
			if err := os.Symlink("b.json", filepath.Join(folder, "a.json")); err != nil {
				t.Skip(err)
			}
		}, false, "it is a symbolic link, not a regular file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			test.before(t, folder)
			path := filepath.Join(folder, "a.json")
			var mode fs.FileMode
			if info, err := os.Stat(path); err == nil {
				mode = info.Mode()
				if err := os.Chtimes(path, time.Time{}, time.Unix(1, 0)); err != nil {
					t.Fatal(err)
				}
			}
			written, err := WriteFile(path, []byte("new"))
			if written != test.written || (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Fatalf("written %v, %v; want %v, %q", written, err, test.written, test.err)
			}
			if test.err != "" {
				return
			}
			if text, err := os.ReadFile(path); string(text) != "new" {
				t.Errorf("it holds %q, %v", text, err)
			}
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if mode != 0 && info.Mode() != mode && runtime.GOOS != "windows" {
				t.Errorf("its mode is %v, it was %v", info.Mode(), mode)
			}
			if touched := info.ModTime() != time.Unix(1, 0); touched != test.written {
				t.Errorf("touched %v, written %v", touched, test.written)
			}
			if left, _ := filepath.Glob(filepath.Join(folder, ".*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestWriteFileNowhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "missing", "a.json")
	if written, err := WriteFile(path, []byte("new")); written || err == nil {
		t.Errorf("written %v, %v", written, err)
	}
}

func TestWriteIn(t *testing.T) {
	tests := []struct {
		name, file string
		link       string // a link of this name to the folder outside, "" for none
		err        string // "" for none
	}{
		{"a file", "a.json", "", ""},
		{"folders on the way", "x/y/a.json", "", ""},
		{"up", "../a.json", "", "path escapes from parent"},
		{"up behind a folder", "x/../../a.json", "", "path escapes from parent"},
		{"an absolute name", filepath.Join(os.TempDir(), "wanfix-never", "a.json"), "", "path escapes from parent"},
		{"a link out on the way", "out/a.json", "out", "path escapes from parent"},
		{"a link out behind folders", "x/out/a.json", "x/out", "path escapes from parent"},
		{"a link out itself", "a.json", "a.json", "it is a symbolic link, not a regular file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder, outside := t.TempDir(), t.TempDir()
			if test.link != "" {
				link := filepath.Join(folder, test.link)
				if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.Symlink(outside, link); err != nil {
					t.Skip(err)
				}
			}
			root, err := os.OpenRoot(folder)
			if err != nil {
				t.Fatal(err)
			}
			defer root.Close()
			written, err := WriteIn(root, test.file, []byte("new"))
			if test.err == "" {
				text, unread := os.ReadFile(filepath.Join(folder, test.file))
				if !written || err != nil || unread != nil || string(text) != "new" {
					t.Errorf("written %v, %v; it holds %q, %v", written, err, text, unread)
				}
				return
			}
			if written || err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("written %v, %v; want %q", written, err, test.err)
			}
			if left, err := os.ReadDir(outside); len(left) > 0 || err != nil {
				t.Errorf("outside there is %v, %v", left, err)
			}
		})
	}
}
