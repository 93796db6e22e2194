package main

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/rules"
)

// pathSettings are settings for the files that a pattern matches.
type pathSettings struct {
	pattern []string // cut at the slashes
	settings
}

// paths reads settings by pattern.
func (r *configReader) paths(_ *settings, value gjson.Result) (err error) {
	value.ForEach(func(pattern, settings gjson.Result) bool {
		p := pathSettings{pattern: strings.Split(anywhere(pattern.Str), "/")}
		switch {
		case !isWhole(p.pattern) || strings.ContainsAny(pattern.Str, "{}"):
			err = r.wrong(pattern, "paths: %q is no pattern: want one such as examples/** or *-low.json", pattern.Str)
		case !settings.IsObject():
			err = r.wrong(settings, `paths: want an object such as {"gpu": "3060"}`)
		default:
			err = r.settings(settings, &p.settings, false)
			r.config.paths = append(r.config.paths, p)
		}
		return err == nil
	})
	return err
}

// anywhere makes a pattern of what people write, as in a .gitignore: a name alone is meant in
// any folder, and a slash at the end means all that is in the folder.
func anywhere(pattern string) string {
	if folder, ok := strings.CutSuffix(pattern, "/"); ok {
		return strings.TrimPrefix(folder, "/") + "/**"
	}
	if pattern != "" && !strings.Contains(pattern, "/") {
		return "**/" + pattern
	}
	return strings.TrimPrefix(pattern, "/")
}

// of returns the settings for a file. Of several patterns that match, the last one has the
// word for a key; what is ignored adds up.
func (c *config) of(name string) *settings {
	matched := make([]byte, len(c.paths)) // is the key of what is made already
	path := c.below(name)
	for i, p := range c.paths {
		if path != nil && matchPath(p.pattern, path) {
			matched[i] = 1
		}
	}
	if made := c.made[string(matched)]; made != nil {
		return made
	}
	s := c.settings
	for i, p := range c.paths {
		if matched[i] == 1 {
			s = s.with(p.settings)
		}
	}
	c.made[string(matched)] = &s
	return &s
}

// below returns the path of a file from the configuration's folder, cut at the slashes; nil is
// none.
func (c *config) below(name string) []string {
	if name == standardStream {
		return nil
	}
	path, err := filepath.Abs(name)
	if err == nil {
		path, err = filepath.Rel(filepath.Dir(c.path), path)
	}
	if err != nil {
		return nil
	}
	return strings.Split(filepath.ToSlash(path), "/")
}

// with returns settings in which others have the word.
func (s settings) with(other settings) settings {
	if len(other.cards) > 0 {
		s.cards = other.cards
	}
	if len(other.selects) > 0 {
		s.selects = other.selects
	}
	s.preset = cmp.Or(other.preset, s.preset)
	s.comfy = cmp.Or(other.comfy, s.comfy)
	s.ignores = slices.Concat(s.ignores, other.ignores)
	return s
}

// over fills in what flags leave open. by is what says which rules are ignored.
func (s *settings) over(flags rules.Options) (o rules.Options, by string) {
	o, by = flags, flagIgnore
	if s == nil {
		return o, by
	}
	if len(o.Select) == 0 {
		o.Select = s.selects
	}
	o.Preset = cmp.Or(o.Preset, s.preset)
	if len(o.Ignore) == 0 {
		o.Ignore, by = s.ignores, s.by
	}
	return o, by
}
