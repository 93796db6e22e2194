package main

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// source is a file to be read.
type source struct {
	name string // as it is opened and told
	// below is its place in a tree of results, with slashes: the path below the folder that
	// was looked through, else the file's name alone.
	below string
	found bool  // by looking through a folder: what is no workflow there is nobody's mistake
	err   error // nothing can be read
}

// sources are the files that a command line means. They are looked up one after the other
// as they are needed, for there may be a million.
type sources struct {
	parts   []iter.Seq[source]
	many    bool        // it may be more than one
	folders []string    // that are looked through
	except  os.FileInfo // a folder in them that holds results
	listed  bool        // some stand in a list, which may be empty
	stdin   bool        // standard input is one of the files
	lenient bool        // what is no workflow is nobody's mistake
}

// all yields the files in the order of the command line, those of a folder by name.
func (s *sources) all() iter.Seq[source] {
	return func(yield func(source) bool) {
		for _, part := range s.parts {
			for one := range part {
				one.found = one.found || s.lenient
				if !yield(one) {
					return
				}
			}
		}
	}
}

// maxList is the most that a list of files may have, in bytes.
const maxList = 256 << 20

// count looks them all up.
func (s *sources) count() (n int) {
	for range s.all() {
		n++
	}
	return n
}

// sourcesOf reads the file names of a command line: files, folders, patterns, which Windows
// leaves to programs, @ and a list, - for standard input. The name of a file that exists is
// never anything else.
func sourcesOf(names []string, stdin io.Reader) (*sources, error) {
	if len(names) == 0 {
		return nil, errors.New("name a workflow file, a folder or a pattern; - is standard input")
	}
	s := &sources{many: len(names) > 1}
	reads := 0 // of standard input
	for _, name := range names {
		if name == standardStream || name == "@"+standardStream {
			reads++
		}
		if err := s.add(name, stdin); err != nil {
			return nil, err
		}
	}
	if reads > 1 {
		return nil, errors.New("standard input is named twice, and can be read once")
	}
	return s, nil
}

func (s *sources) add(name string, stdin io.Reader) error {
	switch info, err := os.Stat(name); {
	case name == standardStream:
		s.stdin = true
	case err == nil && info.IsDir():
		s.look(name, nil)
		return nil
	case err == nil || exists(name):
	case strings.HasPrefix(name, "@"):
		return s.list(name[1:], stdin)
	case isPattern(name):
		return s.match(name)
	}
	s.parts = append(s.parts, slices.Values([]source{named(name)}))
	return nil
}

func named(name string) source { return source{name: name, below: filepath.Base(name)} }

// look adds what is found below a folder.
func (s *sources) look(folder string, pattern []string) {
	s.many, s.folders = true, append(s.folders, folder)
	s.parts = append(s.parts, func(yield func(source) bool) {
		w := &walk{root: folder, pattern: pattern, except: s.except, yield: yield}
		w.start()
	})
}

// match adds the files that a pattern fits: those that a shell would find, or with ** in
// it those in folders below. What wanfix itself is told by is never meant.
func (s *sources) match(pattern string) error {
	if folder, rest := cutPattern(pattern); slices.Contains(rest, anyFolders) {
		s.look(folder, rest)
		return nil
	}
	matches, _ := filepath.Glob(pattern) // a broken pattern matches nothing either
	matches = slices.DeleteFunc(matches, func(match string) bool { return filepath.Base(match) == configName })
	if len(matches) == 0 {
		return fmt.Errorf("%s: no file matches", pattern)
	}
	s.many = s.many || len(matches) > 1
	for _, match := range matches {
		if err := s.add(match, nil); err != nil {
			return err
		}
	}
	return nil
}

// list adds the files that stand in a list, one a line.
func (s *sources) list(name string, stdin io.Reader) error {
	if name != standardStream {
		f, err := os.Open(name)
		if err != nil {
			return fmt.Errorf("@%s: read the list: %w", name, withoutPath(err))
		}
		defer f.Close()
		stdin = f
	}
	text, err := io.ReadAll(io.LimitReader(stdin, maxList+1))
	if err == nil && len(text) > maxList {
		err = fmt.Errorf("it has more than %d MiB", maxList>>20)
	}
	if err != nil {
		return fmt.Errorf("@%s: read the list: %w", name, withoutPath(err))
	}
	s.many, s.listed = true, true
	lines := string(text)
	s.parts = append(s.parts, func(yield func(source) bool) {
		for line := range strings.Lines(lines) {
			line = strings.TrimRight(line, "\r\n")
			if line != "" && !yield(listed(line)) {
				return
			}
		}
	})
	return nil
}

// listed is a file of a list. The list stands for a tree in the folder at hand, so the
// place of the result is the whole name, unless that leads elsewhere.
func listed(name string) source {
	if !filepath.IsLocal(name) {
		return named(name)
	}
	return source{name: name, below: filepath.ToSlash(filepath.Clean(name))}
}

// withoutPath is an error of the system without the name in it, which is told beside it.
func withoutPath(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
