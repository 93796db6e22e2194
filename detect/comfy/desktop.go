package comfy

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/detect/internal/files"
)

// maxSettings is how much is read of the settings of ComfyUI's pages; real ones have some 10 KB.
const maxSettings = 1 << 20 // bytes

// isDesktop reports whether ComfyUI Desktop keeps its data in a folder: it looks like one, and where
// Desktop tells of its folder it is that.
func isDesktop(dir string) bool {
	if !files.IsDir(dir, "custom_nodes") || !files.IsDir(dir, "models") || !files.IsDir(dir, "user") {
		return false
	}
	path, ok := desktopConfig()
	if !ok {
		return true
	}
	text, err := readFile(path, maxExtra)
	bases := desktopBases(text, filepath.Dir(path))
	return err != nil || len(bases) == 0 || isOneOf(bases, dir)
}

// desktopConfig is the file that Desktop starts ComfyUI with. It is one for a user of the computer.
func desktopConfig() (path string, ok bool) {
	config, err := os.UserConfigDir()
	return filepath.Join(config, "ComfyUI", "extra_models_config.yaml"), err == nil
}

// openDesktop opens the folder that ComfyUI Desktop keeps its data in.
func openDesktop(root string) *Install {
	in := open(root)
	if path, ok := desktopConfig(); ok {
		in.readDesktopConfig(path)
	}
	in.readDesktopSettings(filepath.Join(root, "user", "default", "comfy.settings.json"))
	return in
}

// readDesktopConfig adds the folders from the file that Desktop starts ComfyUI with. It tells of
// another folder where Desktop has moved on.
func (in *Install) readDesktopConfig(path string) {
	text, err := readFile(path, maxExtra)
	if err == nil && !isOneOf(desktopBases(text, filepath.Dir(path)), in.Root) {
		return
	}
	if err == nil {
		err = in.parseExtra(text, path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		in.note("read %s: %v", path, err)
	}
}

// desktopBases lists the folders in the sections that Desktop writes for itself. Other sections are
// about the ComfyUI that it was told to take over.
func desktopBases(text []byte, dir string) (bases []string) {
	y, err := parseYAML(text)
	if err != nil {
		return nil
	}
	sections, _ := y.sections()
	for _, s := range sections {
		if s.key != "comfyui_desktop" && s.key != "comfyui" {
			continue
		}
		entries, _ := y.pairs(s.value)
		for _, e := range entries {
			if folder, ok := scalar(e.value); ok && e.key == "base_path" {
				bases = append(bases, absolute(expand(folder), dir))
			}
		}
	}
	return bases
}

func isOneOf(dirs []string, dir string) bool {
	return slices.ContainsFunc(dirs, func(d string) bool { return sameFolder(d, dir) })
}

func sameFolder(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// readDesktopSettings reads the options that Desktop starts ComfyUI with. They stand among the settings
// of ComfyUI's pages, the card as text or as a number.
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
	args := gjson.GetBytes(text, `Comfy\.Server\.LaunchArgs`)
	if !args.IsObject() || args.Get("cpu").Exists() {
		return
	}
	l := launch{source: path}
	var options []string
	args.ForEach(func(option, _ gjson.Result) bool {
		options = append(options, "--"+option.Str)
		return true
	})
	l.vram, l.vramDoubt = vramMode(options, "")
	for _, option := range []string{cudaDevice, defaultDevice} {
		device := args.Get(strings.TrimPrefix(option, "--"))
		if device.Type == gjson.String || device.Type == gjson.Number {
			l.device, l.setting = clip(device.String()), option
			break
		}
	}
	in.launches = append(in.launches, l)
}
