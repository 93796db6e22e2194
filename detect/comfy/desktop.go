package comfy

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tidwall/gjson"
)

// maxSettings is how much is read of the settings of ComfyUI's pages; real ones have some 10 KB.
const maxSettings = 1 << 20 // bytes

// openDesktop opens the folder that ComfyUI Desktop keeps its data in.
func openDesktop(root string) *Install {
	in := open(root)
	if config, err := os.UserConfigDir(); err == nil {
		in.readDesktopConfig(filepath.Join(config, "ComfyUI", "extra_models_config.yaml"))
	}
	in.readDesktopSettings(filepath.Join(root, "user", "default", "comfy.settings.json"))
	return in
}

// readDesktopConfig adds the folders from the file that Desktop starts ComfyUI with. It is one for a
// user of the computer, and tells of another folder where Desktop has moved on.
func (in *Install) readDesktopConfig(path string) {
	text, err := readFile(path, maxExtra)
	if err == nil && !in.isDesktopOf(text, filepath.Dir(path)) {
		return
	}
	if err == nil {
		err = in.parseExtra(text, path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		in.note("read %s: %v", path, err)
	}
}

// isDesktopOf reports whether the section that Desktop writes for itself is about this folder. Other
// sections are about the ComfyUI that it was told to take over.
func (in *Install) isDesktopOf(text []byte, dir string) bool {
	sections, err := parseSections(text)
	if err != nil {
		return false
	}
	for _, s := range sections {
		if s.key.Value != "comfyui_desktop" && s.key.Value != "comfyui" {
			continue
		}
		for _, e := range pairs(s.value) {
			if e.key.Value == "base_path" && sameFolder(absolute(expand(e.value.Value), dir), in.Root) {
				return true
			}
		}
	}
	return false
}

func sameFolder(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// readDesktopSettings reads which card Desktop starts ComfyUI for. It stands among the settings of
// ComfyUI's pages, as text or as a number.
func (in *Install) readDesktopSettings(path string) {
	text, err := readFile(path, maxSettings)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return
	case err != nil:
		in.note("read %s: %v", path, err)
		return
	case !gjson.ValidBytes(text):
		in.note("read %s: it is not JSON", path)
		return
	}
	device := gjson.GetBytes(text, `Comfy\.Server\.LaunchArgs.cuda-device`)
	if device.Type == gjson.String || device.Type == gjson.Number {
		in.launches = append(in.launches, launch{device: clip(device.String()), setting: cudaDevice, source: path})
	}
}
