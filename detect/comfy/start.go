package comfy

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// launch is what one command that starts main.py says.
type launch struct {
	device  string // the value as written; "" is none
	setting string // what it is the value of
	source  string // the file that says it
	open    string // why the device is not known although it has no value, as a clause about the source
	cpu     bool   // it asks for no card at all
	configs []string

	vram      string // the VRAM mode; "" is not known
	vramDoubt string // why it is not, as a clause about the source
}

// unread is a launch of which nothing is known. Why is a clause about the script.
func (s *script) unread(why string) launch {
	return launch{source: s.path, open: why, vramDoubt: why}
}

// The ways to choose a card, and the option that names files such as extra_model_paths.yaml.
const (
	cudaDevice    = "--cuda-device"
	defaultDevice = "--default-device"
	cudaVisible   = "CUDA_VISIBLE_DEVICES"
	extraConfig   = "--extra-model-paths-config"
)

// A start inside of one word, such as bash -c has.
const quotedStart = `(?i)python[\w.]*["']?\s.*\bmain\.py\b`

// start reads a command if it starts main.py, the one in root as far as is known.
func (s *script) start(words []string) bool {
	main := slices.IndexFunc(words, s.isMain)
	if main < 0 {
		quoted := slices.ContainsFunc(words, func(word string) bool {
			return strings.Contains(word, "main.py") && regexp.MustCompile(quotedStart).MatchString(word)
		})
		if quoted {
			s.launches = append(s.launches, s.unread("starts it in a way that is not understood"))
		}
		return quoted
	}
	before, after := words[:main], words[main+1:]
	if !runs(before) && !slices.ContainsFunc(after, func(word string) bool { return strings.HasPrefix(word, "--") }) {
		return false
	}
	switch ours, known := s.isOurs(words[main]); {
	case ours:
		s.launches = append(s.launches, s.launch(before, after))
	case !known && !slices.Contains(after, "--cpu"):
		s.launches = append(s.launches, s.unread(fmt.Sprintf("leaves open which main.py it starts: %.100q", s.file(words[main]))))
	}
	return true
}

// isMain reports whether a word is the path of a main.py.
func (s *script) isMain(word string) bool {
	return strings.HasSuffix(word, "main.py") && filepath.Base(s.file(word)) == "main.py"
}

// runs reports whether words before main.py run it, rather than look at it.
func runs(before []string) bool {
	return len(before) == 0 || slices.ContainsFunc(before, func(word string) bool {
		return regexp.MustCompile(`(?i)(?:^|[\\/])(?:pythonw?|py)[\d.]*(?:\.exe)?$`).MatchString(word) || isOpen(word) || word == "run" || word == "launch"
	})
}

// isOurs reports whether the path leads to the main.py in root. One that is not known to its
// beginning does where it ends in the name of that folder.
func (s *script) isOurs(word string) (ours, known bool) {
	path, main := s.file(word), filepath.Join(s.root, "main.py")
	if path == main || s.dialect != posix && strings.EqualFold(path, main) {
		return true, true
	}
	if !isOpen(strings.TrimPrefix(path, filepath.Dir(s.path))) && !strings.ContainsAny(word, " \t") {
		return sameFolder(filepath.Dir(path), s.root), true
	}
	return strings.EqualFold(filepath.Base(filepath.Dir(path)), filepath.Base(s.root)), false
}

// launch reads the words of a command before and after main.py.
func (s *script) launch(before, after []string) launch {
	l := s.visible(before)
	option, chosen := "", map[string]string{}
	var options []string
	var open string // a word that may stand for more options
	for _, word := range after {
		value, joined, hidden := word, false, s.hides(option, word)
		if strings.HasPrefix(word, "--") && !hidden {
			option, value, joined = strings.Cut(word, "=")
			l.cpu = l.cpu || option == "--cpu"
			options = append(options, option)
			if !joined {
				continue
			}
		}
		switch {
		case option == cudaDevice, option == defaultDevice:
			chosen[option] = value
			option = ""
		case option == extraConfig && len(l.configs) <= maxConfigs:
			l.configs = append(l.configs, s.file(value))
		case hidden:
			chosen[cudaDevice], open = word, word
		}
	}
	l.vram, l.vramDoubt = vramMode(options, open)
	for _, option := range []string{defaultDevice, cudaDevice} {
		// ComfyUI writes the variable anew from it, but for "all".
		if value, ok := chosen[option]; ok && (value != "all" || l.device == "" && l.open == "") {
			l.device, l.setting, l.open = value, option, ""
		}
	}
	return l
}

// visible reads the variable as the words before main.py leave it.
func (s *script) visible(before []string) launch {
	l := launch{source: s.path, setting: cudaVisible}
	value, set := s.vars[cudaVisible]
	own := false
	if s.dialect == posix {
		seen := s.vars[exported(cudaVisible)]
		if own = seen == ""; isOpen(seen) {
			value = unknown(cudaVisible)
		}
		for i, word := range before {
			if v, ok := strings.CutPrefix(word, cudaVisible+"="); ok {
				value, set, own = v, true, false
			}
			if word == cudaVisible && i > 0 && (before[i-1] == "-u" || before[i-1] == "--unset") {
				set = false
			}
		}
	}
	switch {
	case !set:
	case own:
		l.open = "sets " + cudaVisible + " without export"
	case value == "":
		l.open = "leaves " + cudaVisible + " empty"
	default:
		l.device = value
	}
	return l
}

// hides reports whether a word may stand for more options. What a script is started with is nothing,
// and an array of PowerShell is one by its blanks or commas.
func (s *script) hides(option, word string) bool {
	array := s.dialect == powershell && (strings.HasPrefix(word, "@") || strings.ContainsAny(word, " ,"))
	given := map[dialect][]string{batch: {"%*"}, posix: {"$@", "$*", "${@}"}, powershell: {"@args", "$args"}}
	if !isOpen(word) && !array || slices.Contains(given[s.dialect], strings.ToLower(word)) {
		return false
	}
	return !regexp.MustCompile(`^--[\w-]+=`).MatchString(word) && !regexp.MustCompile(`^--(?:port|[\w-]+-directory)$`).MatchString(option)
}
