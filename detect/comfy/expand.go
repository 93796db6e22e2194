package comfy

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// The ways to write a variable of the environment; those of Windows come on top there.
const (
	anyVariable     = `\$\w+|\$\{[^}]*\}`
	windowsVariable = `|%[^%\s/\\]+%`
)

// expand writes ~ and variables of the environment out, as Python does: what is not set stays as it
// stands, and so does the home of another user.
func expand(path string) string {
	if home, err := os.UserHomeDir(); err == nil {
		path = expandHome(path, home)
	}
	return expandEnv(path, runtime.GOOS == "windows", os.LookupEnv)
}

func expandHome(path, home string) string {
	rest, ok := strings.CutPrefix(path, "~")
	if !ok || rest != "" && !os.IsPathSeparator(rest[0]) {
		return path
	}
	return home + rest
}

func expandEnv(path string, windows bool, lookup func(string) (string, bool)) string {
	if !strings.ContainsAny(path, "$%") {
		return path
	}
	pattern := anyVariable
	if windows {
		pattern += windowsVariable
	}
	return regexp.MustCompile(pattern).ReplaceAllStringFunc(path, func(written string) string {
		if value, ok := lookup(strings.Trim(written, "${}%")); ok {
			return value
		}
		return written
	})
}

// absolute is a path as seen from dir.
func absolute(path, dir string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}
