package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/wanfix/wanfix/rules"
)

// markdownReport writes a table for a pull request or the summary of a job. It holds a row
// a finding, whatever the number of files.
type markdownReport struct {
	to      io.Writer
	verbose bool

	begun        bool
	files, clean int
}

func (r *markdownReport) file(j *job) (tell func() error, err error) {
	return func() error { return r.tell(j) }, nil
}

func (r *markdownReport) tell(j *job) error {
	var b strings.Builder
	r.files++
	rows := 0
	for i := range j.result.Parts {
		part := &j.result.Parts[i]
		for _, f := range shown(part, r.verbose) {
			if !r.begun {
				b.WriteString("| file | card | | what is wrong | what helps |\n| --- | --- | --- | --- | --- |\n")
				r.begun = true
			}
			rows++
			fmt.Fprintf(&b, "| %s | %s | %s | %s: %s<br>[%s](%s) | %s |\n", markdown(j.label), markdown(cardLine(j.place.Machine)), f.Severity,
				markdown(nodeName(f.At)), markdown(f.Message), f.Rule.ID, pageURL(f.Rule), r.help(j, f))
		}
	}
	if rows == 0 {
		r.clean++
	}
	_, err := io.WriteString(r.to, b.String())
	return err
}

// help tells what was done about a finding, or could be.
func (r *markdownReport) help(j *job, f *rules.Finding) string {
	for _, offer := range f.Fixes {
		switch {
		case offer.State == rules.Blocked:
			continue
		case offer.State == rules.Applied && j.wrote != "":
			return "done: " + markdown(offer.Say)
		}
		return markdown(offer.Say)
	}
	return ""
}

func (r *markdownReport) end(*totals, bool) error {
	gap := ""
	if r.begun {
		gap = "\n"
	}
	_, err := fmt.Fprintf(r.to, "%s%d of %d files are fine\n", gap, r.clean, r.files)
	return err
}
