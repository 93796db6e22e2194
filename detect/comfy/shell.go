package comfy

import "strings"

// command is one of a script: its words without their quotes, one at least, or a bracket.
type command struct {
	words   []string
	bracket byte   // "(", ")", "{" or "}"; 0 is none
	after   string // "&&" or "||" before it
}

// scanner takes a script apart into commands.
type scanner struct {
	dialect
	text   string
	at     int // where it reads in the text
	quote  byte
	word   []byte
	inWord bool
	file   bool // the next word is where the output goes
	words  []string
	after  string
	below  []textBelow
	found  []command
}

// commands lists the commands of a text in their order. What they depend on is not looked at: a
// command below an if is one as any other.
func (d dialect) commands(text string) []command {
	s := scanner{dialect: d, text: text}
	for ; s.at < len(text); s.at++ {
		c, rest := text[s.at], text[s.at+1:]
		switch {
		case c == byte(d) && rest != "" && d.escapes(s.quote, rest[0]):
			s.at++
			if rest[0] != '\n' {
				s.add(rest[0])
			}
		case s.quote != 0 && c == s.quote:
			s.quote = 0
		case d != batch && s.quote != '\'' && s.output(c, rest):
		case s.quote != 0 && (c != '\n' || d != batch):
			s.add(c)
		case c == '"', c == '\'' && d != batch:
			s.quote, s.inWord = c, true
		case s.comment(text[s.at:]):
			line, _, _ := strings.Cut(text[s.at:], "\n")
			s.at += len(line) - 1
		case c == ' ', c == '\t':
			s.endWord()
		case c == '<' && d == posix && strings.HasPrefix(rest, "<"):
			s.announce()
		case c == '<', c == '>', c == '&' && d != batch && strings.HasPrefix(rest, ">"):
			s.redirect(c)
		case c == '\n':
			s.quote = 0
			s.endCommand(c, "")
			s.skipTexts()
		case strings.IndexByte("&|()", c) >= 0, c == ';' && d != batch, d == powershell && (c == '{' || c == '}'):
			s.endCommand(c, rest)
		case c == '$' && d == posix:
			s.word, s.inWord = append(s.word, splits+"$"...), true
		default:
			s.add(c)
		}
	}
	if s.quote != 0 && d != batch {
		return s.found // what stands in quotes without an end is an error
	}
	s.endCommand('\n', "")
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
	if s.inWord && !s.file {
		s.words = append(s.words, string(s.word))
	}
	s.file = s.file && !s.inWord
	s.word, s.inWord = s.word[:0], false
	if n := len(s.words); s.dialect == posix && n == 1 && (s.words[0] == "{" || s.words[0] == "}") {
		s.found = append(s.found, command{bracket: s.words[0][0]})
		s.words = nil
	}
}

// redirect reads what puts the output elsewhere. Neither the number before it nor the file after it
// is one of the command's words.
func (s *scanner) redirect(c byte) {
	if n := string(s.word); c != '&' && (n == "*" || len(n) == 1 && n[0] >= '0' && n[0] <= '9') {
		s.word, s.inWord = s.word[:0], false
	}
	s.endWord()
	for range 2 {
		if rest := s.text[s.at+1:]; rest != "" && (rest[0] == '>' || rest[0] == '&') {
			s.at++
		}
	}
	s.file = true
}

// endCommand ends a command at a separator.
func (s *scanner) endCommand(separator byte, rest string) {
	s.endWord()
	s.file = false
	if len(s.words) > 0 {
		s.found = append(s.found, command{words: s.words, after: s.after})
	}
	if s.words != nil || separator == ';' {
		s.after = ""
	}
	s.words = nil
	switch {
	case strings.IndexByte("(){}", separator) >= 0:
		s.found = append(s.found, command{bracket: separator})
	case (separator == '&' || separator == '|') && strings.HasPrefix(rest, string(separator)):
		s.at++
		s.after = string([]byte{separator, separator})
	}
}
