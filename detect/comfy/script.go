package comfy

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// launch is what one command that starts main.py says.
type launch struct {
	device  string // the value as written; "" is none
	setting string // what it is the value of
	source  string // the file that says it
	configs []string
}

// The ways to choose a card, and the option that names files such as extra_model_paths.yaml.
const (
	cudaDevice  = "--cuda-device"
	cudaVisible = "CUDA_VISIBLE_DEVICES"
	extraConfig = "--extra-model-paths-config"
)

// maxPath is how long the path of the folder may get that a script goes to.
const maxPath = 1 << 10 // bytes

// script follows a launch script from its first line to its last. It takes no turns: which way an if
// goes is not known.
type script struct {
	dialect
	path     string
	dir      string // where relative paths begin
	vars     map[string]string
	launches []launch
}

// readScript returns what the commands of a script say that start main.py. The script is taken to be
// started in its own folder, as by a double click.
func readScript(path, text string) []launch {
	s := script{dialect: dialectOf(path), path: path, dir: filepath.Dir(path), vars: map[string]string{}}
	for _, words := range s.commands(text) {
		s.follow(words)
	}
	return s.launches
}

func (s *script) follow(words []string) {
	words[0] = strings.TrimPrefix(words[0], "@")
	if len(words) > 1 && slices.Contains([]string{"then", "else", "do"}, strings.ToLower(words[0])) {
		words = words[1:]
	}
	main := slices.IndexFunc(words, s.isMain)
	switch verb := strings.ToLower(words[0]); {
	case strings.HasPrefix(verb, "echo"), verb == "title", verb == "printf", strings.HasPrefix(verb, "write-"):
	case main >= 0:
		s.launch(words[:main], words[main+1:])
	case verb == "cd", verb == "chdir", verb == "pushd", verb == "set-location":
		s.enter(words[1:])
	default:
		s.assign(words)
	}
}

// isMain reports whether a word is the path of a main.py.
func (s *script) isMain(word string) bool {
	return strings.HasSuffix(word, "main.py") && filepath.Base(s.file(word)) == "main.py"
}

// launch reads the words of a command before and after main.py.
func (s *script) launch(before, after []string) {
	l := launch{source: s.path, device: s.vars[cudaVisible], setting: cudaVisible}
	for _, word := range before {
		if value, ok := strings.CutPrefix(word, cudaVisible+"="); ok && s.dialect == posix {
			l.device = s.expand(value)
		}
	}
	var option string
	for _, word := range after {
		value := word
		if strings.HasPrefix(word, "--") {
			var joined bool
			if option, value, joined = strings.Cut(word, "="); !joined {
				continue
			}
		}
		switch option {
		case cudaDevice:
			// ComfyUI writes the variable anew from it, but for "all".
			if value = s.expand(value); value != "all" || l.device == "" {
				l.device, l.setting = value, cudaDevice
			}
			option = ""
		case extraConfig:
			if len(l.configs) <= maxConfigs {
				l.configs = append(l.configs, s.file(value))
			}
		}
	}
	if l.device != "" || len(l.configs) > 0 {
		s.launches = append(s.launches, l)
	}
}

// enter changes the folder.
func (s *script) enter(words []string) {
	words = slices.DeleteFunc(slices.Clone(words), func(word string) bool { return strings.EqualFold(word, "/d") })
	if dir := s.file(strings.Join(words, " ")); len(words) > 0 && len(dir) <= maxPath {
		s.dir = dir
	}
}

// file is the absolute path that a word of the script stands for.
func (s *script) file(word string) string {
	path := s.expand(word)
	if s.dialect == posix {
		if home, err := os.UserHomeDir(); err == nil {
			path = expandHome(path, home)
		}
	} else if runtime.GOOS != "windows" {
		path = strings.ReplaceAll(path, `\`, "/")
	}
	return absolute(strings.ReplaceAll(path, here, filepath.Dir(s.path)), s.dir)
}
