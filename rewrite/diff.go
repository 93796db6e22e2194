package rewrite

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/wanfix/wanfix/workflows"
)

// Diff shows what Tune changed in a text: as a unified diff, which git apply and patch -p1
// take, where the text has lines, as a list of values where it is one long line. The name has
// slashes between its parts.
func Diff(name string, before []byte, r *Result) string {
	if !r.Changed {
		return ""
	}
	if bytes.Count(bytes.TrimSpace(before), []byte("\n")) > 0 {
		return unified(name, before, r.Out)
	}
	var list strings.Builder
	fmt.Fprintf(&list, "--- %s\n+++ %s (tuned)\n", name, name)
	for _, part := range r.Parts {
		if part.Part.Path != "" && len(part.Changes) > 0 {
			fmt.Fprintf(&list, "@@ %s @@\n", part.Name())
		}
		for _, c := range part.Changes {
			run := part.Part.Run(c.Run)
			switch c.Op {
			case workflows.OpUnplug:
				fmt.Fprintf(&list, "@ %s · %s: linked to %s%s → unplugged\n", run, c.Name, c.From, part.Elsewhere(c.Change))
				continue
			case workflows.OpGive:
				fmt.Fprintf(&list, "@ %s · %s: %s%s → %s\n", run, c.Name, c.From, part.Elsewhere(c.Change), part.Supplied(c.Change).Is)
				continue
			}
			from := c.From
			if from == "" {
				from = "not written"
			}
			at := ""
			if via := part.Via(c.Change); via != nil {
				at = ", at " + via.String()
			}
			fmt.Fprintf(&list, "@ %s · %s: %s%s → %s%s\n", run, c.Name, from, part.Elsewhere(c.Change), c.Value, at)
		}
	}
	return list.String()
}

// unified is a unified diff with a head as git writes it.
func unified(name string, before, after []byte) string {
	path := strings.TrimLeft(name, "/")
	if strings.Contains(path, " ") {
		path += "\t" // where the name ends
	}
	text := string(diff.Diff("a", before, "b", after))
	hunks := text[strings.Index(text, "@@"):]
	return fmt.Sprintf("--- a/%s\n+++ b/%s\n%s", path, path, hunks)
}
