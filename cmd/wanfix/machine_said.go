package main

import (
	"os"
	"path/filepath"

	"github.com/wanfix/wanfix/rules"
)

// whereabouts is where a file is, and what the .wanfix.json there says of it.
type whereabouts struct {
	folder string
	said   *settings
}

// said returns what a .wanfix.json says of a file, nil where there is none.
func (f *finder) said(name, folder string) (*settings, error) {
	c, known := f.configs[folder]
	if !known {
		var err error
		if c, err = findConfig(folder, f.sets); err != nil {
			return nil, err
		}
		f.configs[folder] = c
	}
	if c == nil {
		return nil, nil
	}
	return c.of(name), nil
}

// rulesOf returns the rules for files of which a .wanfix.json says something.
func (f *finder) rulesOf(said *settings) *rules.Set {
	if said == nil {
		return f.sets.flags
	}
	return said.rules
}

// known tells whether rules can be chosen by a name where one of some files is.
func (f *finder) known(name string, files []string) error {
	unknown := f.sets.flags.Known(name)
	if unknown == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, file := range files {
		folder := file
		if info, err := os.Stat(file); err != nil || !info.IsDir() {
			folder = filepath.Dir(file)
		}
		said, err := f.said(file, folder)
		if err == nil && said != nil && said.rules.Known(name) == nil {
			return nil
		}
	}
	return unknown
}
