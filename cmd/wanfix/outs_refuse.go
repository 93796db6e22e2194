package main

import (
	"fmt"
	"hash/maphash"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// refuseAround refuses a folder for results that is, or holds, one that is looked through:
// results would be read as workflows.
func (o *outs) refuseAround(folders []string) error {
	results, err := os.Stat(o.folder)
	if err != nil {
		return nil // it is new, and holds nothing
	}
	for _, folder := range folders {
		dir, err := filepath.Abs(folder)
		if err == nil {
			dir, err = filepath.EvalSymlinks(dir)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", folder, withoutPath(err))
		}
		for last := ""; dir != last; last, dir = dir, filepath.Dir(dir) {
			if info, err := os.Stat(dir); err == nil && os.SameFile(info, results) {
				return fmt.Errorf("-o %s: results want a folder of their own, and this one is or holds %s, which is read; -w writes over the files", o.folder, folder)
			}
		}
	}
	return nil
}

// refuseDoubles refuses files whose results would be one file. It keeps eight bytes a
// result, and looks closer at those that may be the same. known tells workflows from
// other files.
func (o *outs) refuseDoubles(files *sources, machines *finder, known func(source) bool) error {
	seed := maphash.MakeSeed()
	var sums []uint64
	_ = o.results(files, machines, func(_ source, below string) error {
		sums = append(sums, maphash.String(seed, sameName(below)))
		return nil
	})
	slices.Sort(sums)
	twice := map[uint64]bool{}
	for i := 1; i < len(sums); i++ {
		if sums[i] == sums[i-1] {
			twice[sums[i]] = true
		}
	}
	if len(twice) == 0 {
		return nil
	}
	first := map[string]source{}
	return o.results(files, machines, func(src source, below string) error {
		key := sameName(below)
		if !twice[maphash.String(seed, key)] || src.found && !known(src) {
			return nil
		}
		other, is := first[key]
		first[key] = src
		switch into := filepath.Join(o.folder, below); {
		case !is:
			return nil
		case other.name == src.name && !strings.Contains(o.template, "{gpu}"):
			return fmt.Errorf("-o: the results of %s for several cards, or of the same file named twice, would all be %s: put {gpu} into it, as in -o 'tuned/{gpu}/{name}.json'", src.name, into)
		default:
			return fmt.Errorf("-o: the results of %s and %s would both be %s: name a folder, whose tree is kept, or put {dir} into it", other.name, src.name, into)
		}
	})
}

// results calls do with every result there may be. What cannot be told yet is told when
// the file is read.
func (o *outs) results(files *sources, machines *finder, do func(src source, below string) error) error {
	for src := range files.all() {
		places, err := machines.of(src.name)
		if err != nil || src.err != nil {
			continue
		}
		for _, on := range places {
			below, err := o.of(src, on)
			if err != nil {
				continue
			}
			if err := do(src, below); err != nil {
				return err
			}
		}
	}
	return nil
}

// sameName is what two names have in common that the system takes for one.
func sameName(name string) string {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return strings.ToLower(name)
	}
	return name
}
