package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// page is a page of Markdown: prose, block, prose … prose.
type page struct {
	name   string
	prose  []string
	blocks []block
}

// block is a block of code.
type block struct {
	heading, fence, info, text string
	line                       int
}

func readPage(t *testing.T, name string) *page {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	p := &page{name: name, prose: []string{""}}
	heading, number := "", 0
	var open *block
	for line := range strings.Lines(string(text)) {
		number++
		bare := strings.TrimRight(line, "\n")
		info := strings.TrimLeft(bare, "`")
		fence := bare[:len(bare)-len(info)]
		switch {
		case open != nil && bare == open.fence:
			p.blocks = append(p.blocks, *open)
			p.prose = append(p.prose, "")
			open = nil
		case open != nil:
			open.text += line
		case len(fence) >= 3:
			open = &block{heading: heading, fence: fence, info: info, line: number}
		default:
			if strings.HasPrefix(line, "##") {
				heading = strings.Trim(bare, "# ")
			}
			p.prose[len(p.prose)-1] += line
		}
	}
	if open != nil {
		t.Fatalf("%s:%d: the block has no end", name, open.line)
	}
	return p
}

func (p *page) text() string {
	text := p.prose[0]
	for i, b := range p.blocks {
		text += b.fence + b.info + "\n" + b.text + b.fence + "\n" + p.prose[i+1]
	}
	return text
}

func (p *page) write(t *testing.T) {
	t.Helper()
	if err := os.WriteFile(p.name, []byte(p.text()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// commands are those of a block, without comments: each line, and in a session each that begins
// with a prompt.
func (b *block) commands() (commands []string) {
	for line := range strings.Lines(b.text) {
		command, prompt := strings.CutPrefix(strings.TrimSpace(uncommented(line)), "$ ")
		if command != "" && (prompt || b.info == "sh") {
			commands = append(commands, command)
		}
	}
	return commands
}

var comment = regexp.MustCompile(`(?m)(^| +)(#|//) .*$`)

// uncommented is a text without its comments in a shell, YAML or JSON.
func uncommented(text string) string { return comment.ReplaceAllString(text, "") }
