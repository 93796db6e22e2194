package plan

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the tables of docs/vram.md and docs/cards.md anew")

// inPage compares what stands in a page of docs/ between two marks with what is true, or writes it
// there.
func inPage(t *testing.T, page, name, want string) {
	t.Helper()
	page = "../../docs/" + page
	begin, end := "<!-- "+name+": written by go test ./rules/plan -update -->\n", "<!-- "+name+" end -->"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	have, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place between %q and %q", page, begin, end)
	}
	if *update {
		if err := os.WriteFile(page, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("%s shows another %s (-true +page), go test ./rules/plan -update mends it:\n%s", page, name, diff)
	}
}

// head begins a Markdown table; a column that ends in ":" holds numbers.
func head(columns ...string) string {
	line := "|"
	for i, column := range columns {
		name, numbers := strings.CutSuffix(column, ":")
		columns[i] = name
		if line += " --- |"; numbers {
			line = strings.TrimSuffix(line, " --- |") + " --: |"
		}
	}
	return row(columns...) + line + "\n"
}

func row(cells ...string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

// figure is bytes in GiB, for columns that name the unit.
func figure(bytes int64) string { return fmt.Sprintf("%.2f", float64(bytes)/GiB) }

// between is two amounts, or one where they look the same: "9.1–10.8 GiB".
func between(low, high int64) string {
	from, to := gib(low), gib(high)
	if from == to {
		return to
	}
	return strings.TrimSuffix(from, " GiB") + "–" + to
}

// onCard is today's wrapper with its default rope function, nothing else on the card, and no LoRA.
// What a reader may not know of the own files stays unknown.
func onCard(t testing.TB, model string, dtype Dtype, v Video) Input {
	w := weights(t, model, "", string(dtype))
	w.Header = true // so that any number may be chosen
	return Input{Weights: []Weights{w}, Rope: "comfy", Compile: No, Tokens: w.Model.Exactly(v), Wrapper: today, OS: "windows"}
}

// today is a day of the newest code that is known.
var today = Day("2026-06-27")

// fileWord is how people call a kind of file.
func fileWord(d Dtype) string {
	if d == "e4m3fn_scaled" {
		return "fp8"
	}
	return string(d)
}

func (v Video) String() string { return fmt.Sprintf("%d × %d", v.Width, v.Height) }
