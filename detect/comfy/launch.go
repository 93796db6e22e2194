package comfy

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/wanfix/wanfix/detect/internal/files"
)

// What is read of launch scripts. The portable package has five of a few lines each; installers with
// a megabyte of payload start nothing.
const (
	maxEntries     = 10_000    // of a folder
	maxScripts     = 50        // in a folder
	maxScript      = 64 << 10  // bytes
	maxScriptsText = 256 << 10 // bytes of all in a folder
	maxConfigs     = 10        // files that the scripts name, together
)

// Launch is which card ComfyUI is started for, as far as its launch scripts tell.
type Launch struct {
	// CUDADevice is the value as written: "1", "0,1", "all", "GPU-8932f937". "" where no script asks
	// for a card, or Why says what keeps it unknown.
	CUDADevice string
	// Setting is what has that value: "--cuda-device" or "CUDA_VISIBLE_DEVICES".
	Setting string
	// Source is the script, or the settings of ComfyUI Desktop.
	Source string
	// Why says in words why it is unknown although scripts ask for one: two of them disagree, say.
	Why string
}

// Launch returns what the launch scripts in the folders of an install agree on. One that asks for no
// card does not count.
func (in *Install) Launch() Launch {
	var found Launch
	for _, l := range in.launches {
		switch {
		case l.device == "":
		case !isDevice(l.device):
			return Launch{Why: fmt.Sprintf("%s leaves %s open: %.100q", l.source, l.setting, l.device)}
		case found.CUDADevice == "":
			found = Launch{CUDADevice: l.device, Setting: l.setting, Source: l.source}
		case l.device != found.CUDADevice:
			return Launch{Why: fmt.Sprintf("%s asks for card %s, %s for card %s", found.Source, found.CUDADevice, l.source, l.device)}
		}
	}
	return found
}

// isDevice reports whether a value names cards as CUDA and ComfyUI read it.
func isDevice(value string) bool {
	const one = `(?:-1|\d{1,3}|(?:GPU|MIG)-[\w/-]{1,64})`
	return len(value) <= maxText && regexp.MustCompile(`^(?:all|`+one+`(?: ?, ?`+one+`)*)$`).MatchString(value)
}

// readScripts reads the launch scripts of a folder.
func (in *Install) readScripts(dir string) {
	room := maxScriptsText
	for _, name := range scriptsIn(dir) {
		path := filepath.Join(dir, name)
		text, err := readFile(path, maxScript)
		if room -= len(text); room < 0 {
			return
		}
		if err == nil && !bytes.Contains(text, []byte(here)) { // which would be no text
			in.launches = append(in.launches, readScript(path, string(text))...)
		}
	}
}

// scriptsIn lists the first scripts of a folder by their names.
func scriptsIn(dir string) []string {
	f, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer f.Close()
	names, _ := f.Readdirnames(maxEntries)
	names = slices.DeleteFunc(names, func(name string) bool {
		return dialectOf(name) == 0 || !files.IsRegular(dir, name)
	})
	slices.Sort(names)
	return names[:min(len(names), maxScripts)]
}

// readConfigs adds the folders from the files that the scripts name.
func (in *Install) readConfigs() {
	var read []string
	for _, l := range in.launches {
		for _, path := range l.configs {
			if slices.Contains(read, path) {
				continue
			}
			if len(read) == maxConfigs {
				in.note("%s: more than %d files with %s", l.source, maxConfigs, extraConfig)
				return
			}
			read = append(read, path)
			if err := in.readExtra(path); err != nil {
				in.note("read %s, which %s names: %v", path, l.source, err)
			}
		}
	}
}
