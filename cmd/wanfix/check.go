package main

import (
	"cmp"
	"errors"

	"github.com/wanfix/wanfix/rules"
)

// checkCmd tells what is wrong and changes nothing.
type checkCmd struct {
	judging
	Baseline string `placeholder:"FILE" help:"A list of known findings: they do not count, and are not told but for their number."`
	Update   bool   `name:"update-baseline" help:"Write to the baseline what is found now."`
}

func (c *checkCmd) run(s streams, look looks) (int, error) {
	if c.NDJSON {
		if c.Baseline != "" || c.Update {
			return exitUsage, errors.New("--ndjson answers lines, and a baseline is about files: leave --baseline out")
		}
		return c.stream(s, c.options(false), true)
	}
	p, err := c.prepare(s.in)
	if err != nil {
		return exitUsage, err
	}
	known, err := c.openBaseline()
	if err != nil {
		return exitUsage, err
	}
	report, err := c.reports(s, s.out, look, len(p.machines.cards), true)
	if err != nil {
		return exitUsage, err
	}
	exit := c.each(p, s, false, report, func(j *job) error {
		known.take(j)
		return nil
	}, c.exitOfCheck)
	return exit, known.end(s.err)
}

// exitOfCheck is 1 when a rule has more to say than information, or than --fail-on names.
func (j *judging) exitOfCheck(one *job) int {
	return exitWith(one, func(f *rules.Finding) bool { return j.counts(f, rules.Warning) })
}

// counts reports whether a finding is as bad as --fail-on says, or as least where it says nothing.
func (j *judging) counts(f *rules.Finding, least rules.Severity) bool {
	if rules.Severity(cmp.Or(j.FailOn, string(least))) == rules.Error {
		return f.Severity == rules.Error
	}
	return f.Severity != rules.Info
}

// exitWith is 1 when there is a finding that counts.
func exitWith(j *job, counts func(*rules.Finding) bool) int {
	for _, part := range j.result.Parts {
		for _, f := range part.Findings {
			if counts(f) {
				return exitRemains
			}
		}
	}
	return exitClean
}
