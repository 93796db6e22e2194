package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/wanfix/wanfix/rewrite"
)

// outs tells where the results of several files go: below one folder, which they cannot
// leave. A template names them, such as "{gpu}/{dir}/{name}.{ext}".
type outs struct {
	folder   string
	template string
	root     *os.Root
}

// placeholders are what a template may have.
var placeholders = []string{"{gpu}", "{name}", "{dir}", "{ext}"}

// likeTheSource is the template for -o DIR.
const likeTheSource = "{dir}/{name}.{ext}"

// outsOf reads what -o says. It is nil for the name of one file.
func outsOf(out string) (*outs, error) {
	if out == "" || out == standardStream {
		return nil, nil
	}
	info, err := os.Stat(out)
	isFolder := os.IsPathSeparator(out[len(out)-1])
	switch filled := strings.Contains(out, "{"); {
	case err == nil && info.IsDir(), isFolder && !filled:
		return &outs{folder: filepath.Clean(out), template: likeTheSource}, nil
	case isFolder:
		out += likeTheSource
	case !filled:
		return nil, nil
	}
	if rest := withoutPlaceholders(out); strings.Contains(rest, "{") {
		return nil, fmt.Errorf("-o %s: there is no placeholder %s, only %s", out, firstBraces(rest), strings.Join(placeholders, " "))
	}
	start := strings.Index(out, "{")
	for start > 0 && !os.IsPathSeparator(out[start-1]) {
		start--
	}
	o := &outs{folder: filepath.Clean(out[:start]), template: filepath.ToSlash(out[start:])}
	for name := range strings.SplitSeq(o.template, "/") {
		if name == ".." || name == "" {
			return nil, fmt.Errorf("-o %s: behind a placeholder want names of files and folders, found %q", out, name)
		}
	}
	return o, nil
}

func withoutPlaceholders(text string) string {
	for _, name := range placeholders {
		text = strings.ReplaceAll(text, name, "")
	}
	return text
}

// firstBraces is the first {…} of a text.
func firstBraces(text string) string {
	text = text[strings.Index(text, "{"):]
	if end := strings.Index(text, "}"); end >= 0 {
		return text[:end+1]
	}
	return text
}

// open makes the folder for the results of files, once nothing speaks against it.
func (o *outs) open(files *sources, machines *finder, known func(source) bool) error {
	if err := o.refuseAround(files.folders); err != nil {
		return err
	}
	if err := o.refuseDoubles(files, machines, known); err != nil {
		return err
	}
	err := os.MkdirAll(o.folder, 0o777)
	if err == nil {
		o.root, err = os.OpenRoot(o.folder)
	}
	if err == nil {
		files.except, err = os.Stat(o.folder)
	}
	if err != nil {
		return fmt.Errorf("-o %s: %w", o.folder, withoutPath(err))
	}
	return nil
}

// of returns where the result of a source for a machine goes, below the folder.
func (o *outs) of(src source, on *place) (string, error) {
	if strings.Contains(o.template, "{gpu}") && on.GPU == nil {
		return "", fmt.Errorf("-o has {gpu}, and the card is not known: say --gpu")
	}
	dir, name := path.Split(src.below)
	ext := ".json" // that is what is written, also for a picture
	if strings.EqualFold(path.Ext(name), ext) {
		ext = path.Ext(name)
		name = strings.TrimSuffix(name, ext)
	}
	fill := strings.NewReplacer("{gpu}", cardSlug(on.Machine), "{name}", name, "{dir}", path.Clean(dir), "{ext}", ext[1:])
	below := filepath.FromSlash(path.Clean(fill.Replace(o.template)))
	if !filepath.IsLocal(below) {
		return "", fmt.Errorf("the result would leave %s: %s", o.folder, below)
	}
	if runtime.GOOS == "windows" {
		if reason := notOnWindows(below); reason != "" {
			return "", fmt.Errorf("the result cannot be called %s: %s", below, reason)
		}
	}
	return below, nil
}

// write writes the result of a job.
func (o *outs) write(j *job) error {
	below, err := o.of(j.src, j.place)
	if err != nil {
		return err
	}
	j.wrote = filepath.Join(o.folder, below)
	_, err = rewrite.WriteIn(o.root, below, j.result.Out)
	return err
}
