// Package examples runs what rule pages show: workflows, what the rule says of each of
// them, and what it changes there.
package examples

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
)

// Of reads the examples of a rule's page and the variations of its tables, whose facts are
// those of a set. Its errors begin with the page and the line.
func Of(set *rules.Set, rule *rules.Rule) ([]Example, error) {
	page, err := rules.ParsePage(rule.Page)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", rule.File, err)
	}
	at := func(line int, err error) error { return fmt.Errorf("%s:%d: %w", rule.File, line, err) }
	var all []Example
	for i, block := range page.Blocks {
		if block.Info != "json example" && block.Info != "json example api" {
			continue
		}
		e, err := readExample(set, block.Text)
		if err != nil {
			return nil, at(block.Line, err)
		}
		e.Line, e.APIOnly = block.Line, block.Info == "json example api"
		if i+1 == len(page.Blocks) || !strings.HasPrefix(page.Blocks[i+1].Info, "json after ") {
			return nil, at(block.Line, errors.New("an example is followed by its ```json after VERDICT"))
		}
		after := page.Blocks[i+1]
		e.Verdict = strings.TrimPrefix(after.Info, "json after ")
		if err := readJSONC(after.Text, &e.Patch); err != nil {
			return nil, at(after.Line, err)
		}
		all = append(all, e)
		for _, row := range page.Rows {
			if row.After != i+1 {
				continue
			}
			if len(row.Cells) != 2 {
				return nil, at(row.Line, errors.New("a row has two cells, a variation and a verdict"))
			}
			v, err := e.vary(set, row.Cells[0])
			if err != nil {
				return nil, at(row.Line, err)
			}
			v.Verdict, v.Line = row.Cells[1], row.Line
			all = append(all, v)
		}
	}
	return all, nil
}

// Run tries an example in both forms, each on one line and indented, and returns in a
// sentence each what comes out otherwise than the page says. What all forms have in common
// is told once. The error is that of an example that cannot be tried.
func (e Example) Run(set *rules.Set, rule *rules.Rule) (failures []string, err error) {
	forms, err := e.Forms()
	if err != nil {
		return nil, err
	}
	for _, form := range forms {
		more, err := e.Try(set, rule, form.Text)
		if err != nil {
			return nil, err
		}
		for _, failure := range more {
			if !slices.Contains(failures, failure) {
				failures = append(failures, failure)
			}
		}
	}
	return failures, nil
}

// Form is an example as a file.
type Form struct {
	Name string
	Text []byte
}

// Forms writes an example as an API prompt and, if there is such a workflow, as the editor saves
// it, each on one line and indented.
func (e Example) Forms() ([]Form, error) {
	api, err := json.Marshal(e.Prompt)
	if err != nil {
		return nil, err
	}
	forms := []Form{{"API", api}}
	if !e.APIOnly {
		ui, err := UIForm(e.Prompt)
		if err != nil {
			return nil, fmt.Errorf("as the editor saves it: %w", err)
		}
		forms = append(forms, Form{"UI", ui})
	}
	for _, form := range slices.Clone(forms) {
		var indented bytes.Buffer
		if err := json.Indent(&indented, form.Text, "", "  "); err != nil {
			return nil, err
		}
		forms = append(forms, Form{form.Name + " indented", indented.Bytes()})
	}
	return forms, nil
}

// Try lets the rule alone work on one form of an example, and returns in a sentence each
// what comes out otherwise than the page says. Then it lets all rules of the set work on
// it, which only have to settle.
func (e Example) Try(set *rules.Set, rule *rules.Rule, text []byte) (failures []string, err error) {
	machine, err := e.Given.machine()
	if err != nil {
		return nil, err
	}
	set = set.Assume(e.Given.Facts, "assumed")
	only := rules.Options{Select: []string{rule.ID}, Unsafe: e.Given.Unsafe}
	result, failures := tuneTwice(set, machine, text, only)
	if result == nil {
		return failures, nil
	}
	found := verdictOf(result, e.Verdict)
	if found != e.Verdict {
		failures = append(failures, fmt.Sprintf("the page says %s, the rule is %s", e.Verdict, found))
	}
	different, err := e.patched(result)
	if err != nil {
		return nil, err
	}
	failures = append(failures, different...)
	if (found == Silent || found == NotJudged) && !bytes.Equal(text, result.Out) {
		failures = append(failures, "the rule says nothing and changes "+changesInWords(result))
	}
	_, unsettled := tuneTwice(set, machine, text, rules.Options{})
	return append(failures, unsettled...), nil
}

// patched tells where a result is otherwise than the page says, if it does.
func (e Example) patched(result *rewrite.Result) ([]string, error) {
	if e.Patch == nil {
		return nil, nil
	}
	expected := deepCopy(e.Prompt)
	merge(expected, e.Patch)
	return compare(expected, result.Out)
}

// tuneTwice tunes a text. It fails where the text cannot be tuned, and where a second run
// would change it again.
func tuneTwice(set *rules.Set, machine *detect.Machine, text []byte, o rules.Options) (*rewrite.Result, []string) {
	result, err := rewrite.Tune(text, machine, set, o)
	if err != nil {
		return nil, []string{err.Error()}
	}
	again, err := rewrite.Tune(result.Out, machine, set, o)
	if err != nil {
		return nil, []string{"a second run: " + err.Error()}
	}
	if again.Changed || !bytes.Equal(again.Out, result.Out) {
		return result, []string{"a second run changes " + changesInWords(again)}
	}
	return result, nil
}

func changesInWords(result *rewrite.Result) string {
	var words []string
	for _, c := range result.Parts[0].Changes {
		words = append(words, fmt.Sprintf("%s of #%s", c.Name, c.Run))
	}
	return strings.Join(words, ", ")
}
