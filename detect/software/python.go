package software

import (
	"path/filepath"
	"regexp"
	"strings"
)

// pythonVersion answers which Python it is, as exactly as files tell.
func (s *site) pythonVersion(v Versions) {
	cfg := venvConfig(s.env)
	for _, key := range []string{"version", "version_info"} {
		if number := regexp.MustCompile(`^3\.\d+(?:\.\d+)?`).FindString(cfg[key]); number != "" {
			v.set("python", number, filepath.Join(s.env, "pyvenv.cfg"))
			return
		}
	}
	if version, source := condaPython(s.env); version != "" {
		v.set("python", version, source)
		return
	}
	if s.layout.python != "" {
		v.set("python", s.layout.python, s.dir)
		return
	}
	list, _ := names(s.env)
	for _, name := range list { // of the portable package
		if m := regexp.MustCompile(`^python3(\d{1,2})(?:\._pth|\.dll)$`).FindStringSubmatch(name); m != nil {
			v.set("python", "3."+m[1], filepath.Join(s.env, name))
			return
		}
	}
	v.unknown("python", "%s does not tell which Python it is", s.env)
}

// condaPython reads the name of the note that conda leaves about its Python:
// "python-3.11.9-h955ad1f_0.json".
func condaPython(env string) (version, source string) {
	dir := filepath.Join(env, "conda-meta")
	list, _ := names(dir)
	for _, name := range list {
		if m := regexp.MustCompile(`^python-(3\.\d+\.\d+)-[^-]*\.json$`).FindStringSubmatch(name); m != nil {
			return m[1], filepath.Join(dir, name)
		}
	}
	return "", ""
}

// venvConfig reads the lines of pyvenv.cfg, by their keys in lower case; nil if env has none.
func venvConfig(env string) map[string]string {
	text, err := head(filepath.Join(env, "pyvenv.cfg"), maxText)
	if err != nil {
		return nil
	}
	cfg := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, "="); ok {
			cfg[strings.ToLower(strings.TrimSpace(key))] = strings.TrimSpace(value)
		}
	}
	return cfg
}

// system answers where ComfyUI runs, which need not be the system that looks: a folder of Windows is
// seen from WSL. The wheel that torch came in tells for certain, the layout of folders tells Windows
// from the rest.
func (s *site) system(v Versions, goos string) {
	for _, d := range s.dists["torch"] {
		file := filepath.Join(d.path, "WHEEL")
		text, _ := head(file, maxText)
		tag := field(string(text), "Tag")
		for word, os := range map[string]string{"-win": "windows", "linux": "linux", "-macosx": "darwin"} {
			if strings.Contains(tag, word) {
				v["os"] = Fact{Value: os, Source: file}
				return
			}
		}
	}
	switch {
	case s.windows:
		v["os"] = Fact{Value: "windows", Source: s.dir}
	case goos == "windows": // a folder of WSL
		v["os"] = Fact{Value: "linux", Source: s.dir}
	default:
		v["os"] = Fact{Value: goos, Source: s.dir}
	}
}
