package comfy

import (
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// maxPath is how long the path of the folder may get that a script goes to.
const maxPath = 1 << 10 // bytes

// script follows a launch script from its first line to its last. It takes no turns: which way an if
// goes is not known.
type script struct {
	dialect
	path     string
	root     string // the ComfyUI folder whose starts count
	dir      string // where relative paths begin
	pushed   []string
	vars     map[string]string
	blocks   []block
	changes  []change
	goes     bool // the last command surely went well
	launches []launch
}

// readScript returns what the commands of a script say that start the main.py in root. The script is
// taken to be started in its own folder, as by a double click.
func readScript(path, root, text string) []launch {
	s := script{dialect: dialectOf(path), path: path, root: root, dir: filepath.Dir(path), vars: map[string]string{}}
	for _, line := range s.lines(s.plain(text)) {
		if s.dialect == batch {
			line = s.expandWith(line, s.lookup)
		}
		for _, c := range s.commands(line) {
			if s.follow(c); len(s.blocks) <= maxBlocks {
				continue
			}
			if strings.Contains(text, "main.py") {
				return []launch{s.unread("has too many turns to follow")}
			}
			return nil
		}
	}
	return s.launches
}

func (s *script) follow(c command) {
	if c.bracket != 0 {
		s.bracket(c.bracket)
		return
	}
	words, maybe := s.clauses(c.words)
	maybe = maybe || c.after == "||" || c.after == "&&" && !s.goes
	s.goes = false
	if len(words) == 0 {
		return
	}
	if maybe {
		s.begin("")
	}
	s.run(words)
	if maybe {
		s.end(false)
	}
}

// clauses takes the words off that a command depends on. Maybe is a command that a line alone keeps
// from being run.
func (s *script) clauses(words []string) (rest []string, maybe bool) {
	for len(words) > 0 {
		words[0] = strings.TrimPrefix(words[0], "@")
		switch word := strings.ToLower(words[0]); {
		case s.dialect == posix && (word == "if" || word == "while" || word == "until" || word == "case"):
			s.begin(word)
		case s.dialect == posix && (word == "for" || word == "select"):
			s.assign(words)
			s.begin(word)
			return nil, false
		case s.dialect == posix && (word == "else" || word == "elif"):
			s.end(false)
			s.begin(word)
		case s.dialect == posix && (word == "fi" || word == "done" || word == "esac"):
			s.end(false)
		case s.dialect == posix && (word == "then" || word == "do" || word == "!"):
		case s.dialect == batch && (word == "else" || word == "do"):
			maybe = true
		case s.dialect == batch && word == "if":
			words, maybe = words[condition(words):], true
			continue
		default:
			return words, maybe
		}
		words = words[1:]
	}
	return nil, maybe
}

// condition counts the words of an if in a batch file, and those of what it asks.
func condition(words []string) int {
	n := 1
	for n < len(words) && (strings.EqualFold(words[n], "/i") || strings.EqualFold(words[n], "not")) {
		n++
	}
	switch {
	case n == len(words):
	case slices.Contains([]string{"exist", "defined", "errorlevel"}, strings.ToLower(words[n])):
		n += 2
	case strings.Contains(strings.Trim(words[n], "="), "=="):
		n++
	default: // a == b, a EQU b
		n += 3
	}
	return min(n, len(words))
}

func (s *script) run(raw []string) {
	if s.dialect == posix && isAssignment(raw[0]) && !slices.ContainsFunc(raw, func(w string) bool { return !isAssignment(w) }) {
		s.assign(raw)
		s.goes = true
		return
	}
	words := s.split(raw)
	if len(words) == 0 {
		return
	}
	switch verb := strings.ToLower(words[0]); {
	case strings.HasPrefix(verb, "echo"), verb == "title", verb == "printf", strings.HasPrefix(verb, "write-"):
		s.goes = true
	case verb == "[", verb == "[[", verb == "test", verb == "test-path":
	case verb == "cd", verb == "chdir", verb == "pushd", verb == "set-location", verb == "push-location", verb == "sl":
		if strings.HasPrefix(verb, "push") {
			s.pushed = append(s.pushed, s.dir)
		}
		s.enter(words[1:])
		s.goes = true
	case verb == "popd", verb == "pop-location":
		if n := len(s.pushed) - 1; n >= 0 {
			s.dir, s.pushed = s.pushed[n], s.pushed[:n]
		} else {
			s.loseFolder()
		}
		s.goes = true
	case s.dialect == batch && verb == "goto":
		s.begin("goto") // what comes below may be left out
	case s.start(words):
	default:
		s.goes = slices.Contains([]string{"export", "declare", "typeset", "readonly", "local", "unset", "set", "source", ".", "call"}, verb)
		s.assign(raw)
	}
}

// enter changes the folder.
func (s *script) enter(words []string) {
	words = slices.DeleteFunc(slices.Clone(words), func(word string) bool {
		return strings.EqualFold(word, "/d") || len(word) > 1 && word[0] == '-' && s.dialect != batch
	})
	switch dir := strings.Join(words, " "); {
	case dir == "" && s.dialect == posix:
		s.dir = s.file("~")
	case dir == "":
	case dir == "-", len(dir) > maxPath, len(s.file(dir)) > maxPath:
		s.loseFolder()
	default:
		s.dir = s.file(dir)
	}
}

// file is the absolute path that a word of the script stands for. A path as another system writes it
// becomes an open one.
func (s *script) file(word string) string {
	path := s.expandWith(strings.ReplaceAll(word, splits, ""), lookupHome)
	if home, ok := lookupHome("HOME"); ok && s.dialect != batch {
		path = expandHome(path, home)
	}
	if s.dialect != posix && runtime.GOOS != "windows" {
		path = strings.ReplaceAll(path, `\`, "/")
		if regexp.MustCompile(`^[A-Za-z]:`).MatchString(path) {
			path = "$" + path
		}
	}
	if s.dialect == posix && runtime.GOOS == "windows" && strings.HasPrefix(path, "/") {
		path = "$" + path
	}
	return absolute(strings.ReplaceAll(path, here, filepath.Dir(s.path)), s.dir)
}
