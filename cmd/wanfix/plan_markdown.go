package main

import (
	"fmt"
	"io"
	"strings"
)

func planMarkdown(out io.Writer, _ style, p *planned) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n", markdown(p.label))
	for _, s := range p.stacks {
		fmt.Fprintf(&b, "%s: %s\n\n", markdown(stackTitle(s.stack)), markdown(s.ask("loader.file").String()))
		if why := s.why(); why != "" {
			fmt.Fprintf(&b, "not planned: %s\n\n", markdown(why))
			continue
		}
		fmt.Fprintf(&b, "| %s |\n|%s\n", strings.Join(planHead, " | "), strings.Repeat(" --- |", len(planHead)))
		for i, one := range s.plans {
			row := planRow(p.cards[i], one)
			for j := range row {
				row[j] = markdown(row[j])
			}
			fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// markdown writes text of a file so that it shows as itself.
func markdown(text string) string {
	var b strings.Builder
	for _, r := range plain(text) {
		if strings.ContainsRune("\\`*_{}[]<>#!|&~", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
