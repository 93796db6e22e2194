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
	// Setting is what has that value: "--cuda-device", "--default-device" or "CUDA_VISIBLE_DEVICES".
	Setting string
	// Source is the script, or the settings of ComfyUI Desktop.
	Source string
	// Why says in words why it is unknown although there are scripts: two of them disagree, say.
	Why string
}

// Launch returns what the launch scripts in the folders of an install agree on, but for those that
// start it on the processor. One that asks for no card disagrees with one that does.
func (in *Install) Launch() Launch {
	first, why := in.agreed((*launch).doubt, (*launch).card)
	if first == nil || first.device == "" {
		return Launch{Why: why}
	}
	return Launch{CUDADevice: first.device, Setting: first.setting, Source: first.source}
}

// agreed returns the first launch on a card if all others say the same, nil if there is none. Why
// tells which are in doubt or disagree.
func (in *Install) agreed(doubt, says func(*launch) string) (first *launch, why string) {
	for i := range in.launches {
		switch l := &in.launches[i]; {
		case l.cpu:
		case doubt(l) != "":
			return nil, l.source + " " + doubt(l)
		case first == nil:
			first = l
		case says(l) == says(first):
		case l.source == first.source:
			return nil, fmt.Sprintf("%s starts it %s and %s", l.source, says(first), says(l))
		default:
			return nil, fmt.Sprintf("%s starts it %s, %s %s", first.source, says(first), l.source, says(l))
		}
	}
	return first, ""
}

// doubt tells why it is not known which card a launch asks for; "" where it is.
func (l *launch) doubt() string {
	if l.device != "" && !isDevice(l.device) {
		return fmt.Sprintf("leaves %s open: %.100q", l.setting, l.device)
	}
	return l.open
}

// card is what a launch asks for in words. Whoever asks for all gets the same as who asks for none.
func (l *launch) card() string {
	if l.device == "" || l.device == "all" {
		return "on no card in particular"
	}
	return "on card " + l.device
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
		if err == nil && !bytes.ContainsAny(text, marks) { // which would be no text
			in.launches = append(in.launches, readScript(path, in.Root, string(text))...)
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
