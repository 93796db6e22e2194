package main

import (
	"slices"

	"github.com/tidwall/gjson"
)

// configKey is a key that a .wanfix.json may have. docs/wanfix.schema.json and docs/config.md
// are made of these.
type configKey struct {
	name, meaning string
	kind          keyKind
	example       string // as JSON
	root          bool   // it may not stand below paths
	read          func(*configReader, *settings, gjson.Result) error
}

// keyKind is what may stand behind a key.
type keyKind string

const (
	kindText  keyKind = "a text"
	kindTexts keyKind = "a list, or a text with commas,"
	kindPaths keyKind = "an object"
)

// fits reports whether a value is of the kind.
func (k keyKind) fits(value gjson.Result) bool {
	isText := func(v gjson.Result) bool { return v.Type == gjson.String && v.Str != "" }
	switch {
	case k == kindPaths:
		return value.IsObject()
	case k == kindTexts && value.IsArray():
		return !slices.ContainsFunc(value.Array(), func(v gjson.Result) bool { return !isText(v) })
	}
	return isText(value)
}

// configKeys are all of them, in the order of the documentation.
func configKeys() []configKey {
	return []configKey{
		{"$schema", "where an editor finds which keys there are; wanfix does not read it", kindText, `"docs/wanfix.schema.json"`, true, nil},
		{"gpu", "the card that the workflows are tuned for, as `--gpu` names it", kindText, `"3090"`, false, (*configReader).card},
		{"gpus", "several cards, in the place of `gpu`: files are judged for each", kindTexts, `["3090", "RTX 4070 Ti"]`, false, (*configReader).cards},
		{"preset", "the published tuning to start from, as `--preset` names it", kindText, `"tiers"`, false, (*configReader).preset},
		{"select", "the only rules, or packs of rules, that are asked", kindTexts, `["e4m3fn-needs-sm89-to-compile"]`, false, (*configReader).selects},
		{"ignore", "rules, or packs of rules, that neither report nor change anything", kindTexts, `["fp16-fast-gains-nothing-here"]`, false, (*configReader).ignores},
		{"rules", "folders with rules of your own, from where this file is; those of `--rules` count besides", kindTexts, `["rules"]`, true, (*configReader).own},
		{"comfy", "the ComfyUI folder whose software and model files count", kindText, `"../ComfyUI"`, false, (*configReader).comfy},
		{"paths", "other settings for the files that a pattern matches", kindPaths, `{"old/**": {"gpu": "3060"}}`, true, (*configReader).paths},
	}
}
