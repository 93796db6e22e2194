package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	standardStream = "-"
	standardInput  = "<standard input>"

	// maxInput is a little more than a workflow may have, so that a larger one is
	// refused for its size and not for being cut off.
	maxInput = 64<<20 + 1<<10
)

// expand replaces patterns by the files they match. Windows leaves that to
// programs. A name of a file that exists is never a pattern, and what wanfix itself is
// told by is never meant.
func expand(names []string) ([]string, error) {
	var all []string
	for _, name := range names {
		if !strings.ContainsAny(name, "*?[") || exists(name) {
			all = append(all, name)
			continue
		}
		matches, _ := filepath.Glob(name) // a broken pattern matches nothing either
		matches = slices.DeleteFunc(matches, func(match string) bool { return filepath.Base(match) == configName })
		if len(matches) == 0 {
			return nil, fmt.Errorf("%s: no file matches", name)
		}
		all = append(all, matches...)
	}
	return all, nil
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

// readInput reads a file, or standard input for "-", and names it for reports.
func readInput(name string, stdin io.Reader) (text []byte, label string, err error) {
	if name == standardStream {
		text, err = io.ReadAll(io.LimitReader(stdin, maxInput))
		return text, standardInput, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, name, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, name, err
	}
	if info.IsDir() {
		return nil, name, fmt.Errorf("it is a folder, a workflow file is wanted")
	}
	var all bytes.Buffer
	all.Grow(int(min(info.Size(), maxInput)) + bytes.MinRead) // so that it is read in one go
	_, err = all.ReadFrom(io.LimitReader(f, maxInput))
	return all.Bytes(), name, err
}
