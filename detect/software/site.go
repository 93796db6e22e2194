package software

import (
	"path/filepath"
	"strings"

	"github.com/wanfix/wanfix/detect/internal/files"
)

// site is a folder of Python packages.
type site struct {
	layout
	env string // the environment around it
	// dists are the installed packages that are asked about, by their names without case and
	// separators: "triton_windows".
	dists map[string][]dist
	// modules are the names that can be imported, of those asked about.
	modules map[string]bool
	// closed says that nothing is imported from elsewhere, as far as files tell.
	closed bool
}

// dist is the note that an installer leaves about a package.
type dist struct {
	name, version string // as the folder is called
	path          string
	metadata      string // the file with the version
}

func openSite(env string, l layout) *site {
	s := &site{layout: l, env: env, dists: map[string][]dist{}, modules: map[string]bool{}}
	list, complete := names(l.dir)
	s.closed = complete && isClosed(env)
	for _, name := range list {
		if strings.HasSuffix(name, ".pth") {
			s.closed = s.closed && !leadsOut(filepath.Join(l.dir, name))
		}
		if d, ok := distOf(l.dir, name); ok && asked[d.name] {
			s.dists[d.name] = append(s.dists[d.name], d)
			continue
		}
		module, _, _ := strings.Cut(name, ".")
		if asked[module] {
			s.modules[module] = true
		}
	}
	return s
}

// distOf reads the name of an installer's note: "torch-2.9.1+cu128.dist-info", or one of the older
// forms "torch-2.5.1-py3.12.egg-info" and "sageattention-2.2.0-py3.12-linux-x86_64.egg".
func distOf(dir, name string) (d dist, ok bool) {
	kind := filepath.Ext(name)
	words := strings.Split(strings.TrimSuffix(name, kind), "-")
	if len(words) < 2 || strings.HasPrefix(name, "~") { // pip's rest of a package it could not remove
		return dist{}, false
	}
	d = dist{name: plain(words[0]), version: words[1], path: filepath.Join(dir, name)}
	switch kind {
	case ".dist-info":
		d.metadata = filepath.Join(d.path, "METADATA")
	case ".egg-info":
		d.metadata = filepath.Join(d.path, "PKG-INFO")
		if files.IsRegular(d.path) {
			d.metadata = d.path
		}
	case ".egg":
		d.metadata = filepath.Join(d.path, "EGG-INFO", "PKG-INFO")
	default:
		return dist{}, false
	}
	return d, true
}

// plain writes a package's name as it is compared: "triton-windows" is "triton_windows".
func plain(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("-_.", r) })
	return strings.Join(words, "_")
}

// read returns the package's version and where it stands: in its metadata, else in the folder's name.
func (d dist) read() (version, source string) {
	if text, err := head(d.metadata, maxText); err == nil {
		if version := field(string(text), "Version"); isVersion(version) {
			return version, d.metadata
		}
	}
	return d.version, d.path
}

// field returns what a header of metadata says, which ends at the first empty line.
func field(metadata, name string) string {
	for line := range strings.Lines(metadata) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		key, value, ok := strings.Cut(line, ":")
		if ok && strings.EqualFold(key, name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// isClosed reports whether an environment imports its own packages only: a venv that does not take
// the system's, or a portable Python, which a ._pth file shuts in.
func isClosed(env string) bool {
	if cfg := venvConfig(env); cfg != nil {
		return strings.EqualFold(cfg["include-system-site-packages"], "false")
	}
	list, _ := names(env)
	for _, name := range list {
		if strings.HasSuffix(name, "._pth") {
			return true
		}
	}
	return false
}

// leadsOut reports whether a .pth file adds a folder outside of its own. Its lines of code, which
// begin with import, belong to packages that have a note of their own.
func leadsOut(path string) bool {
	text, err := head(path, maxText)
	if err != nil || len(text) == maxText {
		return true
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "", strings.HasPrefix(line, "#"), strings.HasPrefix(line, "import "), strings.HasPrefix(line, "import\t"):
		case strings.Contains(line, ":"), !filepath.IsLocal(strings.ReplaceAll(line, `\`, "/")):
			return true
		}
	}
	return false
}
