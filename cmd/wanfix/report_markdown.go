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
	silenced     int // findings
	known        int
	cells        map[rules.State]int // values of the preset, by what became of them
	preset       string
	around       surroundings
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
			rows++
			r.row(&b, markdown(j.label), markdown(cardLine(j.place.Machine)), string(f.Severity),
				markdown(nodeName(f.At))+": "+markdown(f.Message)+"<br>"+ruleLink(f.Rule), r.help(j, f))
		}
		for _, s := range part.Silenced {
			r.silenced += len(s.Findings)
		}
		for _, cell := range part.Preset {
			r.preset = j.preset
			r.cells[cell.State]++
		}
		r.around.remember(part)
	}
	r.known += len(j.known)
	if rows == 0 {
		r.clean++
	}
	_, err := io.WriteString(r.to, b.String())
	return err
}

func (r *markdownReport) failed(f failure) error {
	var b strings.Builder
	r.files++
	reason := markdown(f.reason)
	if f.at != nil {
		reason = f.at.String() + ": " + reason
	}
	r.row(&b, markdown(f.label), "", "failed", reason, "")
	_, err := io.WriteString(r.to, b.String())
	return err
}

// row writes a row, below the head of the table.
func (r *markdownReport) row(b *strings.Builder, cells ...string) {
	if !r.begun {
		b.WriteString("| file | card | | what is wrong | what helps |\n| --- | --- | --- | --- | --- |\n")
		r.begun = true
	}
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
}

// ruleLink is a rule's name, as a link where its page can be read.
func ruleLink(rule *rules.Rule) string {
	if url := pageURL(rule); url != "" {
		return "[" + rule.ID + "](" + url + ")"
	}
	return markdown(rule.ID)
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
	var b strings.Builder
	if r.begun {
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "%d of %d files are fine\n", r.clean, r.files)
	if r.silenced+r.known > 0 {
		fmt.Fprintf(&b, "\nnot counted: %d silenced, %d known to the baseline\n", r.silenced, r.known)
	}
	if r.preset != "" {
		var words []string
		for _, state := range []rules.State{rules.Stood, rules.Overruled, rules.Offered, rules.Blocked} {
			if n := r.cells[state]; n > 0 {
				words = append(words, fmt.Sprintf("%d %s", n, state))
			}
		}
		fmt.Fprintf(&b, "\nvalues of the preset %s: %s\n", markdown(r.preset), strings.Join(words, ", "))
	}
	if told, more := r.around.told(r.verbose); len(told) > 0 {
		b.WriteString("\naround the workflows:\n\n")
		for _, f := range told {
			fmt.Fprintf(&b, "- %s (%s)\n", markdown(adviceWords(f)), ruleLink(f.Rule))
		}
		if more > 0 {
			fmt.Fprintf(&b, "- %d more with -v\n", more)
		}
	}
	_, err := io.WriteString(r.to, b.String())
	return err
}
