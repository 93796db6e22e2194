// Package comfy finds the ComfyUI that a workflow belongs to: its folder on this computer, with the
// model files in it, or a server that tells about itself.
//
// [Find] walks up to a folder, [Open] takes the one that a person named, [OpenModels] takes folders
// of models alone, [Stats] asks a server. Nothing is executed, and files and answers are read up to
// a limit.
//
// Names from a server or a configuration are not trusted text. Whoever prints one escapes it.
package comfy

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/wanfix/wanfix/detect/internal/files"
)

// Install is a ComfyUI folder, or folders of models without one.
type Install struct {
	// Root is the folder with main.py, absolute; "" where only models are known. ComfyUI Desktop
	// keeps main.py elsewhere: then Root is the folder that it was told to keep its data in.
	Root string
	// Portable is the folder of the Windows package around Root, with a Python beside it; "" if it
	// is none.
	Portable string
	// Python is the folder of the Python in Portable.
	Python string
	// Notes are what could not be read, in words with the file's path: such as a line of
	// extra_model_paths.yaml.
	Notes []string

	models string              // the folder with one folder a kind
	flat   bool                // all kinds lie in models itself
	extra  map[string][]string // folders from extra_model_paths.yaml and its like, by kind in the order of search
	first  map[string][]string // those that stand before the usual ones

	launches []launch // what the launch scripts say, in the order in which they were read
}

// Find walks up from each of the folders, or files, until one has ComfyUI in it, or is the data folder
// of ComfyUI Desktop. The folders are tried in their order, each up to the root of the file system.
func Find(start ...string) (*Install, bool) {
	for _, at := range start {
		if at == "" {
			continue
		}
		dir, err := filepath.Abs(at)
		if err != nil {
			continue
		}
		for {
			if root, ok := rootIn(dir); ok {
				return open(root), true
			}
			if isDesktop(dir) {
				return openDesktop(dir), true
			}
			parent := filepath.Dir(dir)
			if parent == dir {
				break
			}
			dir = parent
		}
	}
	return nil, false
}

// Open takes the folder that a person named: ComfyUI's own, the portable package's, or the data
// folder of ComfyUI Desktop. The error says what is there instead.
func Open(dir string) (*Install, error) {
	abs, err := folder(dir)
	if err != nil {
		return nil, err
	}
	if root, ok := rootIn(abs); ok {
		return open(root), nil
	}
	if files.IsDir(abs, "models") && files.IsDir(abs, "custom_nodes") {
		return openDesktop(abs), nil
	}
	const want = "want the folder with main.py and models/, or the portable one with ComfyUI/ and python_embeded/"
	if in, ok := Find(abs); ok {
		return nil, fmt.Errorf("%q lies inside of ComfyUI: want %q", dir, in.Root)
	}
	return nil, fmt.Errorf("%q has no ComfyUI: %s", dir, want)
}

// OpenModels takes a folder of models: one with a folder a kind, such as loras, a ComfyUI folder, or
// one in which files of all kinds lie side by side.
func OpenModels(dir string) (*Install, error) {
	abs, err := folder(dir)
	if err != nil {
		return nil, err
	}
	in := &Install{models: abs}
	if below := filepath.Join(abs, "models"); !hasKinds(abs) && hasKinds(below) {
		in.models = below
	}
	in.flat = !hasKinds(in.models)
	return in, nil
}

// address is how people write a server when they leave the scheme out.
const address = `^[\w.-]+:\d{1,5}/?$`

func folder(dir string) (abs string, err error) {
	if abs, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	info, err := os.Stat(abs)
	switch {
	case err != nil && regexp.MustCompile(address).MatchString(dir):
		return "", fmt.Errorf("there is no folder %q: want http://%s for a server", dir, dir)
	case err != nil:
		return "", fmt.Errorf("open the folder: %w", err)
	case !info.IsDir():
		return "", fmt.Errorf("%q is a file: want a folder", dir)
	}
	return abs, nil
}

// rootIn returns the ComfyUI folder that dir is, or that it holds beside a Python.
func rootIn(dir string) (root string, ok bool) {
	if isRoot(dir) {
		return dir, true
	}
	if inner := filepath.Join(dir, "ComfyUI"); isRoot(inner) && pythonIn(dir) != "" {
		return inner, true
	}
	return "", false
}

func isRoot(dir string) bool {
	return files.IsRegular(dir, "main.py") && files.IsDir(dir, "models")
}

// pythonIn returns the Python that the portable package has beside ComfyUI. Its name was misspelled
// once and has stayed so.
func pythonIn(dir string) string {
	for _, name := range []string{"python_embeded", "python_embedded"} {
		if files.IsDir(dir, name) {
			return filepath.Join(dir, name)
		}
	}
	return ""
}

func open(root string) *Install {
	in := &Install{Root: root, models: filepath.Join(root, "models")}
	if around := filepath.Dir(root); around != root {
		if in.Python = pythonIn(around); in.Python != "" {
			in.Portable = around
		}
	}
	standard := filepath.Join(root, "extra_model_paths.yaml")
	if err := in.readExtra(standard); err != nil && !errors.Is(err, fs.ErrNotExist) {
		in.note("read %s: %v", standard, err)
	}
	if in.Portable != "" {
		in.readScripts(in.Portable)
	}
	in.readScripts(root)
	in.readConfigs()
	return in
}
