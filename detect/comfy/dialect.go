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

// Marks in a script's text, none of which a text file has.
const (
	here   = "\x00" // the script's own folder, before quotes are looked at
	splits = "\x01" // before a variable of sh whose value becomes several words
	blank  = "\x02" // between those words
	marks  = here + splits + blank
)

// The ways to write a script's own folder in sh, with or without cd and pwd around it.
const (
	ownName   = `\$(?:0|\{0\}|BASH_SOURCE|\{BASH_SOURCE(?:\[0\])?\})`
	ownFolder = `\$\(dirname (?:-- )?"?(?:` + ownName + `|\$\((?:realpath|readlink -f) "?` + ownName + `"?\))"?\)`
	ownPath   = `\$\(cd (?:-- )?"?` + ownFolder + `"? *(?:&> ?/dev/null *|>/dev/null 2>&1 *)?(?:&&|;) pwd(?: -P)?\)|` + ownFolder
)

// A text over lines in PowerShell, which is one value.
const hereString = `(?s)@"[ \t]*\n.*?\n"@|@'[ \t]*\n.*?\n'@`

// plain writes the parts of a script alike that have no counterpart in other dialects.
func (d dialect) plain(text string) string {
	text = strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")
	switch d {
	case batch:
		return regexp.MustCompile(`(?i)%~dp0`).ReplaceAllLiteralString(text, here+"/")
	case powershell:
		text = regexp.MustCompile(hereString).ReplaceAllLiteralString(text, "$(text)")
		text = regexp.MustCompile(`(?s)<#.*?#>`).ReplaceAllLiteralString(text, "")
		text = regexp.MustCompile(`(?i)\$(\{?)env:`).ReplaceAllString(text, "$$$1")
		return regexp.MustCompile(`(?i)\$PSScriptRoot\b`).ReplaceAllLiteralString(text, here)
	}
	return regexp.MustCompile(ownPath).ReplaceAllLiteralString(text, here)
}

// lines cuts a script where its variables are written out: cmd does that with each line before it
// looks at it, the others with each word after.
func (d dialect) lines(text string) []string {
	if d != batch {
		return []string{text}
	}
	return strings.Split(strings.ReplaceAll(text, "^\n", ""), "\n")
}
