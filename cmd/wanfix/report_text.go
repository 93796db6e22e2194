package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/workflows"
)

// textReport is the report for people.
type textReport struct {
	to             io.Writer
	style          style
	flags          []string // of the command line, without its files
	cards          int      // that are named
	dry            bool
	quiet, verbose bool

	told      string // the machine told last
	changed   int    // files that changed or would
	unwritten string // the first file whose changes were not written
	embedded  bool   // one of those is a picture or video
	around    surroundings
}

func (r *textReport) file(j *job) (tell func() error, err error) {
	if r.quiet && r.fine(j) {
		return func() error { return r.tell(j, "") }, nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s\n", r.style.bold(plain(j.label)))
	for _, line := range j.taken() {
		fmt.Fprintf(&b, "  %s\n", r.style.dim(plain(line)))
	}
	for i := range j.result.Parts {
		if i > 0 {
			b.WriteString("\n")
		}
		r.part(&b, j, &j.result.Parts[i])
	}
	r.known(&b, j)
	r.outcome(&b, j)
	return func() error { return r.tell(j, b.String()) }, nil
}

// tell prints the words about a file, below those about its machine where that is another one.
func (r *textReport) tell(j *job, words string) error {
	if j.result.Changed {
		r.changed++
		if j.wrote == "" && r.unwritten == "" {
			r.unwritten = j.label
		}
		r.embedded = r.embedded || j.wrote == "" && j.from != nil
	}
	if words == "" {
		return nil
	}
	r.cards = max(r.cards, j.place.among)
	for i := range j.result.Parts {
		r.around.remember(&j.result.Parts[i])
	}
	if machine := r.machine(j.place); machine != r.told {
		if r.told != "" {
			machine = "\n" + machine
		}
		words = machine + words
		r.told = strings.TrimPrefix(machine, "\n")
	}
	_, err := io.WriteString(r.to, words)
	return err
}

// failed tells nothing: standard error has it.
func (r *textReport) failed(failure) error { return nil }

// fine reports whether there is nothing to say of a file.
func (r *textReport) fine(j *job) bool {
	for i := range j.result.Parts {
		if len(shown(&j.result.Parts[i], r.verbose)) > 0 {
			return false
		}
	}
	return !j.result.Changed || len(j.known) > 0
}

// machine tells once for all files on it what they are tuned for.
func (r *textReport) machine(m *place) string {
	b := &strings.Builder{}
	if m.GPU != nil {
		fmt.Fprintf(b, "card  %s  %s\n", r.style.bold(cardLine(m.Machine)), r.style.dim("from "+plain(m.Source)))
	} else {
		fmt.Fprintf(b, "card  %s: rules about the card stay silent\n", r.style.yellow("unknown"))
	}
	for _, note := range m.told() {
		fmt.Fprintf(b, "      %s\n", plain(note))
	}
	if m.GPU == nil {
		fmt.Fprintln(b, "      name one with --gpu, such as --gpu 3090; wanfix gpu tells what was tried")
	}
	return b.String()
}

func (r *textReport) part(b *strings.Builder, j *job, part *rewrite.PartResult) {
	if part.Part.Path != "" {
		fmt.Fprintf(b, "  %s\n", r.style.bold(plain(part.Name())))
	}
	if len(part.Stacks) == 0 {
		fmt.Fprintf(b, "  %s\n", noStacks(part))
	}
	for _, stack := range part.Stacks {
		r.stack(b, stack, j.place.rules.Asker(stack, j.place.Machine))
	}
	for _, run := range slices.SortedFunc(maps.Keys(part.Unread), func(a, b *workflows.Run) int { return strings.Compare(a.ID, b.ID) }) {
		fmt.Fprintf(b, "  %s\n    %s\n", nodeName(run), r.style.dim("not judged: "+plain(part.Unread[run])))
	}
	for i, note := range part.Notes() {
		fmt.Fprintf(b, "  %-12s%s\n", first(i, "note"), r.style.dim(plain(note.String())))
	}
	r.cells(b, j, part)
	for _, same := range alike(shown(part, r.verbose)) {
		r.finding(b, j, part, same)
	}
	r.silenced(b, j, part.Silenced)
	r.unjudged(b, part.Unjudged)
}
