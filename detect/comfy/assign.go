package comfy

import (
	"regexp"
	"slices"
	"strings"
)

// assign reads the ways to set a variable and to take it away.
func (s *script) assign(words []string) {
	switch s.dialect {
	case batch:
		s.assignBatch(words)
	case powershell:
		s.assignPowerShell(words)
	case posix:
		s.assignPosix(words)
	}
}

func (s *script) assignBatch(words []string) {
	if !strings.EqualFold(words[0], "set") {
		s.mention(words)
		return
	}
	words = words[1:]
	asks := len(words) > 0 && (strings.EqualFold(words[0], "/p") || strings.EqualFold(words[0], "/a"))
	if asks {
		words = words[1:]
	}
	name, value, ok := strings.Cut(strings.Join(words, " "), "=")
	switch name = strings.ToUpper(name); {
	case asks:
		name = strings.TrimRight(name, " +-*/%&|^<>")
		s.put(name, unknown(name))
	case ok && value == "":
		s.unset(name)
	case ok:
		s.set(name, value)
	}
}

func (s *script) assignPowerShell(words []string) {
	removes := []string{"remove-item", "ri", "rm", "del", "erase", "clear-item"}
	if slices.Contains(removes, strings.ToLower(words[0])) {
		for _, word := range words[1:] {
			if m := regexp.MustCompile(`(?i)^env:[\\/]?(\w+)$`).FindStringSubmatch(word); m != nil {
				s.drop(strings.ToUpper(m[1]))
			}
		}
		return
	}
	text := strings.Join(words, " ")
	m := regexp.MustCompile(`^(?:\[[\w.\[\]]+\] ?)?\$\{?(\w+)\}? ?([-+*/%?]*=|in )\s*(.*)$`).FindStringSubmatch(text)
	if m == nil {
		s.mention(words)
		return
	}
	name := strings.ToUpper(m[1])
	switch value := m[3]; {
	case m[2] != "=":
		s.put(name, unknown(name))
	case value == "", strings.EqualFold(value, "$null"):
		s.drop(name)
	case strings.HasPrefix(value, "@"):
		s.put(name, unknown(name))
	default:
		s.set(name, value)
	}
}

// mention is for commands that name the variable in a way that is not known here.
func (s *script) mention(words []string) {
	if strings.Contains(strings.ToUpper(strings.Join(words, " ")), cudaVisible) {
		s.put(cudaVisible, unknown(cudaVisible))
	}
}

func (s *script) assignPosix(words []string) {
	exports := false
	switch words[0] {
	case "unset", "read", "for", "select":
		for _, name := range words[1:] {
			if words[0] == "unset" {
				s.drop(name)
				s.drop(exported(name))
			} else if _, known := s.vars[name]; known {
				s.put(name, unknown(name))
			}
		}
		return
	case "export", "declare", "typeset", "readonly", "local":
		exports = words[0] == "export"
		for words = words[1:]; len(words) > 0 && strings.HasPrefix(words[0], "-"); words = words[1:] {
			exports = exports || strings.Contains(words[0], "x")
		}
	default:
		if slices.ContainsFunc(words, func(word string) bool { return !isAssignment(word) }) {
			return // it is for one command
		}
	}
	for _, word := range words {
		name, value, ok := strings.Cut(word, "=")
		if more, adds := strings.CutSuffix(name, "+"); adds {
			name, value = more, "${"+more+"}"+value
		}
		if ok {
			s.set(name, value)
		}
		if exports {
			s.put(exported(name), "yes")
		}
	}
}

func isAssignment(word string) bool {
	return strings.Contains(word, "=") && regexp.MustCompile(`^\w+\+?=`).MatchString(word)
}

// exported is where it is kept that programs see the variable, which has no such name in sh.
func exported(name string) string {
	return "export " + name
}
