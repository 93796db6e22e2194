package comfy

import (
	"path/filepath"
	"regexp"
	"strings"
)

// dialect is the language of a script, by the character that takes its meaning from the next one and
// at the end of a line joins the next line to it.
type dialect byte

const (
	batch      dialect = '^'
	posix      dialect = '\\'
	powershell dialect = '`'
)

// dialectOf reads the ending of a script's name; 0 is no script.
func dialectOf(name string) dialect {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".bat", ".cmd":
		return batch
	case ".ps1":
		return powershell
	case ".sh":
		return posix
	}
	return 0
}

// here stands in a script's text for the script's own folder, before quotes are looked at.
const here = "\x00"

// The ways to write a script's own folder in sh, with or without cd and pwd around it.
const (
	ownName   = `\$(?:0|\{0\}|BASH_SOURCE|\{BASH_SOURCE(?:\[0\])?\})`
	ownFolder = `\$\(dirname (?:-- )?"?(?:` + ownName + `|\$\((?:realpath|readlink -f) "?` + ownName + `"?\))"?\)`
	ownPath   = `\$\(cd (?:-- )?"?` + ownFolder + `"? *(?:&> ?/dev/null *|>/dev/null 2>&1 *)?(?:&&|;) pwd(?: -P)?\)|` + ownFolder
)

// plain writes the parts of a script alike that have no counterpart in other dialects.
func (d dialect) plain(text string) string {
	text = strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")
	switch d {
	case batch:
		return regexp.MustCompile(`(?i)%~dp0`).ReplaceAllLiteralString(text, here+"/")
	case powershell:
		text = regexp.MustCompile(`(?s)<#.*?#>`).ReplaceAllLiteralString(text, "")
		text = regexp.MustCompile(`(?i)\$(\{?)env:`).ReplaceAllString(text, "$$$1")
		return regexp.MustCompile(`(?i)\$PSScriptRoot\b`).ReplaceAllLiteralString(text, here)
	}
	return regexp.MustCompile(ownPath).ReplaceAllLiteralString(text, here)
}

// scanner takes a script apart into commands, and those into words without their quotes.
type scanner struct {
	dialect
	word   []byte
	inWord bool
	words  []string
	found  [][]string
}

// commands lists the commands of a script in their order, each with one word at least. What they
// depend on is not looked at: a command below an if is one as any other.
func (d dialect) commands(text string) [][]string {
	s := scanner{dialect: d}
	text = d.plain(text)
	var quote byte
	for i := 0; i < len(text); i++ {
		c, rest := text[i], text[i+1:]
		switch {
		case c == byte(d) && rest != "" && d.escapes(quote, rest[0]):
			i++
			if rest[0] != '\n' {
				s.add(rest[0])
			}
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0 && (c != '\n' || d != batch):
			s.add(c)
		case c == '"', c == '\'' && d != batch:
			quote, s.inWord = c, true
		case s.comment(text[i:]):
			line, _, _ := strings.Cut(text[i:], "\n")
			i += len(line) - 1
		case c == ' ', c == '\t':
			s.endWord()
		case c == '\n', strings.IndexByte("&|()<>", c) >= 0, c == ';' && d != batch:
			quote = 0
			s.endCommand(c)
		default:
			s.add(c)
		}
	}
	s.endCommand('\n')
	return s.found
}

// escapes reports whether the dialect's character takes the meaning from next.
func (d dialect) escapes(quote, next byte) bool {
	switch {
	case quote == '\'', quote != 0 && d == batch:
		return false
	case quote != 0 && d == posix:
		return strings.IndexByte("\"\\$`\n", next) >= 0
	}
	return true
}

// comment reports whether a comment begins here.
func (s *scanner) comment(text string) bool {
	switch {
	case s.inWord:
		return false
	case s.dialect != batch:
		return text[0] == '#'
	case len(s.words) > 0:
		return false
	}
	start := strings.ToLower(strings.TrimPrefix(text[:min(len(text), len("@rem "))], "@"))
	remark, ok := strings.CutPrefix(start, "rem")
	return text[0] == ':' || ok && (remark == "" || strings.IndexByte(" \t\n", remark[0]) >= 0)
}

func (s *scanner) add(c byte) {
	s.word, s.inWord = append(s.word, c), true
}

func (s *scanner) endWord() {
	if word := string(s.word); s.inWord && word != "{" && word != "}" {
		s.words = append(s.words, word)
	}
	s.word, s.inWord = s.word[:0], false
}

// endCommand ends a command at a separator. The number before > is none of its words.
func (s *scanner) endCommand(separator byte) {
	if separator == '>' && len(s.word) == 1 && s.word[0] >= '0' && s.word[0] <= '9' {
		s.word, s.inWord = s.word[:0], false
	}
	s.endWord()
	if len(s.words) > 0 {
		s.found = append(s.found, s.words)
	}
	s.words = nil
}
