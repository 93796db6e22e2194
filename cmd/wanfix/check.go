package main

import "github.com/wanfix/wanfix/rules"

// checkCmd tells what is wrong and changes nothing.
type checkCmd struct {
	judging
}

func (c *checkCmd) run(s streams, look looks) (int, error) {
	p, err := c.prepare()
	if err != nil {
		return exitUsage, err
	}
	report, err := c.reports(s, s.out, look, true)
	if err != nil {
		return exitUsage, err
	}
	exit := c.each(p, s, false, func(j *job) (int, error) {
		return exitOfCheck(j), report.file(j)
	})
	return exit, report.end()
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
