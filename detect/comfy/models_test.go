package comfy

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestModel(t *testing.T) {
	dir := tree(t, map[string]string{
		"secret.safetensors":                                  "",
		"ComfyUI/main.py":                                     "",
		"ComfyUI/models/secret.safetensors":                   "",
		"ComfyUI/models/unet/old.safetensors":                 "",
		"ComfyUI/models/unet/both.safetensors":                "",
		"ComfyUI/models/diffusion_models/both.safetensors":    "",
		"ComfyUI/models/diffusion_models/Wan/a.safetensors":   "",
		"ComfyUI/models/diffusion_models/wan.gguf":            "",
		"ComfyUI/models/diffusion_models/folder.safetensors/": "",
		"ComfyUI/models/loras/l.safetensors":                  "",
		"ComfyUI/models/clip/umt5.safetensors":                "",
		"ComfyUI/models/text_encoders/wan/t5.safetensors":     "",
		"ComfyUI/models/clip_vision/h.safetensors":            "",
		"ComfyUI/custom_nodes/n.safetensors":                  "",
	})
	in, err := Open(filepath.Join(dir, "ComfyUI"))
	if err != nil {
		t.Fatal(err)
	}
	outside := filepath.Join(dir, "secret.safetensors")
	for _, tt := range []struct {
		name, kinds, file, want string // want is below models/; "" is not found
	}{
		{"a slash", "diffusion_models", "Wan/a.safetensors", "diffusion_models/Wan/a.safetensors"},
		{"a backslash", "diffusion_models", `Wan\a.safetensors`, "diffusion_models/Wan/a.safetensors"},
		{"the older folder", "diffusion_models", "old.safetensors", "unet/old.safetensors"},
		{"the older kind", "unet", "Wan/a.safetensors", "diffusion_models/Wan/a.safetensors"},
		{"in both folders", "diffusion_models", "both.safetensors", "unet/both.safetensors"},
		{"a GGUF file", "unet_gguf", "wan.gguf", "diffusion_models/wan.gguf"},
		{"a T5 in the older folder", "text_encoders", "umt5.safetensors", "clip/umt5.safetensors"},
		{"a T5 of the older kind", "clip", `wan\t5.safetensors`, "text_encoders/wan/t5.safetensors"},
		{"the second kind", "unet_gguf loras", "l.safetensors", "loras/l.safetensors"},
		{"a kind with a folder of its name", "clip_vision", "h.safetensors", "clip_vision/h.safetensors"},
		{"of another kind", "vae", "l.safetensors", ""},
		{"a custom node's", "custom_nodes", "n.safetensors", "../custom_nodes/n.safetensors"},
		{"a folder", "diffusion_models", "folder.safetensors", ""},
		{"the kind's folder", "loras", ".", ""},
		{"no name", "loras", "", ""},
		{"up", "loras", "../secret.safetensors", ""},
		{"up with backslashes", "loras", `..\secret.safetensors`, ""},
		{"up, but not out", "diffusion_models", "Wan/../Wan/a.safetensors", ""},
		{"up from below", "diffusion_models", "Wan/../../secret.safetensors", ""},
		{"an absolute path", "loras", outside, ""},
		{"a path of Windows", "loras", `C:\secret.safetensors`, ""},
		{"a share of Windows", "loras", `\\host\secret.safetensors`, ""},
		{"a zero byte", "loras", "l.safetensors\x00", ""},
		{"a kind that goes up", "..", "secret.safetensors", ""},
		{"a kind that is here", ".", "secret.safetensors", ""},
		{"a kind with a slash", "diffusion_models/Wan", "a.safetensors", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path, ok := in.Model(strings.Fields(tt.kinds), tt.file)
			if got := below(t, filepath.Join(dir, "ComfyUI", "models"), path); got != tt.want || ok != (tt.want != "") {
				t.Errorf("got %q, %t, want %q", got, ok, tt.want)
			}
		})
	}
}

func TestModelBehindLinks(t *testing.T) {
	dir := tree(t, map[string]string{
		"disk/a.safetensors":   "",
		"ComfyUI/main.py":      "",
		"ComfyUI/models/vae/v": "",
	})
	for link, to := range map[string]string{
		"ComfyUI/models/loras":         "disk",
		"ComfyUI/models/vae/b.sft":     "disk/a.safetensors",
		"ComfyUI/models/vae/cut.sft":   "disk/gone.safetensors",
		"ComfyUI/models/vae/round.sft": "ComfyUI/models/vae/round.sft",
	} {
		if err := os.Symlink(filepath.Join(dir, to), filepath.Join(dir, link)); err != nil {
			t.Skip("no links here: ", err)
		}
	}
	in, ok := Find(filepath.Join(dir, "ComfyUI"))
	if !ok {
		t.Fatal("not found")
	}
	for file, want := range map[string]bool{"a.safetensors": true, "b.sft": true, "cut.sft": false, "round.sft": false} {
		t.Run(file, func(t *testing.T) {
			if _, ok := in.Model([]string{"loras", "vae"}, file); ok != want {
				t.Errorf("found: %t, want %t", ok, want)
			}
		})
	}
}

func TestCaseIsTheSystems(t *testing.T) {
	dir := tree(t, map[string]string{"main.py": "", "models/loras/Small.safetensors": ""})
	in, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, statErr := os.Stat(filepath.Join(dir, "models", "loras", "small.safetensors"))
	if _, ok := in.Model([]string{"loras"}, "small.safetensors"); ok != (statErr == nil) {
		t.Errorf("found: %t, the system on %s says %v", ok, runtime.GOOS, statErr)
	}
}

func TestOpenModels(t *testing.T) {
	dir := tree(t, map[string]string{
		"kinds/loras/l.sft":              "",
		"kinds/l.sft":                    "",
		"ComfyUI/main.py":                "",
		"ComfyUI/models/vae/v.sft":       "",
		"downloads/any.sft":              "",
		"downloads/sub/deep.sft":         "",
		"downloads/models/readme.txt":    "",
		"ComfyUI/extra_model_paths.yaml": "x: {loras: ../downloads}",
	})
	for _, tt := range []struct{ name, dir, kind, file, want string }{
		{"a folder a kind", "kinds", "loras", "l.sft", "kinds/loras/l.sft"},
		{"not in the wrong folder", "kinds", "vae", "l.sft", ""},
		{"ComfyUI's folder", "ComfyUI", "vae", "v.sft", "ComfyUI/models/vae/v.sft"},
		{"only what was named", "ComfyUI", "loras", "any.sft", ""},
		{"all in one", "downloads", "loras", "any.sft", "downloads/any.sft"},
		{"all in one, with folders", "downloads", "diffusion_models", `sub\deep.sft`, "downloads/sub/deep.sft"},
		{"nothing of custom nodes", "downloads", "custom_nodes", "any.sft", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in, err := OpenModels(filepath.Join(dir, tt.dir))
			if err != nil {
				t.Fatal(err)
			}
			if in.Root != "" {
				t.Errorf("the root is %q, want none", in.Root)
			}
			path, _ := in.Model([]string{tt.kind}, tt.file)
			if got := below(t, dir, path); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	t.Run("not there", func(t *testing.T) {
		if _, err := OpenModels(filepath.Join(dir, "gone")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v, want that it is not there", err)
		}
	})
}

func TestFoldersAreListedOnce(t *testing.T) {
	dir := tree(t, map[string]string{
		"main.py": "", "models/": "",
		"extra_model_paths.yaml": "x:\n  unet: models/unet\n  diffusion_models: |\n    models/unet\n    more\n  unet_gguf: more\n",
	})
	in, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, folder := range in.Folders("unet_gguf") {
		got = append(got, below(t, dir, folder))
	}
	if diff := cmp.Diff([]string{"models/unet_gguf", "more", "models/unet", "models/diffusion_models"}, got); diff != "" {
		t.Error(diff)
	}
}
