package main

import (
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// anyFolders stands in a pattern for folders, any number of them.
const anyFolders = "**"

// matchPath reports whether a path fits a pattern. Both are cut at the slashes.
func matchPath(pattern, name []string) bool {
	// Of several ** only the last needs to try again: what fitted before it fits anyway.
	retry, from := -1, 0
	p, n := 0, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == anyFolders:
			p, retry, from = p+1, p+1, n
			continue
		case p < len(pattern) && matchName(pattern[p], name[n]):
			p, n = p+1, n+1
			continue
		case retry < 0:
			return false
		}
		from++
		p, n = retry, from
	}
	for p < len(pattern) && pattern[p] == anyFolders {
		p++
	}
	return p == len(pattern)
}

// matchName matches one name. A broken pattern matches nothing.
func matchName(pattern, name string) bool {
	fits, err := path.Match(pattern, name)
	return fits && err == nil
}

// isWhole reports whether a pattern, cut at the slashes, says something and is not broken.
func isWhole(pattern []string) bool {
	return !slices.ContainsFunc(pattern, func(name string) bool {
		_, err := path.Match(name, "")
		return name == "" || err != nil
	})
}

func isPattern(name string) bool { return strings.ContainsAny(name, "*?[") }

// cutPattern takes the folder in front of the first wildcard off a pattern, and cuts what
// is left at the slashes.
func cutPattern(pattern string) (folder string, rest []string) {
	names := strings.Split(filepath.ToSlash(pattern), "/")
	fixed := 0
	for fixed < len(names) && !isPattern(names[fixed]) {
		fixed++
	}
	switch folder = strings.Join(names[:fixed], "/"); {
	case folder == "" && fixed > 0:
		folder = "/"
	case folder == "":
		folder = "."
	}
	return filepath.FromSlash(folder), names[fixed:]
}
