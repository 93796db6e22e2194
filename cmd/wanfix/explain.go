package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rules"
)

// explainCmd prints a rule's page, found by name or by the error its mistake ends in, or a
// preset's.
type explainCmd struct {
	What string `arg:"" name:"rule-or-error" help:"A rule's name, an error message in quotes, or a preset's name."`
}

func (c *explainCmd) run(s streams, look looks) (int, error) {
	set := rules.Builtin()
	if _, err := set.Rules(); err != nil {
		return exitUsage, err
	}
	found := set.ByError(c.What)
	if r, ok := set.Rule(c.What); ok {
		found = []*rules.Rule{r}
	}
	if slices.Contains(rules.Presets(), c.What) {
		return exitClean, explainPreset(s, look(s.out), c.What)
	}
	if len(found) == 0 {
		return exitUsage, fmt.Errorf("no rule has the name or knows the error %q; wanfix rules lists the rules", c.What)
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

// explain prints the prose of a rule's page and its fixes.
func explain(s streams, look style, r *rules.Rule) error {
	page, err := rules.ParsePage(r.Page)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s  %s\n\n", look.bold(r.ID), look.dim(string(r.Severity)))
	for _, paragraph := range page.Prose {
		fmt.Fprintf(s.out, "%s\n\n", strings.ReplaceAll(paragraph, "**", ""))
	}
	seen := map[string]bool{}
	for _, fix := range r.Fixes {
		if line := fmt.Sprintf("%s (%s)", fix.Say, fix.Safety); !seen[line] {
			seen[line] = true
			fmt.Fprintf(s.out, "fix   %s\n", line)
		}
	}
	for _, text := range r.Errors {
		fmt.Fprintf(s.out, "error %s\n", look.dim(text))
	}
	return nil
}

// explainPreset prints what a preset wants, and of each value what overrules it.
func explainPreset(s streams, look style, name string) error {
	preset, err := rules.Builtin().Preset(name)
	if err != nil {
		return err
	}
	about := strings.TrimPrefix(preset.About, "# "+name+"\n")
	fmt.Fprintf(s.out, "%s  %s\n%s", look.bold(name), look.dim("preset"), about)
	cells, err := preset.Rules()
	if err != nil {
		return err
	}
	for _, cell := range cells {
		page, err := rules.ParsePage(cell.Page)
		if err != nil {
			return err
		}
		fmt.Fprintf(s.out, "\n%s\n", look.bold(cell.ID))
		for _, paragraph := range page.Prose {
			fmt.Fprintf(s.out, "\n%s\n", strings.ReplaceAll(paragraph, "**", ""))
		}
	}
	return nil
}

// rulesCmd lists the rules.
type rulesCmd struct {
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

func (c *rulesCmd) run(s streams, look looks) (int, error) {
	all, err := rules.Builtin().Rules()
	if err != nil {
		return exitUsage, err
	}
	list := make([]listedRule, len(all))
	width := 0
	for i, r := range all {
		list[i] = listedRule{ID: r.ID, Pack: r.Pack, Severity: r.Severity, Message: r.Message, Facts: r.Facts}
		if len(r.Fixes) > 0 {
			list[i].Safety = r.Fixes[0].Safety
		}
		width = max(width, len(r.ID))
	}
	if c.Format == "json" {
		return exitClean, json.NewEncoder(s.out).Encode(list)
	}
	paint := look(s.out)
	for _, r := range list {
		fmt.Fprintf(s.out, "%s  %-7s  %-8s  %s\n", paint.bold(fmt.Sprintf("%-*s", width, r.ID)), r.Severity, r.Safety, r.Message)
	}
	return exitClean, nil
}
