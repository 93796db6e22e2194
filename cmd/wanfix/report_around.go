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

// remember keeps the advice about what stands around a workflow for the end, where files of
// one run that want the same are told it once.
func (r *textReport) remember(part *rewrite.PartResult) {
	for _, f := range part.Around {
		if !slices.ContainsFunc(r.around, func(have *rules.Finding) bool { return readsLike(have, f) }) {
			r.around = append(r.around, f)
		}
	}
}

// surroundings tells what stands around the workflows: when it helps, and how it is done.
func (r *textReport) surroundings() string {
	if len(r.around) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s\n", r.style.bold("around the workflow"))
	for i, f := range r.around {
		if i == maxAround && !r.verbose {
			fmt.Fprintf(&b, "  %s\n", r.style.dim(fmt.Sprintf("%d more with -v", len(r.around)-i)))
			break
		}
		line := f.Message
		for _, fix := range f.Fixes {
			line += ": " + fix.Say
		}
		fmt.Fprintf(&b, "  %s %s\n", plain(line), r.style.dim("("+f.Rule.ID+")"))
	}
	return b.String()
}
