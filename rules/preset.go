package rules

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:embed presets
var presets embed.FS

// Preset is a tuning that somebody has published: pages in the form of rules, each of which
// wants one value of a model path. It is a layer below the rules, which have the last word.
type Preset struct {
	Name string
	// About is the Markdown text that tells what the preset is.
	About string
	// Set are its pages, and the facts they may ask for.
	*Set
}

// Presets returns the names of the presets there are.
func Presets() []string {
	files, err := fs.Glob(presets, "presets/*.md")
	if err != nil {
		panic(err) // the pattern is well formed
	}
	for i, name := range files {
		files[i] = strings.TrimSuffix(strings.TrimPrefix(name, "presets/"), ".md")
	}
	return files
}

// presetPages returns the pages of all presets, as "preset/page".
func presetPages() []string {
	pages, err := fs.Glob(presets, "presets/*/*.md")
	if err != nil {
		panic(err) // the pattern is well formed
	}
	for i, name := range pages {
		pages[i] = strings.TrimSuffix(strings.TrimPrefix(name, "presets/"), ".md")
	}
	return pages
}

// Preset returns the preset of a name, with the set's facts beside its own terms.
func (s *Set) Preset(name string) (*Preset, error) {
	if !slices.Contains(Presets(), name) {
		return nil, fmt.Errorf("there is no preset %q, there are %s", name, strings.Join(Presets(), ", "))
	}
	folder, err := fs.Sub(presets, "presets")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	about, err := fs.ReadFile(folder, name+".md")
	if err != nil {
		return nil, fmt.Errorf("read a preset: %w", err)
	}
	packs, err := packsOf(folder)
	if err != nil {
		return nil, err
	}
	pages := sync.OnceValues(func() ([]*page, error) {
		all, err := readPages(packs)
		all = slices.DeleteFunc(all, func(p *page) bool { return p.pack != name })
		for _, p := range all {
			err = errors.Join(err, p.read.checkCell())
		}
		return all, err
	})
	return &Preset{name, string(about), &Set{
		check: func() error {
			facts, err := s.facts()
			if err != nil {
				return err
			}
			return checkPacks(packs, maps.Clone(facts))
		},
		pages: pages,
		rules: sync.OnceValues(func() ([]*Rule, error) { return rulesOf(pages()) }),
		facts: sync.OnceValues(func() (map[string]*Fact, error) {
			all, err := s.facts()
			all = maps.Clone(all)
			return all, errors.Join(err, addTerms(packs, all))
		}),
	}}, nil
}
