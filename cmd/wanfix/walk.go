package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// walk looks for workflows below a folder. It leaves out what is hidden, what Git would
// ignore, and what is behind a link.
type walk struct {
	root    string
	pattern []string    // that names below root have to fit; nil is what ends in .json
	except  os.FileInfo // a folder in it that holds results; nil is none
	above   []string    // names of the folders from the repository's root to this one
	yield   func(source) bool
}

// start begins with what the .gitignore files of the repository around the folder say.
func (w *walk) start() bool {
	folder, err := filepath.Abs(w.root)
	if err != nil {
		return w.fail(w.root, err)
	}
	var around *ignores
	repository := repositoryOf(folder)
	if repository != folder {
		below, err := filepath.Rel(repository, folder)
		if err != nil {
			return w.fail(w.root, err)
		}
		w.above = strings.Split(below, string(filepath.Separator))
		for i := range w.above {
			outer := filepath.Join(repository, filepath.Join(w.above[:i]...))
			if around, err = around.inside(outer, i); err != nil {
				return w.fail(filepath.Join(outer, ignoreName), err)
			}
		}
	}
	return w.folder(nil, around)
}

// repositoryOf is the root of the repository that a folder is in, or the folder itself.
func repositoryOf(folder string) string {
	for dir := folder; ; {
		if exists(filepath.Join(dir, ".git")) {
			return dir
		}
		above := filepath.Dir(dir)
		if above == dir {
			return folder
		}
		dir = above
	}
}

// folder yields the files in a folder, given by its names below root, and in those in it.
func (w *walk) folder(names []string, around *ignores) bool {
	at := filepath.Join(w.root, filepath.Join(names...))
	entries, err := os.ReadDir(at)
	if err != nil {
		return w.fail(at, err)
	}
	ignored, err := around.inside(at, len(w.above)+len(names))
	if err != nil {
		return w.fail(filepath.Join(at, ignoreName), err)
	}
	for _, entry := range entries {
		name := entry.Name()
		below := append(names[:len(names):len(names)], name)
		switch {
		case strings.HasPrefix(name, "."), !entry.IsDir() && !(entry.Type().IsRegular() && w.wants(below)):
			continue
		case ignored.ignored(append(w.above[:len(w.above):len(w.above)], below...), entry.IsDir()):
			continue
		case !entry.IsDir():
			if !w.yield(source{name: filepath.Join(at, name), below: path.Join(below...), found: true}) {
				return false
			}
		case !w.isExcept(entry) && !w.folder(below, ignored):
			return false
		}
	}
	return true
}

func (w *walk) wants(below []string) bool {
	if w.pattern == nil {
		return strings.EqualFold(filepath.Ext(below[len(below)-1]), ".json")
	}
	return matchPath(w.pattern, below)
}

func (w *walk) isExcept(entry os.DirEntry) bool {
	if w.except == nil {
		return false
	}
	info, err := entry.Info()
	return err == nil && os.SameFile(info, w.except)
}

// fail tells that something could not be read, and goes on with the rest.
func (w *walk) fail(name string, err error) bool {
	return w.yield(source{name: name, found: true, err: fmt.Errorf("look through it: %w", withoutPath(err))})
}
