package rewrite

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// WriteFile puts data in the place of a file, or makes a new one. The file is the
// old or the new one at every moment, whatever happens in between. It keeps its
// permissions. A file that holds data already is left alone: written is false.
//
// Links, devices and folders are refused: replacing them would make something
// else of them.
func WriteFile(path string, data []byte) (written bool, err error) {
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return false, fmt.Errorf("write %s: %w", path, reason(err))
	}
	defer root.Close()
	return put(root, filepath.Base(path), path, data)
}

// WriteIn does the same below a folder, which nothing in name can leave: no "..", and no
// link on the way. Folders on the way to it are made.
func WriteIn(root *os.Root, name string, data []byte) (written bool, err error) {
	path := filepath.Join(root.Name(), name)
	if err := root.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return false, fmt.Errorf("write %s: %w", path, reason(err))
	}
	return put(root, name, path, data)
}

// put writes the file of a name below root; path is what it is called in errors.
func put(root *os.Root, name, path string, data []byte) (written bool, err error) {
	mode := fs.FileMode(0)
	switch info, err := root.Lstat(name); {
	case err == nil && !info.Mode().IsRegular():
		return false, fmt.Errorf("write %s: it is %s, not a regular file", path, kindOf(info.Mode()))
	case err == nil:
		mode = info.Mode().Perm()
		if info.Size() == int64(len(data)) && holds(root, name, data) {
			return false, nil
		}
	case !errors.Is(err, fs.ErrNotExist):
		return false, fmt.Errorf("write %s: %w", path, reason(err))
	}
	temporary, err := writeBeside(root, name, data, mode)
	if err != nil {
		return false, fmt.Errorf("write %s: %w", path, reason(err))
	}
	if err := replace(root, temporary, name); err != nil {
		_ = root.Remove(temporary)
		return false, fmt.Errorf("write %s: %w", path, reason(err))
	}
	return true, nil
}

// reason is an error of the system without the names in it, which are those of
// temporary files.
func reason(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return reason(path.Err)
	case errors.As(err, &link):
		return reason(link.Err)
	}
	return err
}

// holds reports whether a file has just this data. It is read piece by piece.
func holds(root *os.Root, name string, data []byte) bool {
	f, err := root.Open(name)
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

// writeBeside writes data to a new file in the folder of name: a rename within a
// folder is what file systems do in one step. Should the program be killed, that file
// stays behind, as .wanfix-….tmp. A mode of 0 leaves the permissions to the system, as
// for any new file.
func writeBeside(root *os.Root, name string, data []byte, mode fs.FileMode) (temporary string, err error) {
	temporary = filepath.Join(filepath.Dir(name), fmt.Sprintf(".wanfix-%016x.tmp", rand.Uint64()))
	f, err := root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
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
	if shut := f.Close(); err == nil {
		err = shut
	}
	if err != nil {
		_ = root.Remove(temporary)
	}
	return temporary, err
}

// replace renames a file over another. Windows refuses for a moment while a virus
// scanner or ComfyUI holds the old one open.
func replace(root *os.Root, from, to string) (err error) {
	for wait := 10 * time.Millisecond; wait < time.Second; wait *= 3 {
		if err = root.Rename(from, to); err == nil || !errors.Is(err, fs.ErrPermission) {
			return err
		}
		time.Sleep(wait)
	}
	return err
}
