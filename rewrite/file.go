package rewrite

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// WriteFile puts data in the place of a file, or makes a new one. The file is the
// old or the new one at every moment, whatever happens in between. It keeps its
// permissions. A file that holds data already is left alone: written is false.
//
// Links, devices and folders are refused: replacing them would make something
// else of them.
func WriteFile(path string, data []byte) (written bool, err error) {
	mode := fs.FileMode(0)
	switch info, err := os.Lstat(path); {
	case err == nil && !info.Mode().IsRegular():
		return false, fmt.Errorf("write %s: it is %s, not a regular file", path, kindOf(info.Mode()))
	case err == nil:
		mode = info.Mode().Perm()
		if info.Size() != int64(len(data)) {
			break
		}
		if holds(path, data) {
			return false, nil
		}
	case !errors.Is(err, fs.ErrNotExist):
		return false, fmt.Errorf("write: %w", err)
	}
	temporary, err := writeBeside(path, data, mode)
	if err != nil {
		return false, fmt.Errorf("write %s: %w", path, err)
	}
	if err := replace(temporary, path); err != nil {
		os.Remove(temporary)
		return false, fmt.Errorf("write: %w", err)
	}
	return true, nil
}

// holds reports whether a file has just this data. It is read piece by piece.
func holds(path string, data []byte) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	piece := make([]byte, 8<<10)
	for {
		n, err := f.Read(piece)
		if err == io.EOF {
			return len(data) == 0
		}
		if err != nil || !bytes.HasPrefix(data, piece[:n]) {
			return false
		}
		data = data[n:]
	}
}

func kindOf(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode.IsDir():
		return "a folder"
	}
	return "a device"
}

// writeBeside writes data to a new file in the folder of path: a rename within a
// folder is what file systems do in one step. A mode of 0 leaves the permissions
// to the system, as for any new file.
func writeBeside(path string, data []byte, mode fs.FileMode) (name string, err error) {
	var f *os.File
	for try := range 100 {
		name = filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+strconv.Itoa(os.Getpid()+try)+".tmp")
		if f, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666); !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	if err == nil && mode != 0 {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		os.Remove(name)
		return "", err
	}
	return name, nil
}

// replace renames a file over another. Windows refuses for a moment while a virus
// scanner or ComfyUI holds the old one open.
func replace(from, to string) (err error) {
	for wait := 10 * time.Millisecond; wait < time.Second; wait *= 3 {
		if err = os.Rename(from, to); err == nil || !errors.Is(err, fs.ErrPermission) {
			return err
		}
		time.Sleep(wait)
	}
	return err
}
