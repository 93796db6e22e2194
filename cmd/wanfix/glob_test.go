package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestMatchPath(t *testing.T) {
	for _, tt := range []struct {
		pattern, name string
		fits          bool
	}{
		{"a.json", "a.json", true},
		{"a.json", "b/a.json", false},
		{"*/a.json", "b/a.json", true},
		{"**/a.json", "a.json", true},
		{"**/a.json", "b/c/a.json", true},
		{"**/a.json", "b/c/a.json/d", false},
		{"b/**/a.json", "b/a.json", true},
		{"b/**/a.json", "c/a.json", false},
		{"b/**", "b/c/d", true},
		{"**/x/**/y", "x/x/y/x/y", true},
		{"**/x/**/y", "x/x/z", false},
		{"**/b/c", "b/b/c", true},
		{"[", "[", false},
		{"", "", true},
	} {
		t.Run(tt.pattern+" "+tt.name, func(t *testing.T) {
			if got := matchPath(strings.Split(tt.pattern, "/"), strings.Split(tt.name, "/")); got != tt.fits {
				t.Errorf("fits is %t", got)
			}
		})
	}
}

// TestMatchPathBounded tries a pattern for which trying everything would take forever.
func TestMatchPathBounded(t *testing.T) {
	pattern := strings.Split(strings.Repeat("**/a/", 100)+"b", "/")
	name := strings.Split(strings.Repeat("a/", 2000)+"c", "/")
	begun := time.Now()
	if matchPath(pattern, name) {
		t.Error("it fits")
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestCutPattern(t *testing.T) {
	for _, tt := range []struct{ pattern, folder, rest string }{
		{"**/*.json", ".", "**/*.json"},
		{"flows/**/*.json", "flows", "**/*.json"},
		{"a/b/[c]/**", "a/b", "[c]/**"},
		{"/**/*.json", "/", "**/*.json"},
		{"../x/**", "../x", "**"},
	} {
		t.Run(tt.pattern, func(t *testing.T) {
			folder, rest := cutPattern(tt.pattern)
			if filepath.ToSlash(folder) != tt.folder || strings.Join(rest, "/") != tt.rest {
				t.Errorf("got %q and %q", folder, rest)
			}
		})
	}
}
