package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rules"
)

// explainCmd prints a rule's page, found by name or by the error its mistake ends in, or a
// preset's.
type explainCmd struct {
	What string `arg:"" name:"rule-or-error" help:"A rule's name, an error message in quotes, or a preset's name."`
	ownRules
	Format string `enum:"text,json" default:"text" help:"Explain as text or as JSON."`
}

func (c *explainCmd) run(s streams, look looks) (int, error) {
	set, err := c.loadHere()
	if err != nil {
		return exitUsage, err
	}
	all, err := set.Rules()
	if err != nil {
		return exitUsage, err
	}
	found := set.ByError(c.What)
	if r, ok := set.Rule(c.What); ok {
		found = []*rules.Rule{r}
	}
	if slices.Contains(rules.Presets(), c.What) {
		return exitClean, c.explainPreset(s, look(s.out))
	}
	if len(found) == 0 {
		return exitUsage, unexplained(c.What, all)
	}
	if c.Format == "json" {
		return exitClean, printJSON(s.out, explained(found))
	}
	for i, r := range found {
		if i > 0 {
			fmt.Fprintln(s.out)
		}
		if err := explain(s, look(s.out), r); err != nil {
			return exitUsage, err
		}
	}
	return exitClean, nil
}

// unexplained names the rules that were probably meant.
func unexplained(what string, all []*rules.Rule) error {
	near := rules.Nearest(what, func(yield func(string) bool) {
		for _, r := range all {
			if !yield(r.ID) {
				return
			}
		}
	})
	if len(near) > 0 {
		return fmt.Errorf("no rule has the name or knows the error %q; the nearest by name: %s", what, strings.Join(near, ", "))
	}
	return fmt.Errorf("no rule has the name or knows the error %q; wanfix rules lists the rules", what)
}

// explain prints the prose of a rule's page and its fixes.
func explain(s streams, look style, r *rules.Rule) error {
	page, err := rules.ParsePage(r.Page)
	if err != nil {
		return fmt.Errorf("%s: %w", r.File, err)
	}
	fmt.Fprintf(s.out, "%s  %s\n\n", look.bold(r.ID), look.dim(string(r.Severity)))
	for _, paragraph := range page.Prose {
		for line := range strings.Lines(strings.ReplaceAll(paragraph, "**", "")) {
			fmt.Fprintln(s.out, plain(strings.TrimSuffix(line, "\n")))
		}
		fmt.Fprintln(s.out)
	}
	var lines []string
	for _, fix := range r.Fixes {
		if line := fmt.Sprintf("fix   %s (%s)", plain(fix.Say), fix.Safety); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	for _, text := range r.Errors {
		lines = append(lines, "error "+look.dim(plain(text)))
	}
	for _, line := range lines {
		fmt.Fprintln(s.out, line)
	}
	return nil
}

// explainedRule is a rule for programs.
type explainedRule struct {
	ID       string         `json:"id"`
	Pack     string         `json:"pack"`
	Severity rules.Severity `json:"severity"`
	Message  string         `json:"message"`
	Facts    []string       `json:"facts"`
	Errors   []string       `json:"errors"`
	Fixes    []explainedFix `json:"fixes"`
	Page     string         `json:"page"` // the whole page as Markdown
}

type explainedFix struct {
	Say    string       `json:"say"`
	Safety rules.Safety `json:"safety"`
}

func explained(found []*rules.Rule) []explainedRule {
	list := make([]explainedRule, len(found))
	for i, r := range found {
		list[i] = explainedRule{
			ID: r.ID, Pack: r.Pack, Severity: r.Severity, Message: r.Message, Page: r.Page, Fixes: []explainedFix{},
			Facts: append([]string{}, r.Facts...), Errors: append([]string{}, r.Errors...),
		}
		for _, fix := range r.Fixes {
			list[i].Fixes = append(list[i].Fixes, explainedFix{fix.Say, fix.Safety})
		}
	}
	return list
}

// printJSON prints a value as JSON on one line, safe for a terminal.
func printJSON(out io.Writer, value any) error {
	text, err := json.Marshal(value)
	if err == nil {
		_, err = io.WriteString(out, safeJSON(string(text))+"\n")
	}
	return err
}
