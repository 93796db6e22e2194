package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// inPage compares what stands in a page between two marks with what is true. With -update it
// writes it there.
func inPage(t *testing.T, page, name, want string) {
	t.Helper()
	begin, end := "<!-- "+name+": written by go test ./cmd/wanfix -update -->\n", "<!-- "+name+" end -->"
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
		t.Errorf("%s shows other %s (-true +page), go test ./cmd/wanfix -update mends it:\n%s", page, name, diff)
	}
}
