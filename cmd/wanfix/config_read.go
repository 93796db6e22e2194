package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
	"github.com/tidwall/jsonc"

	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// settings are what a .wanfix.json says of some files.
type settings struct {
	cards            []namedCard
	selects, ignores []string // names that rules are known by
	preset           string
	comfy            string // a folder
	rules            *rules.Set
	by               string // the file that says so, as people see it
}

// configReader reads one .wanfix.json.
type configReader struct {
	config *config
	text   []byte // without comments; every byte has its place
	sets   *ruleSets
	chosen []namedRule
}

// namedRule is the name of a rule. It is looked up once all folders with rules are known.
type namedRule struct {
	key, name string
	at        gjson.Result
}

// parseConfig reads the text of a configuration. A key or a rule that it does not know is an
// error, or a slip would silently tune for another card. The positions of its errors are its
// own, not those of the workflow that it is read for.
func parseConfig(text []byte, path string, sets *ruleSets) (*config, error) {
	c := &config{path: path, settings: settings{by: short(path), rules: sets.flags}, made: map[string]*settings{}}
	r := &configReader{config: c, text: jsonc.ToJSON(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))), sets: sets}
	if err := workflows.Gate(r.text); err != nil {
		return nil, fmt.Errorf("%s:%v", c.by, err)
	}
	root := gjson.ParseBytes(r.text)
	if !root.IsObject() {
		return nil, r.wrong(root, `want an object such as {"gpu": "3090"}`)
	}
	if err := r.settings(root, &c.settings, true); err != nil {
		return nil, err
	}
	for _, n := range r.chosen {
		if err := c.rules.Known(n.name); err != nil {
			return nil, r.wrong(n.at, "%s: %v", n.key, err)
		}
	}
	return c, nil
}

// wrong is a mistake at a value.
func (r *configReader) wrong(at gjson.Result, format string, args ...any) error {
	return fmt.Errorf("%s:%s: %s", r.config.by, workflows.PositionOf(r.text, at.Index), fmt.Sprintf(format, args...))
}

// settings reads an object of keys, at the root or below paths.
func (r *configReader) settings(object gjson.Result, s *settings, root bool) (err error) {
	keys := slices.DeleteFunc(configKeys(), func(key configKey) bool { return key.root && !root })
	object.ForEach(func(name, value gjson.Result) bool {
		i := slices.IndexFunc(keys, func(key configKey) bool { return key.name == name.Str })
		switch {
		case i < 0:
			err = r.wrong(name, "%s", unknownKey(name.Str, keys))
		case !keys[i].kind.fits(value):
			err = r.wrong(value, "%s: want %s such as %s", name.Str, keys[i].kind, keys[i].example)
		case keys[i].read != nil:
			err = keys[i].read(r, s, value)
		}
		return err == nil
	})
	return err
}

// unknownKey tells which key was probably meant, or all that there are.
func unknownKey(name string, keys []configKey) string {
	names := make([]string, len(keys))
	for i, key := range keys {
		names[i] = key.name
	}
	if near := rules.Nearest(name, slices.Values(names)); len(near) > 0 {
		return fmt.Sprintf("there is no key %q, did you mean %s?", name, strings.Join(near, " or "))
	}
	return fmt.Sprintf("there is no key %q, it knows %s", name, strings.Join(names, ", "))
}

// texts calls f for each text of a list, or of a text with commas.
func (r *configReader) texts(value gjson.Result, f func(at gjson.Result, text string) error) (err error) {
	if value.Type == gjson.String {
		for text := range strings.SplitSeq(value.Str, ",") {
			if err = f(value, strings.TrimSpace(text)); err != nil {
				break
			}
		}
		return err
	}
	value.ForEach(func(_, member gjson.Result) bool {
		err = f(member, member.Str)
		return err == nil
	})
	return err
}

func (r *configReader) card(s *settings, value gjson.Result) error {
	if err := r.twice(s, value); err != nil {
		return err
	}
	return r.named(s, "gpu", value, value.Str)
}

func (r *configReader) cards(s *settings, value gjson.Result) error {
	if err := r.twice(s, value); err != nil {
		return err
	}
	return r.texts(value, func(at gjson.Result, text string) error { return r.named(s, "gpus", at, text) })
}

// twice refuses cards that are named by another key already.
func (r *configReader) twice(s *settings, at gjson.Result) error {
	if len(s.cards) > 0 {
		return r.wrong(at, "gpu and gpus both name cards: leave one of them out")
	}
	return nil
}

// named adds a card.
func (r *configReader) named(s *settings, key string, at gjson.Result, text string) error {
	card, err := gpu.Parse(text)
	if err != nil {
		return r.wrong(at, "%s: %v", key, err)
	}
	s.cards = append(s.cards, namedCard{&card, "gpu " + text + " in " + r.config.by, true})
	return nil
}

func (r *configReader) preset(s *settings, value gjson.Result) error {
	if _, err := r.sets.flags.Preset(value.Str); err != nil {
		return r.wrong(value, "preset: %v", err)
	}
	s.preset = value.Str
	return nil
}

func (r *configReader) selects(s *settings, value gjson.Result) error {
	return r.names("select", &s.selects, value)
}

func (r *configReader) ignores(s *settings, value gjson.Result) error {
	return r.names("ignore", &s.ignores, value)
}

func (r *configReader) names(key string, names *[]string, value gjson.Result) error {
	return r.texts(value, func(at gjson.Result, text string) error {
		r.chosen = append(r.chosen, namedRule{key, text, at})
		*names = append(*names, text)
		return nil
	})
}

func (r *configReader) comfy(s *settings, value gjson.Result) error {
	if isServer(value.Str) {
		return r.wrong(value, "comfy: an address is asked only where --comfy names it, want a folder")
	}
	s.comfy = r.folder(value.Str)
	return nil
}

func (r *configReader) own(s *settings, value gjson.Result) error {
	var dirs []string
	_ = r.texts(value, func(_ gjson.Result, text string) error {
		dirs = append(dirs, short(r.folder(text)))
		return nil
	})
	set, err := r.sets.with(dirs)
	if err != nil {
		return r.wrong(value, "rules: %s", firstOf(err))
	}
	s.rules = set
	return nil
}

// firstOf tells the first of several mistakes.
func firstOf(err error) string {
	all := errorsOf(err)
	if len(all) == 1 {
		return all[0].Error()
	}
	return fmt.Sprintf("%v (the first of %d mistakes)", all[0], len(all))
}

// folder is a folder that is named from where the configuration is.
func (r *configReader) folder(name string) string {
	name = filepath.FromSlash(name)
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(r.config.path), name)
}
