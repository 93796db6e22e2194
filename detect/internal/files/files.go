// Package files looks at files and folders that may be anything.
package files

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Open opens a regular file. Anything else is an error: opening a pipe would wait for its writer.
func Open(path string) (*os.File, fs.FileInfo, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, nil, err
	case !info.Mode().IsRegular():
		return nil, nil, fmt.Errorf("%s is not a regular file", path)
	}
	f, err := os.Open(path)
	return f, info, err
}

// IsRegular reports whether there is a regular file at the joined path.
func IsRegular(elem ...string) bool {
	info, err := os.Stat(filepath.Join(elem...))
	return err == nil && info.Mode().IsRegular()
}

// IsDir reports whether there is a folder at the joined path.
func IsDir(elem ...string) bool {
	info, err := os.Stat(filepath.Join(elem...))
	return err == nil && info.IsDir()
}
