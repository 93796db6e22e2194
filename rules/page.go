package rules

import (
	"fmt"
	"strings"
)

// Page is a rule's Markdown page, taken apart.
type Page struct {
	Title string
	// Prose are the paragraphs between blocks and tables, line ends kept.
	Prose []string
	// Blocks are the fenced blocks in order.
	Blocks []Block
	// Rows are the rows of the tables, header and rule lines left out, with the
	// index of the block they follow.
	Rows []Row
}

// Block is one fenced block: what its fence says, its text, and the line it starts on.
type Block struct {
	Info, Text string
	Line       int
}

// Row is one row of a table.
type Row struct {
	Cells []string
	After int // index into Blocks
	Line  int
}

// ParsePage takes a Markdown page apart. It knows only what rule pages need.
func ParsePage(text string) (*Page, error) {
	p := &Page{}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		switch {
		case strings.HasPrefix(line, "```"):
			start := i
			fence := line[:len(line)-len(strings.TrimLeft(line, "`"))]
			for i++; i < len(lines) && strings.TrimRight(lines[i], " ") != fence; i++ {
			}
			if i == len(lines) {
				return nil, fmt.Errorf("line %d: the block is never closed with %s", start+1, fence)
			}
			p.Blocks = append(p.Blocks, Block{strings.TrimSpace(line[len(fence):]), strings.Join(lines[start+1:i], "\n"), start + 2})
		case strings.HasPrefix(line, "# ") && p.Title == "":
			p.Title = strings.TrimSpace(line[2:])
		case strings.HasPrefix(line, "|"):
			p.addRow(line, i+1)
		case strings.TrimSpace(line) != "":
			start := i
			for i+1 < len(lines) && isProse(lines[i+1]) {
				i++
			}
			p.Prose = append(p.Prose, strings.Join(lines[start:i+1], "\n"))
		}
	}
	return p, nil
}

func isProse(line string) bool {
	return strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "```") && !strings.HasPrefix(line, "|")
}

// addRow adds a row of a table, unless it is the line under the header, which
// also makes the row before it the header.
func (p *Page) addRow(line string, number int) {
	line = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "|"), "|")
	cells := strings.Split(line, "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	if strings.Contains(line, "-") && strings.Trim(line, "|-: ") == "" {
		if n := len(p.Rows); n > 0 && p.Rows[n-1].Line == number-1 {
			p.Rows = p.Rows[:n-1]
		}
		return
	}
	p.Rows = append(p.Rows, Row{cells, len(p.Blocks) - 1, number})
}
