package main

import (
	"fmt"

	"github.com/wanfix/wanfix/rules"
)

// rulesCmd is what can be done with rules themselves.
type rulesCmd struct {
	List listRulesCmd `cmd:"" default:"withargs" help:"List the rules. This is what happens without more words."`
	New  newRuleCmd   `cmd:"" help:"Write a page to begin a rule of your own with."`
	Test testRulesCmd `cmd:"" help:"Run the examples on the pages of your own rules."`
}

// listRulesCmd lists the rules.
type listRulesCmd struct {
	ownRules
	Format string `enum:"text,json" default:"text" help:"List as text or as JSON."`
}

// listedRule is a rule in a list.
type listedRule struct {
	ID       string         `json:"id"`
	Pack     string         `json:"pack"`
	Severity rules.Severity `json:"severity"`
	Safety   rules.Safety   `json:"safety,omitempty"` // of the first fix
	Message  string         `json:"message"`
	Facts    []string       `json:"facts"`
}

func (c *listRulesCmd) run(s streams, look looks) (int, error) {
	set, err := c.loadHere()
	if err != nil {
		return exitUsage, err
	}
	all, err := set.Rules()
	if err != nil {
		return exitUsage, err
	}
	list := make([]listedRule, len(all))
	width := 0
	for i, r := range all {
		list[i] = listedRule{ID: r.ID, Pack: r.Pack, Severity: r.Severity, Message: r.Message, Facts: append([]string{}, r.Facts...)}
		if len(r.Fixes) > 0 {
			list[i].Safety = r.Fixes[0].Safety
		}
		width = max(width, len(r.ID))
	}
	if c.Format == "json" {
		return exitClean, printJSON(s.out, list)
	}
	paint := look(s.out)
	for _, r := range list {
		fmt.Fprintf(s.out, "%s  %-7s  %-8s  %s\n", paint.bold(fmt.Sprintf("%-*s", width, r.ID)), r.Severity, r.Safety, plain(r.Message))
	}
	return exitClean, nil
}
