package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	// configName is the file in which a folder says what its workflows are tuned for.
	configName = ".wanfix.json"
	maxConfig  = 1 << 20 // bytes
)

// config is what a .wanfix.json says: JSON that may have comments.
type config struct {
	path string
	settings
	paths []pathSettings // in the order of the file
	made  map[string]*settings
}

// findConfig looks for a .wanfix.json in a folder and above it, not beyond the root of
// the repository or the user's home; nil is none. The closest has the word alone. Its error
// has the file's name and the position in it.
func findConfig(dir string, sets *ruleSets) (*config, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	home, _ := os.UserHomeDir() // none is no folder
	for {
		path := filepath.Join(dir, configName)
		text, err := readSmall(path, maxConfig)
		if err == nil {
			return parseConfig(text, path, sets)
		}
		if !errors.Is(err, fs.ErrNotExist) || exists(path) {
			return nil, fmt.Errorf("read %s: %v", short(path), err)
		}
		above := filepath.Dir(dir)
		if exists(filepath.Join(dir, ".git")) || dir == home || above == dir {
			return nil, nil
		}
		dir = above
	}
}

// readSmall reads a regular file of at most so many bytes.
func readSmall(path string, most int64) ([]byte, error) {
	switch info, err := os.Stat(path); {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("it is not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(text)) > most {
		err = fmt.Errorf("it has more than %d KiB", most>>10)
	}
	return text, err
}
