package detect

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/wanfix/wanfix/detect/modelfile"
)

// folders are the folders below a models folder in which ComfyUI looks for a kind
// of file.
var folders = map[string][]string{
	"diffusion_models": {"diffusion_models", "unet", "."},
}

// modelsFolder is a models folder as ComfyUI lays it out. Headers are read once.
type modelsFolder struct {
	folder string
	read   sync.Map // path to *answer
}

// OpenModels takes a models folder, such as ComfyUI/models. Files in links from it
// count, as they do for ComfyUI.
func OpenModels(folder string) (Models, error) {
	info, err := os.Stat(folder)
	if err != nil {
		return nil, fmt.Errorf("models folder: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("models folder: %s is a file", folder)
	}
	return &modelsFolder{folder: folder}, nil
}

type answer struct {
	once   sync.Once
	header *modelfile.Header
	err    error
}

// Header implements [Models]. Workflows from Windows have names with backslashes.
func (m *modelsFolder) Header(kind, name string) (*modelfile.Header, string, error) {
	local := filepath.FromSlash(strings.ReplaceAll(name, `\`, "/"))
	if !filepath.IsLocal(local) {
		return nil, "", fmt.Errorf("%q leads out of the models folder", name)
	}
	for _, folder := range folders[kind] {
		path := filepath.Join(m.folder, folder, local)
		known, _ := m.read.LoadOrStore(path, &answer{})
		a := known.(*answer)
		a.once.Do(func() { a.header, a.err = modelfile.Read(path) })
		if errors.Is(a.err, fs.ErrNotExist) {
			continue
		}
		return a.header, "header of " + path, a.err
	}
	return nil, "", fmt.Errorf("there is no %s in %s", name, m.folder)
}
