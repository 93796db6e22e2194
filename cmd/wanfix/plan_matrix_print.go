package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rules/plan"
)

// text prints the table for people.
func (m *matrix) text(out io.Writer, look style) error {
	rows := [][]string{append([]string{"file"}, m.cards...)}
	for i := range rows[0] {
		rows[0][i] = plain(rows[0][i])
	}
	for _, row := range m.rows {
		rows = append(rows, append([]string{plain(row.label)}, m.cellsOf(row)...))
	}
	var b strings.Builder
	if len(m.rows) > 0 {
		printTable(&b, "", rows)
		b.WriteString("\n")
	}
	for _, one := range m.legend() {
		fmt.Fprintf(&b, "  %-6s%s\n", one.word, look.dim(plain(one.means)))
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// markdown prints the table for a page in a folder: the files are links from there.
func (m *matrix) markdown(out io.Writer, folder string) error {
	var b strings.Builder
	if len(m.rows) > 0 {
		m.markdownRows(&b, folder)
	}
	for _, one := range m.legend() {
		means := one.means
		if one.word == cellUnknown { // it may have names from files in it
			means = markdown(means)
		}
		fmt.Fprintf(&b, "- %s: %s\n", markdown(one.word), means)
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func (m *matrix) markdownRows(b *strings.Builder, folder string) {
	b.WriteString("| file |")
	for _, card := range m.cards {
		fmt.Fprintf(b, " %s |", markdown(card))
	}
	fmt.Fprintf(b, "\n| --- |%s\n", strings.Repeat(" --- |", len(m.cards)))
	for _, row := range m.rows {
		fmt.Fprintf(b, "| %s |", markdownLink(row.label, folder))
		for _, cell := range m.cellsOf(row) {
			fmt.Fprintf(b, " %s |", strings.ReplaceAll(cell, "*", `\*`))
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
}

// cellsOf are a row's cells in the order of the columns, empty for a card that the file is not for.
func (m *matrix) cellsOf(row matrixRow) []string {
	cells := make([]string, len(m.cards))
	for i, card := range m.cards {
		cells[i] = row.cells[card]
	}
	return cells
}

// legendLine says what a word of the table means.
type legendLine struct{ word, means string }

// legend explains the words that stand in the table, and what it rests on.
func (m *matrix) legend() (lines []legendLine) {
	for _, one := range []legendLine{
		{string(plan.Fits), "at the high end of the estimate too"},
		{string(plan.Tight), "at the low end of the estimate only"},
		{"swap", "with so many blocks_to_swap; a range where samplers of the file differ"},
		{"*", "also takes, or may take: " + strings.Join(slices.Sorted(maps.Keys(m.remedies)), ", ") + "; wanfix plan FILE tells more"},
		{cellNo, "not at the low end either, with everything swapped"},
	} {
		if m.says(one.word) {
			lines = append(lines, one)
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(m.reasons)) {
		lines = append(lines, legendLine{cellUnknown, counted(m.reasons[reason], "file", "files") + ": " + reason})
	}
	if m.others > 0 {
		lines = append(lines, legendLine{cellUnknown, counted(m.others, "file", "files") + ": wanfix plan FILE tells why"})
	}
	if m.nothing > 0 {
		lines = append(lines, legendLine{"–", counted(m.nothing, "file is", "files are") + " left out: no WanVideoWrapper loader"})
	}
	size := "of the size that each file tells"
	if m.size != "" {
		size = "of " + m.size + ", as --size says"
	}
	return append(lines, legendLine{"all", "estimates for videos " + size + ", planned as the files stand; the worst of a file's samplers counts"})
}

// says reports whether a word stands in the table.
func (m *matrix) says(word string) bool {
	return slices.ContainsFunc(m.rows, func(row matrixRow) bool {
		for _, cell := range row.cells {
			if slices.Contains(strings.FieldsFunc(cell, func(r rune) bool { return r == ' ' || r == ',' }), word) {
				return true
			}
		}
		return false
	})
}
