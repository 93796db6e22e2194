package main

import (
	"fmt"

	"github.com/hashicorp/go-multierror"

	"github.com/wanfix/wanfix/rewrite/examples"
	"github.com/wanfix/wanfix/rules"
)

// testRulesCmd runs the examples on the pages of the user's rules.
type testRulesCmd struct {
	Dirs []string `arg:"" optional:"" name:"dir" help:"The folders of your rules. Without one the current folder."`
}

func (c *testRulesCmd) run(s streams, _ looks) (int, error) {
	if len(c.Dirs) == 0 {
		c.Dirs = []string{"."}
	}
	set, err := ownRules{c.Dirs}.load()
	if err != nil {
		return exitUsage, err
	}
	all, err := set.Rules()
	if err != nil {
		return exitUsage, err
	}
	var own, run, failed int
	var unread *multierror.Error
	for _, rule := range all {
		if !rule.Own {
			continue
		}
		own++
		shown, err := examples.Of(set, rule)
		if err != nil {
			unread = multierror.Append(unread, err)
			continue
		}
		failures, err := tryAll(set, rule, shown)
		if err != nil {
			unread = multierror.Append(unread, err)
		}
		for _, failure := range failures {
			fmt.Fprintln(s.out, plain(failure))
		}
		run, failed = run+len(shown), failed+len(failures)
	}
	switch {
	case unread != nil:
		return exitUsage, unread
	case own == 0:
		return exitUsage, fmt.Errorf("there are no rules in %v", c.Dirs)
	case failed > 0:
		return exitRemains, nil
	}
	fmt.Fprintf(s.out, "%s of %s: all come out as their pages say\n", counted(run, "example", "examples"), counted(own, "rule", "rules"))
	return exitClean, nil
}

// tryAll runs the examples of a page. What fails begins with its place, and so does the error
// of an example that cannot be tried.
func tryAll(set *rules.Set, rule *rules.Rule, shown []examples.Example) (failures []string, err error) {
	if len(shown) == 0 {
		failures = append(failures, rule.File+":1: an example is wanted that shows what the rule does, found none")
	}
	for _, e := range shown {
		told, err := e.Run(set, rule)
		if err != nil {
			return failures, fmt.Errorf("%s:%d: %w", rule.File, e.Line, err)
		}
		for _, failure := range told {
			failures = append(failures, fmt.Sprintf("%s:%d: %s", rule.File, e.Line, failure))
		}
	}
	return failures, nil
}
