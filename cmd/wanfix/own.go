package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rules"
)

// ownRules is the flag of every command that reads rules.
type ownRules struct {
	Own []string `name:"rules" sep:"none" placeholder:"DIR" help:"A folder with rules of your own, which outrank those that wanfix brings along. May be repeated."`
}

// load returns the rules that wanfix brings along, and the user's.
func (o ownRules) load() (*rules.Set, error) { return withFolders(rules.Builtin(), o.Own) }

// loadHere returns those of load, and those that the .wanfix.json of the folder at hand names.
func (o ownRules) loadHere() (*rules.Set, error) {
	set, err := o.load()
	if err != nil {
		return nil, err
	}
	here, err := findConfig(".", newRuleSets(set, o.Own))
	if here == nil || err != nil {
		return set, err
	}
	return here.rules, nil
}

// ruleSets are the rules that the flags name, alone and with the folders besides that a
// .wanfix.json names. Each list of folders is read once.
type ruleSets struct {
	flags *rules.Set
	own   []string // the folders of --rules
	made  map[string]readRules
}

type readRules struct {
	*rules.Set
	err error
}

func newRuleSets(flags *rules.Set, own []string) *ruleSets {
	return &ruleSets{flags, own, map[string]readRules{}}
}

// with returns the rules of the flags and of some folders.
func (r *ruleSets) with(dirs []string) (*rules.Set, error) {
	key := strings.Join(dirs, "\x00")
	made, ok := r.made[key]
	if !ok {
		others := slices.DeleteFunc(slices.Clone(dirs), func(dir string) bool {
			return slices.ContainsFunc(r.own, func(own string) bool { return sameFolder(own, dir) })
		})
		made.Set, made.err = withFolders(r.flags, others)
		r.made[key] = made
	}
	return made.Set, made.err
}

func sameFolder(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// withFolders adds the rules of folders.
func withFolders(set *rules.Set, dirs []string) (_ *rules.Set, err error) {
	for _, dir := range dirs {
		if set, err = withFolder(set, dir); err != nil {
			return nil, err
		}
	}
	return set, nil
}

// withFolder adds the rules of a folder, and reads nothing outside of it.
func withFolder(set *rules.Set, dir string) (*rules.Set, error) {
	whole, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("read the rules: %w", err)
	}
	defer root.Close()
	return set.With(root.FS(), filepath.Base(whole), filepath.ToSlash(dir))
}
