package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

func planMarkdown(out io.Writer, p *planned) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n", markdown(p.label))
	for _, line := range p.taken() {
		fmt.Fprintf(&b, "%s\n\n", markdown(line))
	}
	if len(p.stacks) == 0 {
		b.WriteString("nothing to plan: no WanVideoWrapper loader\n\n")
	}
	for _, s := range p.stacks {
		if s.part != "" {
			fmt.Fprintf(&b, "%s: ", markdown(s.part))
		}
		fmt.Fprintf(&b, "%s: %s\n\n", markdown(stackTitle(s.stack)), markdown(s.ask("loader.file").String()))
		if why := s.why(); why != "" {
			fmt.Fprintf(&b, "not planned: %s\n\n", markdown(why))
			continue
		}
		fmt.Fprintf(&b, "| %s |\n|%s\n", strings.Join(planHead, " | "), strings.Repeat(" --- |", len(planHead)))
		for i, one := range s.plans {
			row := planRow(p.cards[i], one)
			row[0] = markdown(row[0])
			fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// markdown writes text of a file as code, in which nothing pings, links or renders.
func markdown(text string) string {
	text = strings.NewReplacer("`", "'", "|", `\|`).Replace(plain(text))
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

// markdownLink is a file's name as a link from a folder, or the name alone where no path leads there.
// Whatever might end the link or make it lead elsewhere is written as bytes.
func markdownLink(label, folder string) string {
	near, ok := pathFrom(folder, label)
	if !ok {
		return markdown(label)
	}
	var to strings.Builder
	for _, b := range []byte(near) {
		if c := rune(b); b < unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c) || strings.ContainsRune("/._-", c)) {
			to.WriteByte(b)
			continue
		}
		fmt.Fprintf(&to, "%%%02X", b)
	}
	return "[" + markdown(label) + "](" + to.String() + ")"
}
