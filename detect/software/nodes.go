package software

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/wanfix/wanfix/detect/internal/files"
)

// comfyui answers which ComfyUI is in a folder.
func (v Versions) comfyui(root string) {
	file := filepath.Join(root, "comfyui_version.py")
	if text, err := head(file, maxText); err == nil {
		if version := assigned(string(text), "__version__"); version != "" {
			v.set("comfyui", version, file)
			return
		}
	}
	v.project("comfyui", root)
}

// project notes the version in a pyproject.toml.
func (v Versions) project(fact, dir string) {
	file := filepath.Join(dir, "pyproject.toml")
	text, err := head(file, maxText)
	switch version := projectVersion(string(text)); {
	case err != nil:
		v.unknown(fact, "read %s: %v", file, err)
	case version == "":
		v.unknown(fact, "%s has no version", file)
	default:
		v.set(fact, version, file)
	}
}

// projectVersion reads the version in the section [project] of TOML.
func projectVersion(toml string) string {
	section := ""
	for line := range strings.Lines(toml) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			section, _, _ = strings.Cut(strings.TrimLeft(line, "["), "]")
			section = strings.TrimSpace(section)
			continue
		}
		m := regexp.MustCompile(`^version\s*=\s*(?:"([^"]*)"|'([^']*)')`).FindStringSubmatch(line)
		if m != nil && section == "project" {
			return m[1] + m[2]
		}
	}
	return ""
}

// pack answers for a pack of nodes, which is known by its repository's name: the day of its commit
// under fact, and beside it version and commit.
func (v Versions) pack(fact, repository string, folders []string) {
	var found []string
	for _, dir := range folders {
		list, _ := names(dir)
		for _, name := range list {
			if isClone(name, repository) && files.IsDir(filepath.Join(dir, name)) {
				found = append(found, filepath.Join(dir, name))
			}
		}
	}
	facts := []string{fact, fact + "_version", fact + "_commit"}
	if len(found) != 1 {
		for _, name := range facts {
			if len(found) == 0 {
				v.unknown(name, "no %s in %s", repository, strings.Join(folders, ", "))
			} else {
				v.unknown(name, "%s is there twice: %s and %s", repository, found[0], found[1])
			}
		}
		return
	}
	v.project(facts[1], found[0])
	c, err := readHead(found[0])
	if err != nil {
		v.unknown(facts[2], "%v", err)
		v.noDay(fact, err)
		return
	}
	v[facts[2]] = Fact{Value: c.hash, Source: c.source}
	day, source, err := c.day()
	if err != nil {
		v.noDay(fact, err)
		return
	}
	v[facts[0]] = Fact{Value: day, Source: source}
}

// noDay says why the day of a pack is not known, and what its version tells.
func (v Versions) noDay(fact string, err error) {
	why := err.Error()
	if span, source, ok := v.Span(fact); ok {
		why += "; " + source + ": " + span.Words()
	}
	v.unknown(fact, "%s: say --assume %s=…, the day it was last updated", why, fact)
}

// isClone reports whether a folder is called like a repository, as git, a ZIP file from GitHub or
// ComfyUI-Manager would. Forks under other names are other programs.
func isClone(folder, repository string) bool {
	rest, ok := strings.CutPrefix(strings.ToLower(folder), strings.ToLower(repository))
	return ok && (rest == "" || rest == "-main" || rest == "-master" || strings.HasPrefix(rest, "@") && !strings.HasSuffix(rest, ".disabled"))
}
