package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
)

// fixCmd tunes workflows.
type fixCmd struct {
	judging
	Out    string `short:"o" xor:"out" placeholder:"OUT" help:"Write the tuned workflow there; - is standard output."`
	Write  bool   `short:"w" xor:"out" help:"Write tuned workflows over the files."`
	Diff   bool   `short:"d" xor:"out" help:"Print what would change as a diff."`
	List   bool   `short:"l" xor:"out" help:"Print the names of the files that would change."`
	Unsafe bool   `help:"Also make changes that alter the picture, or may."`
}

func (c *fixCmd) run(s streams, look looks) (int, error) {
	p, err := c.prepare()
	if err != nil {
		return exitUsage, err
	}
	switch {
	case c.Out != "" && len(p.names) > 1:
		return exitUsage, fmt.Errorf("-o writes one file, %d were given; -w writes over each of them", len(p.names))
	case c.Write && slices.Contains(p.names, standardStream):
		return exitUsage, fmt.Errorf("-w writes over files, and standard input is none: use -o")
	}
	if (c.List || c.Diff) && c.Format != "text" {
		return exitUsage, fmt.Errorf("--format %s is a report, -l and -d print something else: write it with --output-file", c.Format)
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
	report, err := c.reports(s, to, look, false)
	if err != nil {
		return exitUsage, err
	}
	exit := c.each(p, s, c.Unsafe, func(j *job) (int, error) {
		if err := c.finish(s, j); err != nil {
			return exitUsage, err
		}
		return c.exitOf(j), report.file(j)
	})
	return exit, report.end()
}

// finish puts the result of a file where it belongs.
func (c *fixCmd) finish(s streams, j *job) error {
	if err := c.refuseCarrier(j); err != nil {
		return err
	}
	switch {
	case c.List:
		if j.result.Changed {
			fmt.Fprintln(s.out, plain(j.label))
		}
		return nil
	case c.Diff:
		for line := range strings.Lines(rewrite.Diff(j.name(), j.text, j.result)) {
			fmt.Fprintln(s.out, plain(strings.TrimRight(line, "\r\n")))
		}
		return nil
	case c.Out == standardStream:
		j.wrote = "standard output"
		_, err := s.out.Write(j.result.Out)
		return err
	}
	target := c.target(s, j)
	if target == "" {
		return nil
	}
	j.wrote = target
	_, err := rewrite.WriteFile(target, j.result.Out)
	return err
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

// exitOf tells what a tuned file means for the exit code: an error that is
// certain and could not be mended remains.
func (c *fixCmd) exitOf(j *job) int {
	if c.List || c.Diff {
		return exitOfCheck(j)
	}
	for _, part := range j.result.Parts {
		for _, f := range part.Findings {
			if f.Severity == rules.Error && f.Certain && f.Wanted() == nil {
				return exitRemains
			}
		}
	}
	return exitClean
}
