package comfy

import (
	"os"
	"strings"
)

// maxExpanded is how much variables add to one word: they could double in each line.
const maxExpanded = 1 << 10 // bytes

// set gives a variable its value. Inside of brackets cmd has written variables out before.
func (s *script) set(name, value string) {
	value = strings.ReplaceAll(s.expand(value), splits, "")
	if old, known := s.vars[name]; s.dialect == batch && len(s.blocks) > 0 && (!known || old != value) {
		value = unknown(name)
	}
	s.put(name, value)
}

// unset takes a variable away.
func (s *script) unset(name string) {
	if s.dialect == batch && len(s.blocks) > 0 {
		s.put(name, unknown(name))
		return
	}
	s.drop(name)
}

// unknown is the value of a variable that only a run of the script would tell.
func unknown(name string) string {
	return "%" + name + "%"
}

// isOpen reports whether only a run of the script would tell what the text is.
func isOpen(text string) bool {
	return strings.ContainsAny(text, "$`%!")
}

// expand writes the variables of the script out, up to a length. In a batch file that was done for
// the line.
func (s *script) expand(text string) string {
	if s.dialect == batch {
		return text
	}
	return s.expandWith(text, s.lookup)
}

func (s *script) expandWith(text string, lookup func(string) (string, bool)) string {
	room := maxExpanded
	return expandEnv(text, s.dialect == batch, func(name string) (string, bool) {
		value, ok := lookup(name)
		room -= len(value)
		return value, ok && room >= 0
	})
}

// split writes variables out and takes words apart where those of sh become several.
func (s *script) split(words []string) []string {
	var all []string
	for _, word := range words {
		parts := strings.Split(word, splits)
		parts[0] = s.expand(parts[0])
		if len(parts) == 1 {
			all = append(all, parts[0])
			continue
		}
		for i, part := range parts[1:] {
			parts[i+1] = s.expandFirst(part)
		}
		all = append(all, strings.FieldsFunc(strings.Join(parts, ""), func(r rune) bool { return string(r) == blank })...)
	}
	return all
}

// expandFirst writes out the variable that a text begins with, its blanks marked, and then the rest.
func (s *script) expandFirst(text string) string {
	first := true
	return s.expandWith(text, func(name string) (string, bool) {
		value, ok := s.lookup(name)
		if first {
			value = strings.NewReplacer(" ", blank, "\t", blank, "\n", blank).Replace(value)
		}
		first = false
		return value, ok
	})
}

func (s *script) lookup(name string) (string, bool) {
	if s.dialect != posix {
		name = strings.ToUpper(name)
	}
	if value, ok := s.vars[name]; ok {
		return value, true
	}
	if name == "CD" && s.dialect == batch || name == "PWD" && s.dialect != batch {
		return s.dir, true
	}
	return "", false
}

// lookupHome knows the one folder that is the same for whoever starts the script.
func lookupHome(name string) (string, bool) {
	home, err := os.UserHomeDir()
	name = strings.ToUpper(name)
	return home, err == nil && (name == "HOME" || name == "USERPROFILE")
}
