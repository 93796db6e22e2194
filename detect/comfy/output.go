package comfy

import (
	"bytes"
	"regexp"
	"strings"
)

// output takes the output of a command, an array or a name in brackets for a part of the word. It
// keeps the $ that says so.
func (s *scanner) output(c byte, rest string) bool {
	end := 0
	switch {
	case c == '$' && strings.HasPrefix(rest, "("):
		end = closing(rest, '(', ')')
	case c == '$' && strings.HasPrefix(rest, "{"):
		end = closing(rest, '{', '}')
		if s.dialect == posix && s.quote == 0 {
			s.word = append(s.word, splits...)
		}
	case c == '`' && s.dialect == posix:
		if end = strings.IndexByte(rest, '`') + 1; end == 0 {
			end = len(rest)
		}
	case c == '(' && s.quote == 0 && s.assigns():
		s.add('$')
		end = closing(s.text[s.at:], '(', ')') - 1
	default:
		return false
	}
	s.word, s.inWord = append(append(s.word, c), rest[:end]...), true
	s.at += end
	return true
}

// assigns reports whether a value comes next.
func (s *scanner) assigns() bool {
	if !s.inWord && s.dialect == powershell && len(s.words) > 0 {
		return strings.HasSuffix(s.words[len(s.words)-1], "=")
	}
	return s.inWord && bytes.HasSuffix(s.word, []byte("="))
}

// closing is how much of a text belongs to the bracket that it begins with.
func closing(text string, open, shut byte) int {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case open:
			depth++
		case shut:
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

// textBelow is a text that stands below a line for one of its commands.
type textBelow struct {
	end    string
	indent bool // before its end there may be tabs
}

// announce reads what ends the text that << puts below the line. With <<< the text is the next word.
func (s *scanner) announce() {
	m := regexp.MustCompile(`^<<(<|-?[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|\\?([A-Za-z_][\w.]*)))?`).FindStringSubmatch(s.text[s.at:])
	s.endWord()
	s.file = m[1] == "<"
	s.at += len(m[0]) - 1
	if end := m[2] + m[3] + m[4]; end != "" {
		s.below = append(s.below, textBelow{end, strings.HasPrefix(m[1], "-")})
	}
}

// skipTexts goes to the last line of the texts that begin on the next one.
func (s *scanner) skipTexts() {
	for _, b := range s.below {
		for s.at < len(s.text) {
			line, _, _ := strings.Cut(s.text[min(s.at+1, len(s.text)):], "\n")
			s.at += 1 + len(line)
			if b.indent {
				line = strings.TrimLeft(line, "\t")
			}
			if line == b.end {
				break
			}
		}
	}
	s.below = nil
}
