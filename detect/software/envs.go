package software

import (
	"path/filepath"
	"strings"

	"github.com/wanfix/wanfix/detect/comfy"
	"github.com/wanfix/wanfix/detect/internal/files"
)

// search returns where ComfyUI's packages are: of the places that have torch the nearest. Several are
// equally near where ComfyUI has a venv and a .venv, or Python was updated in one.
func search(in *comfy.Install, envs []string) []*site {
	if len(envs) > 0 {
		return sitesOf(envs)
	}
	var levels [][]string
	if in.Python != "" {
		levels = append(levels, []string{in.Python})
	}
	for dir, n := in.Root, 0; dir != "" && n < 3; n++ { // in it, beside it, and one above
		levels = append(levels, []string{filepath.Join(dir, ".venv"), filepath.Join(dir, "venv"), filepath.Join(dir, "env")})
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	for _, level := range levels {
		if found := sitesOf(level); len(found) > 0 {
			return found
		}
	}
	return nil
}

// sitesOf returns the environments' folders of packages that have torch.
func sitesOf(envs []string) []*site {
	var found []*site
	for _, env := range envs {
		for _, layout := range layouts(env) {
			s := openSite(env, layout)
			if len(s.dists["torch"]) > 0 || s.modules["torch"] {
				found = append(found, s)
			}
		}
	}
	return found
}

// layout is where an environment keeps its packages: as Windows does it, or as the others do.
type layout struct {
	dir     string
	windows bool
	python  string // "3.12" where the folder's name tells
}

func layouts(env string) []layout {
	if dir := filepath.Join(env, "Lib", "site-packages"); files.IsDir(dir) {
		return []layout{{dir: dir, windows: true}}
	}
	var found []layout
	list, _ := names(filepath.Join(env, "lib"))
	for _, name := range list {
		version, ok := strings.CutPrefix(name, "python")
		if !ok || !strings.HasPrefix(version, "3") {
			continue
		}
		for _, packages := range []string{"site-packages", "dist-packages"} {
			if dir := filepath.Join(env, "lib", name, packages); files.IsDir(dir) {
				found = append(found, layout{dir: dir, python: version})
			}
		}
	}
	return found
}
