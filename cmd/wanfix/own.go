package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/wanfix/wanfix/rules"
)

// ownRules is the flag of every command that reads rules.
type ownRules struct {
	Own []string `name:"rules" sep:"none" placeholder:"DIR" help:"A folder with rules of your own, which outrank those that wanfix brings along. May be repeated."`
}

// load returns the rules that wanfix brings along, and the user's.
func (o ownRules) load() (*rules.Set, error) {
	set := rules.Builtin()
	for _, dir := range o.Own {
		var err error
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
