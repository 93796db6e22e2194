package main

import (
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/term"
)

// The report is made to be read by a tired person:
//   - what is wrong, what was done, what to do, in that order;
//   - lower case, no final period, the value found and the value wanted;
//   - colour and marks on a terminal, plain text in a pipe, the same words in both;
//   - nothing that comes from a file reaches the terminal unescaped.

// style says how text looks where it is printed.
type style struct{ colour bool }

// newStyle decides by --color, then FORCE_COLOR, NO_COLOR and TERM, then by
// whether out is a terminal.
func newStyle(flag string, out io.Writer, env func(string) (string, bool)) style {
	set := func(name string) bool { value, ok := env(name); return ok && value != "" }
	switch {
	case flag == "always":
		return style{true}
	case flag == "never":
		return style{}
	case set("FORCE_COLOR"):
		return style{true}
	case set("NO_COLOR"):
		return style{}
	}
	if name, _ := env("TERM"); name == "dumb" {
		return style{}
	}
	f, ok := out.(*os.File)
	return style{ok && term.IsTerminal(int(f.Fd())) && colours(f)}
}

// atTerminal reports whether somebody sits in front of the program who reads its
// questions and can answer them.
func atTerminal() bool {
	return term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stderr.Fd()))
}

func (s style) paint(code, text string) string {
	if !s.colour || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) bold(text string) string   { return s.paint("1", text) }
func (s style) dim(text string) string    { return s.paint("2", text) }
func (s style) red(text string) string    { return s.paint("31", text) }
func (s style) green(text string) string  { return s.paint("32", text) }
func (s style) yellow(text string) string { return s.paint("33", text) }
func (s style) cyan(text string) string   { return s.paint("36", text) }

// plain makes text from a file safe to print: whatever does not show as itself,
// such as an escape sequence or a mark that turns the writing direction, is
// written as its code, and so is what the log of GitHub Actions takes for a command.
func plain(text string) string {
	text = strings.ReplaceAll(text, "##[", `#\x23[`)
	if rest, command := strings.CutPrefix(text, "::"); command {
		text = `\x3a:` + rest
	}
	clean := func(r rune) bool { return unicode.IsGraphic(r) && r != unicode.ReplacementChar }
	if strings.IndexFunc(text, func(r rune) bool { return !clean(r) }) < 0 {
		return text
	}
	var out strings.Builder
	for _, r := range text {
		if clean(r) {
			out.WriteRune(r)
			continue
		}
		out.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
	}
	return out.String()
}
