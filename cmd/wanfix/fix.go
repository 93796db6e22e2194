package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
)

// fixCmd tunes workflows.
type fixCmd struct {
	judging
	Out    string `short:"o" xor:"out" placeholder:"OUT" help:"Write the tuned workflow there: a file, or a folder for several; - is standard output. {gpu} {name} {dir} {ext} in it name one file a workflow and card."`
	Write  bool   `short:"w" xor:"out" help:"Write tuned workflows over the files."`
	Diff   bool   `short:"d" xor:"out" help:"Print what would change as a diff."`
	List   bool   `short:"l" xor:"out" help:"Print the names of the files that would change."`
	Unsafe bool   `help:"Also make changes that alter the picture, or may."`
}

func (c *fixCmd) run(s streams, look looks) (int, error) {
	if c.NDJSON {
		if c.Out != "" || c.Write || c.Diff || c.List {
			return exitUsage, fmt.Errorf("--ndjson answers on standard output: leave -o, -w, -d and -l out")
		}
		return c.stream(s, c.options(c.Unsafe), false)
	}
	p, err := c.prepare(s.in)
	if err != nil {
		return exitUsage, err
	}
	outs, err := outsOf(c.Out)
	if err != nil {
		return exitUsage, err
	}
	if err := c.refuse(p, outs); err != nil {
		return exitUsage, err
	}
	if outs != nil {
		if err := outs.open(p.files, p.machines, p.isWorkflow); err != nil {
			return exitUsage, err
		}
		defer outs.root.Close()
	}
	if c.Write || s.window {
		p.machines.ask = s.askCard
	}
	to := s.out
	if c.Out == standardStream {
		to = s.err // standard output is for the workflow
	}
	if c.List || c.Diff {
		to = io.Discard
	}
	report, err := c.reports(s, to, look, len(p.machines.cards), false)
	if err != nil {
		return exitUsage, err
	}
	return c.each(p, s, c.Unsafe, report, func(j *job) error { return c.finish(s, outs, j) }, c.exitOf), nil
}

// refuse refuses flags that do not go together.
func (c *fixCmd) refuse(p *prepared, outs *outs) error {
	switch cards := len(p.machines.cards); {
	case c.Out != "" && outs == nil && p.files.many:
		return fmt.Errorf("-o %s is one file, and there may be several workflows: end it with / for a folder, or use -w to write over the files", c.Out)
	case cards > 1 && (c.Write || c.Diff || c.List || c.Out != "" && outs == nil):
		return fmt.Errorf("--gpu names %d cards: use -o 'tuned/{gpu}/{name}.json', which is one file a card", cards)
	case c.Write && p.files.stdin:
		return fmt.Errorf("-w writes over files, and standard input is none: use -o")
	case outs != nil && p.files.stdin:
		return fmt.Errorf("-o %s: standard input has no name for a file in it: name one", c.Out)
	case (c.List || c.Diff) && c.Format != "text":
		return fmt.Errorf("--format %s is a report, -l and -d print something else: write it with --output-file", c.Format)
	}
	return nil
}

// finish puts the result of a file where it belongs. It is called for several at a time.
func (c *fixCmd) finish(s streams, outs *outs, j *job) error {
	if err := c.refuseCarrier(j); err != nil {
		return err
	}
	switch {
	case j.place.among > 1 && (c.Write || c.Diff || c.List || c.Out != "" && outs == nil):
		return fmt.Errorf("%s names %d cards: say one with --gpu, or use -o 'tuned/{gpu}/{name}.json', which is one file a card", j.place.said.by, j.place.among)
	case c.List:
		if j.result.Changed {
			j.shown = plain(j.label) + "\n"
		}
		return nil
	case c.Diff:
		j.shown = plainDiff(rewrite.Diff(plain(filepath.ToSlash(j.name())), j.text, j.result))
		return nil
	case c.Out == standardStream:
		j.wrote, j.shown = "standard output", string(j.result.Out)
		return nil
	case outs != nil:
		return outs.write(j)
	}
	target := c.target(s, j)
	if target == "" {
		return nil
	}
	j.wrote = target
	_, err := rewrite.WriteFile(target, j.result.Out)
	return err
}

// plainDiff makes a diff safe to print and leaves it one that can be applied, unless there are
// characters in it that do not show: tabs and the ends of lines are what they are.
func plainDiff(diff string) string {
	var out strings.Builder
	for line := range strings.Lines(diff) {
		text := strings.TrimRight(line, "\r\n")
		end := line[len(text):]
		if end != "\r\n" {
			end = "\n"
		}
		pieces := strings.Split(text, "\t")
		for i := range pieces {
			pieces[i] = plain(pieces[i])
		}
		out.WriteString(strings.Join(pieces, "\t") + end)
	}
	return out.String()
}

// target is the file that the result goes to, "" for none. In a window of its
// own, where somebody dropped a file on the program, the result goes beside it.
func (c *fixCmd) target(s streams, j *job) string {
	switch {
	case c.Out != "":
		return c.Out
	case !j.result.Changed:
		return ""
	case c.Write:
		return j.label
	case s.window:
		return strings.TrimSuffix(j.label, filepath.Ext(j.label)) + ".wanfix-" + cardSlug(j.place.Machine) + ".json"
	}
	return ""
}

// exitOf tells what a tuned file means for the exit code: an error that is certain and could
// not be mended remains, or what --fail-on names.
func (c *fixCmd) exitOf(j *job) int {
	if c.List || c.Diff {
		return c.exitOfCheck(j)
	}
	return exitWith(j, func(f *rules.Finding) bool {
		return f.Wanted() == nil && c.counts(f, rules.Error) && (f.Certain || c.FailOn != "")
	})
}
