package rules

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// pack is a folder of rules, <rule>.md, with their named terms in terms.json.
type pack struct {
	name   string
	folder fs.FS
	path   string // of the folder, as messages call it
	own    bool   // it is the user's
}

// packsOf returns the packs below a folder.
func packsOf(folder fs.FS) ([]pack, error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, err
	}
	var packs []pack
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		inner, err := fs.Sub(folder, entry.Name())
		if err != nil {
			return nil, err
		}
		packs = append(packs, pack{name: entry.Name(), folder: inner, path: entry.Name()})
	}
	return packs, nil
}

const maxPage = 256 << 10 // bytes of a page or of terms; the longest that we have has 10 KB

// file reads a file of the pack.
func (p pack) file(name string) ([]byte, error) {
	var why *fs.PathError
	switch info, err := fs.Stat(p.folder, name); {
	case errors.As(err, &why):
		return nil, why.Err // messages name the file themselves
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("it is not a regular file")
	}
	f, err := p.folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxPage+1))
	if err == nil && len(text) > maxPage {
		err = fmt.Errorf("it has more than %d KiB", maxPage>>10)
	}
	return text, err
}
