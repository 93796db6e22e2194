package comfy

import (
	"os"
	"slices"
	"strings"
)

// maxExpanded is how much variables add to one word: they could double in each line.
const maxExpanded = 1 << 10 // bytes

// assign reads the ways to set a variable.
func (s *script) assign(words []string) {
	switch s.dialect {
	case batch:
		s.assignBatch(words)
	case powershell:
		name, value, ok := strings.Cut(strings.Join(words, " "), "=")
		if ok && strings.HasPrefix(name, "$") {
			s.set(strings.ToUpper(strings.Trim(name, "${} ")), strings.TrimSpace(value))
		}
	case posix:
		if words[0] == "export" {
			words = words[1:]
		}
		if slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(word, "=") }) {
			return // it is for one command
		}
		for _, word := range words {
			name, value, _ := strings.Cut(word, "=")
			s.set(name, value)
		}
	}
}

func (s *script) assignBatch(words []string) {
	set := slices.IndexFunc(words, func(word string) bool { return strings.EqualFold(word, "set") })
	if set != 0 && !strings.EqualFold(words[0], "if") || set < 0 || set+1 == len(words) {
		return
	}
	words = words[set:]
	asks := strings.EqualFold(words[1], "/p") // whoever sits there
	if asks {
		words = words[1:]
	}
	name, value, ok := strings.Cut(strings.Join(words[1:], " "), "=")
	switch name = strings.ToUpper(name); {
	case asks:
		s.vars[name] = unknown(name)
	case ok:
		s.set(name, value)
	}
}

// set gives a variable its value. Two values may belong to the two ways of an if: then it is open.
func (s *script) set(name, value string) {
	value = s.expand(value)
	if old, known := s.vars[name]; known && old != value {
		value = unknown(name)
	}
	s.vars[name] = value
}

// unknown is the value of a variable that only a run of the script would tell.
func unknown(name string) string {
	return "%" + name + "%"
}

// expand writes variables out, those of the script first, up to a length.
func (s *script) expand(text string) string {
	room := maxExpanded
	return expandEnv(text, s.dialect == batch, func(name string) (string, bool) {
		value, ok := s.lookup(name)
		room -= len(value)
		return value, ok && room >= 0
	})
}

func (s *script) lookup(name string) (string, bool) {
	if s.dialect != posix {
		name = strings.ToUpper(name)
	}
	if value, ok := s.vars[name]; ok {
		return value, true
	}
	if name == "CD" || name == "PWD" {
		return s.dir, true
	}
	return os.LookupEnv(name)
}
