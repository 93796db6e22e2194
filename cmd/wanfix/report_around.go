package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
)

// maxAround is how much advice about what stands around workflows is told unasked.
const maxAround = 3

// surroundings is advice about what stands around workflows, kept for the end, where files of
// one run that want the same are told it once.
type surroundings []*rules.Finding

func (s *surroundings) remember(part *rewrite.PartResult) {
	for _, f := range part.Around {
		if !slices.ContainsFunc(*s, func(have *rules.Finding) bool { return readsLike(have, f) }) {
			*s = append(*s, f)
		}
	}
}

// told are the pieces of advice that are told, and how many there are besides.
func (s surroundings) told(verbose bool) (told surroundings, more int) {
	if verbose {
		return s, 0
	}
	told = s[:min(len(s), maxAround)]
	return told, len(s) - len(told)
}

// adviceWords say when it helps, and how it is done.
func adviceWords(f *rules.Finding) string {
	line := f.Message
	for _, fix := range f.Fixes {
		line += ": " + fix.Say
	}
	return line
}

// surroundings tells what stands around the workflows.
func (r *textReport) surroundings() string {
	if len(r.around) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s\n", r.style.bold("around the workflow"))
	told, more := r.around.told(r.verbose)
	for _, f := range told {
		fmt.Fprintf(&b, "  %s %s\n", plain(adviceWords(f)), r.style.dim("("+f.Rule.ID+")"))
	}
	if more > 0 {
		fmt.Fprintf(&b, "  %s\n", r.style.dim(fmt.Sprintf("%d more with -v", more)))
	}
	return b.String()
}
