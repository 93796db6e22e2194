package comfy

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/detect/internal/files"
)

// places are the kinds whose files ComfyUI looks for elsewhere than in a folder of the kind's name,
// in the order of its search. They are below models/.
var places = map[string][]string{
	"diffusion_models": {"unet", "diffusion_models"},
	"text_encoders":    {"text_encoders", "clip"},
	"controlnet":       {"controlnet", "t2i_adapter"},
}

// renamed are kinds that ComfyUI knows by another name now.
var renamed = map[string]string{"unet": "diffusion_models", "clip": "text_encoders"}

// shared are kinds that nodes for GGUF files add: they have the folders of another kind too.
var shared = map[string]string{"unet_gguf": "diffusion_models", "clip_gguf": "text_encoders"}

// customNodes is the one kind that is not below models/.
const customNodes = "custom_nodes"

// Folders returns where files of a kind are looked for, in ComfyUI's order; a folder need not be
// there. A kind is ComfyUI's word, such as "diffusion_models", "loras" or "custom_nodes".
func (in *Install) Folders(kind string) []string {
	kind = current(kind)
	if in.flat && kind != customNodes {
		return []string{in.models}
	}
	dirs := slices.Concat(in.first[kind], in.usual(kind), in.extra[kind])
	if also := shared[kind]; also != "" {
		dirs = append(dirs, in.Folders(also)...)
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(dirs, func(dir string) bool {
		twice := seen[dir]
		seen[dir] = true
		return twice
	})
}

func current(kind string) string {
	if now := renamed[kind]; now != "" {
		return now
	}
	return kind
}

func (in *Install) usual(kind string) []string {
	switch {
	case kind == customNodes && in.Root == "", !plainName(kind):
		return nil
	case kind == customNodes:
		return []string{filepath.Join(in.Root, customNodes)}
	}
	names := places[kind]
	if names == nil {
		names = []string{kind}
	}
	var dirs []string
	for _, name := range names {
		dirs = append(dirs, filepath.Join(in.models, name))
	}
	return dirs
}

// plainName reports whether a kind can be the name of one folder.
func plainName(kind string) bool {
	return filepath.IsLocal(kind) && kind != "." && !strings.ContainsAny(kind, `/\`)
}

// Model finds the file that a workflow calls name, with either slash in it, among the files of some
// kinds. It does not look outside of their folders, except where a link below them leads, as ComfyUI
// does. Upper and lower case count where they count for the system.
func (in *Install) Model(kinds []string, name string) (path string, ok bool) {
	local := filepath.FromSlash(strings.ReplaceAll(name, `\`, "/"))
	if !filepath.IsLocal(local) || climbs(local) {
		return "", false
	}
	for _, kind := range kinds {
		for _, dir := range in.Folders(kind) {
			path := filepath.Join(dir, local)
			if files.IsRegular(path) {
				return path, true
			}
		}
	}
	return "", false
}

// climbs reports whether a name has a part that goes up. It could stay below the folder, but no list
// of ComfyUI's has such a name.
func climbs(local string) bool {
	return slices.Contains(strings.Split(local, string(filepath.Separator)), "..")
}

// hasKinds reports whether a folder has a folder for a kind that workflows for video load from.
func hasKinds(dir string) bool {
	for _, kind := range []string{"diffusion_models", "unet", "loras", "vae", "text_encoders", "clip", "clip_vision", "checkpoints"} {
		if files.IsDir(dir, kind) {
			return true
		}
	}
	return false
}
