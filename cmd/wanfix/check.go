package main

import "github.com/wanfix/wanfix/rules"

// checkCmd tells what is wrong and changes nothing.
type checkCmd struct {
	judging
}

func (c *checkCmd) run(s streams, look looks) (int, error) {
	if c.NDJSON {
		return c.stream(s, c.options(false), true)
	}
	p, err := c.prepare(s.in)
	if err != nil {
		return exitUsage, err
	}
	report, err := c.reports(s, s.out, look, len(p.machines.cards), true)
	if err != nil {
		return exitUsage, err
	}
	return c.each(p, s, false, report, func(*job) error { return nil }, exitOfCheck), nil
}

// exitOfCheck is 1 when a rule has more to say than information.
func exitOfCheck(j *job) int {
	for _, part := range j.result.Parts {
		for _, f := range part.Findings {
			if f.Severity != rules.Info {
				return exitRemains
			}
		}
	}
	return exitClean
}
