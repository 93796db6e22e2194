package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// textReport is the report for people.
type textReport struct {
	to             io.Writer
	style          style
	flags          []string // of the command line, without its files
	dry            bool
	quiet, verbose bool

	told      *place // the machine told last
	changed   int    // files that changed or would
	unwritten string // the first file whose changes were not written
}

func (r *textReport) file(j *job) error {
	if j.result.Changed {
		r.changed++
	}
	if r.quiet && r.fine(j) {
		return nil
	}
	var b strings.Builder
	if j.place != r.told {
		r.machine(&b, j.place)
		r.told = j.place
	}
	fmt.Fprintf(&b, "\n%s\n", r.style.bold(plain(j.label)))
	for i := range j.result.Parts {
		r.part(&b, j, &j.result.Parts[i])
	}
	r.outcome(&b, j)
	_, err := io.WriteString(r.to, b.String())
	return err
}

// fine reports whether there is nothing to say of a file.
func (r *textReport) fine(j *job) bool {
	for i := range j.result.Parts {
		if len(r.shown(&j.result.Parts[i])) > 0 {
			return false
		}
	}
	return true
}

// machine tells once for all files on it what they are tuned for.
func (r *textReport) machine(b *strings.Builder, m *place) {
	if r.told != nil {
		b.WriteString("\n")
	}
	if m.GPU != nil {
		fmt.Fprintf(b, "card  %s  %s\n", r.style.bold(cardLine(m.Machine)), r.style.dim("from "+plain(m.Source)))
	} else {
		fmt.Fprintf(b, "card  %s: rules about the card stay silent\n", r.style.yellow("unknown"))
	}
	for _, note := range m.notes {
		fmt.Fprintf(b, "      %s\n", plain(note))
	}
	if m.GPU == nil {
		fmt.Fprintln(b, "      name one with --gpu, such as --gpu 3090; wanfix gpu tells what was tried")
	}
}

// shown are the findings that are told: information only when asked for.
func (r *textReport) shown(part *rewrite.PartResult) []*rules.Finding {
	return slices.DeleteFunc(slices.Clone(part.Findings), func(f *rules.Finding) bool {
		return f.Severity == rules.Info && !r.verbose
	})
}

func (r *textReport) part(b *strings.Builder, j *job, part *rewrite.PartResult) {
	if len(part.Stacks) == 0 {
		fmt.Fprintf(b, "  %s\n", nothingToDo(part))
	}
	for _, stack := range part.Stacks {
		r.stack(b, stack, rules.Builtin().Asker(stack, j.place.Machine))
	}
	for _, run := range slices.SortedFunc(maps.Keys(part.Unread), func(a, b *workflows.Run) int { return strings.Compare(a.ID, b.ID) }) {
		fmt.Fprintf(b, "  %s\n    %s\n", nodeName(run), r.style.dim("not judged: "+plain(part.Unread[run])))
	}
	for _, same := range alike(r.shown(part)) {
		r.finding(b, j, part, same)
	}
	r.unjudged(b, part.Unjudged)
}

// stack tells what a sampler's model is made of.
func (r *textReport) stack(b *strings.Builder, stack *rules.Stack, ask func(string) rules.Answer) {
	title := nodeName(stack.Loader)
	for _, patch := range stack.Patches {
		title += " → " + nodeName(patch)
	}
	if stack.Sampler != nil {
		title += " → " + nodeName(stack.Sampler)
	} else {
		title += " (no sampler uses it)"
	}
	fmt.Fprintf(b, "  %s\n", r.style.cyan(title))
	row := func(name, text string) { fmt.Fprintf(b, "    %-9s%s\n", name, plain(text)) }
	row("model", ask("loader.file").String())
	row("weights", weightsWords(ask("weights.dtype"), ask("weights.scaled")))
	row("settings", settingsWords(stack, ask))
}

func weightsWords(dtype, scaled rules.Answer) string {
	if !dtype.Known() {
		return "unknown: " + dtype.Why
	}
	text := dtype.String()
	if scaled.Value == true {
		text += ", scaled"
	}
	return text + " (from " + dtype.Source + ")"
}

// settingsWords tells in one line which settings reach the loader.
func settingsWords(stack *rules.Stack, ask func(string) rules.Answer) string {
	var words []string
	for _, role := range []string{"compile", "swap", "lora", "vram"} {
		supply, _ := stack.Role(role)
		text := role + ": none"
		switch linked := ask(role + ".linked"); {
		case linked.Value == true:
			text = role + ": " + supplyWords(role, supply, ask)
		case !linked.Known():
			text = role + ": unknown, " + linked.Why
		case supply.Wire.Kind == workflows.Lost:
			text = role + ": none, " + supply.Wire.Why
		case role == "lora" && len(stack.Added(role)) > 0:
			var patches []*workflows.Run
			for _, added := range stack.Added(role) {
				patches = append(patches, added.At)
			}
			text = role + ": added by " + strings.Join(nodeNumbers(patches), " ")
		case role == "vram":
			continue
		}
		words = append(words, text)
	}
	return strings.Join(words, " · ")
}

func supplyWords(role string, supply rules.Supply, ask func(string) rules.Answer) string {
	text := strings.Join(nodeNumbers(supply.Runs), " ")
	switch role {
	case "compile":
		text += " " + ask("compile.backend").String() + ", " + ask("compile.mode").String()
	case "swap":
		if blocks := ask("swap.blocks"); blocks.Known() {
			text += " " + blocks.String() + " blocks"
		} else {
			text += ", number of blocks unknown"
		}
	case "lora":
		text += map[any]string{true: " merged", false: " unmerged"}[ask("lora.merge").Value]
	}
	return text
}

func nodeNumbers(runs []*workflows.Run) []string {
	numbers := make([]string, len(runs))
	for i, run := range runs {
		numbers[i] = "#" + run.ID
	}
	return numbers
}
