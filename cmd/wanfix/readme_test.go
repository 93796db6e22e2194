package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReadme runs the commands that README.md shows with their output, from the
// folder a reader would be in. With -update it writes the output anew.
func TestReadme(t *testing.T) {
	t.Chdir("../..")
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	const open, shut = "```console\n$ wanfix ", "```\n"
	shown := 0
	var out strings.Builder
	rest := string(text)
	for {
		before, block, found := strings.Cut(rest, open)
		out.WriteString(before)
		if !found {
			break
		}
		command, after, _ := strings.Cut(block, "\n")
		want, after, _ := strings.Cut(after, shut)
		var stdout, stderr strings.Builder
		if exit := run(strings.Fields(command), streams{in: strings.NewReader(""), out: &stdout, err: &stderr}); exit == exitUsage {
			t.Errorf("%s: exit %d: %s", command, exit, stderr.String())
		}
		if !*update {
			if diff := cmp.Diff(want, stdout.String()); diff != "" {
				t.Errorf("README.md shows another output of %q (-shown +now):\n%s", command, diff)
			}
		}
		out.WriteString(open + command + "\n" + stdout.String() + shut)
		shown++
		rest = after
	}
	if shown == 0 {
		t.Error("README.md shows no command with its output")
	}
	if *update {
		if err := os.WriteFile("README.md", []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
