package main

import (
	"fmt"
	"strings"

	"github.com/wanfix/wanfix/rules"
)

// explainPreset prints what a preset wants, and of each value what overrules it.
func (c *explainCmd) explainPreset(s streams, look style) error {
	preset, err := rules.Builtin().Preset(c.What)
	if err != nil {
		return err
	}
	cells, err := preset.Rules()
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return printJSON(s.out, explained(cells))
	}
	about := strings.TrimPrefix(preset.About, "# "+c.What+"\n")
	fmt.Fprintf(s.out, "%s  %s\n%s", look.bold(c.What), look.dim("preset"), about)
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
