package rules

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestParsePage(t *testing.T) {
	tests := []struct {
		name, page string
		want       *Page
	}{
		{"nothing", "", &Page{}},
		{"a title and prose", "# a rule\n\nOne line\nand another.\n\nMore.\n",
			&Page{Title: "a rule", Prose: []string{"One line\nand another.", "More."}}},
		{"only the first title counts", "# one\n# two\n", &Page{Title: "one", Prose: []string{"# two"}}},
		{"blocks, with the line they start on", "```json\n{}\n```\ntext\n```json after error\n[]\n\n{}\n```\n",
			&Page{Blocks: []Block{{"json", "{}", 2}, {"json after error", "[]\n\n{}", 6}}, Prose: []string{"text"}}},
		{"a block that holds a fence", "````md\n```json\n```\n````\n", &Page{Blocks: []Block{{"md", "```json\n```", 2}}}},
		{"nothing in a block counts", "```\n# no title\n| a | b |\n```\n", &Page{Blocks: []Block{{"", "# no title\n| a | b |", 2}}}},
		{"a table, its header left out", "```json\n```\n| in | out |\n| --- | :-: |\n| `a = b` | error |\n| c | silent |\n",
			&Page{Blocks: []Block{{"json", "", 2}}, Rows: []Row{{[]string{"`a = b`", "error"}, 0, 5}, {[]string{"c", "silent"}, 0, 6}}}},
		{"a table before any block", "| a | b |\n|---|---|\n|1|2|\n", &Page{Rows: []Row{{[]string{"1", "2"}, -1, 3}}}},
		{"empty cells", "| a | b |\n| - | - |\n| | error |\n| x | |\n", &Page{Rows: []Row{{[]string{"", "error"}, -1, 3}, {[]string{"x", ""}, -1, 4}}}},
		{"a row of empty cells", "| a | b |\n| - | - |\n| x | y |\n|  |  |\n", &Page{Rows: []Row{{[]string{"x", "y"}, -1, 3}, {[]string{"", ""}, -1, 4}}}},
		{"lines of Windows", "# a\r\n\r\n```json\r\n{\r\n}\r\n```\r\n", &Page{Title: "a", Blocks: []Block{{"json", "{\n}", 4}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := ParsePage(test.page)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("page (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParsePageError(t *testing.T) {
	_, err := ParsePage("# a\n\n````json\n```\n")
	if want := "line 3: the block is never closed with ````"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// FuzzRule reads any text as a page. What is read stays within the text, and the rule
// that is read off the page is the one in its first block.
func FuzzRule(f *testing.F) {
	files, err := filepath.Glob("packs/*/*.md")
	if err != nil || len(files) == 0 {
		f.Fatalf("no pages to begin with, %v", err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	facts := builtinFacts(f)
	f.Fuzz(func(t *testing.T, text string) {
		page, err := ParsePage(text)
		if err == nil {
			length := len(page.Title)
			for _, block := range page.Blocks {
				length += len(block.Info) + len(block.Text)
			}
			for _, row := range page.Rows {
				length += len(strings.Join(row.Cells, ""))
				if row.After >= len(page.Blocks) {
					t.Errorf("line %d: a row after block %d of %d", row.Line, row.After, len(page.Blocks))
				}
			}
			if length > len(text) {
				t.Errorf("%d bytes were read of %d", length, len(text))
			}
		}
		r := newReader(facts)
		r.page(pack{folder: fstest.MapFS{"a.md": {Data: []byte(text)}}}, "a.md")
		if err := r.err(); err != nil {
			expectPlaces(t, err, text)
		}
		lenient := &reader{}
		rule := lenient.page(pack{folder: fstest.MapFS{"a.md": {Data: []byte(text)}}}, "a.md")
		if lenient.mistakes != nil {
			return
		}
		if len(rule.When) == 0 || rule.Message == "" || len(rule.Unless) > 0 && rule.Unsure == "" {
			t.Errorf("a rule that is not whole was read: %+v", rule)
		}
		for _, fix := range rule.Fixes {
			if (fix.Safety == Advice) != (len(fix.Do) == 0) {
				t.Errorf("a fix that is %s does %d things", fix.Safety, len(fix.Do))
			}
		}
	})
}

// expectPlaces wants every mistake to have a place in the page.
func expectPlaces(t *testing.T, err error, text string) {
	t.Helper()
	for line := range strings.Lines(err.Error()) {
		var row, col int
		if n, _ := fmt.Sscanf(line, "a.md:%d:%d: ", &row, &col); n != 2 {
			continue // the rest of a mistake that quotes several lines
		}
		if lines := strings.Split(text, "\n"); row > len(lines) || col > len(lines[row-1])+1 {
			t.Errorf("%sis beyond the page", line)
		}
	}
}
