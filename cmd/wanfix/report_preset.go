package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
)

// cells tells of each value that the preset wants whether it stands, or what overruled it.
// Values that came out alike, and for one reason, are told together.
func (r *textReport) cells(b *strings.Builder, j *job, part *rewrite.PartResult) {
	if len(part.Preset)+len(part.PresetUnjudged) == 0 {
		return
	}
	fmt.Fprintf(b, "\n  %s\n", r.style.cyan("preset "+j.preset))
	for _, same := range cellsAlike(part.Preset) {
		text := strings.Join(distinct(same, func(c *rules.Cell) []string { return []string{wantedWords(part.Preset, c)} }), " · ")
		switch why := plain(overruling(same[0])); same[0].State {
		case rules.Stood:
			r.row(b, "stands", text)
		case rules.Offered:
			r.row(b, "offer", text+r.style.dim(": "+why))
		default:
			r.row(b, "not", text+": "+why)
		}
		for _, line := range distinct(same, func(c *rules.Cell) (lines []string) {
			for _, change := range c.Changes {
				lines = append(lines, changeLine(part, change))
			}
			return lines
		}) {
			r.row(b, "", line)
		}
	}
	for i, line := range distinct(part.Preset, r.because) {
		r.row(b, first(i, "why"), line)
	}
	missing := map[string]bool{}
	for _, gap := range part.PresetUnjudged {
		missing[gap.Why] = true
	}
	for i, why := range slices.Sorted(maps.Keys(missing)) {
		r.row(b, first(i, "unknown"), plain(why))
	}
}

// wantedWords say what is wanted, and of whom, where another loader wants the same in vain.
func wantedWords(all []*rules.Cell, c *rules.Cell) string {
	if slices.ContainsFunc(all, func(o *rules.Cell) bool { return o.Wants == c.Wants && !cameOutAlike(o, c) }) {
		return plain(c.Wants) + " at " + nodeName(c.Stack.Loader)
	}
	return plain(c.Wants)
}

// because are the facts that tell which of its values a preset wants: those behind its own
// terms, or all of them when asked for.
func (r *textReport) because(c *rules.Cell) (lines []string) {
	for _, t := range c.Because {
		if r.verbose || strings.HasPrefix(t.Fact, c.Page.Pack+".") && t.Found.Value == true {
			lines = append(lines, plain(traceWords(t)))
		}
	}
	return lines
}

// distinct are the lines that cells have, each once.
func distinct(cells []*rules.Cell, of func(*rules.Cell) []string) (lines []string) {
	for _, c := range cells {
		for _, line := range of(c) {
			if !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// cellsAlike groups values that came out alike, for one reason.
func cellsAlike(cells []*rules.Cell) [][]*rules.Cell {
	var groups [][]*rules.Cell
	for _, c := range cells {
		i := slices.IndexFunc(groups, func(g []*rules.Cell) bool { return cameOutAlike(g[0], c) })
		if i < 0 {
			groups = append(groups, nil)
			i = len(groups) - 1
		}
		groups[i] = append(groups[i], c)
	}
	return groups
}

func cameOutAlike(a, b *rules.Cell) bool {
	return a.State == b.State && overruling(a) == overruling(b)
}

// overruling says what overruled a value, or keeps it from being written.
func overruling(c *rules.Cell) string {
	if c.By != nil {
		return c.By.Message + " (" + c.By.Rule.ID + ")"
	}
	return c.Why
}

// jsonPreset is what the preset wants, and what became of it.
type jsonPreset struct {
	Name     string         `json:"name"`
	Cells    []jsonCell     `json:"cells"`
	Unjudged map[string]int `json:"unjudged"`
}

// jsonCell is a value that the preset wants.
type jsonCell struct {
	Page    string       `json:"page"`
	At      *ref         `json:"at"`
	Wants   string       `json:"wants"`
	State   rules.State  `json:"state"`
	Rule    string       `json:"rule,omitempty"`   // that overruled it
	Reason  string       `json:"reason,omitempty"` // why it does not stand
	Why     []jsonTrace  `json:"why"`              // why it is wanted
	Changes []jsonChange `json:"changes"`          // what is written for it, or in its place
}

func presetOf(name string, part *rewrite.PartResult) *jsonPreset {
	if name == "" {
		return nil
	}
	out := &jsonPreset{name, []jsonCell{}, map[string]int{}}
	for _, c := range part.Preset {
		out.Cells = append(out.Cells, cellOf(part, c))
	}
	for fact, gap := range part.PresetUnjudged {
		out.Unjudged[fact] = gap.Count()
	}
	return out
}

func cellOf(part *rewrite.PartResult, c *rules.Cell) jsonCell {
	out := jsonCell{c.Page.ID, refOf(c.At), c.Wants, c.State, "", c.Why, tracesOf(c.Because), []jsonChange{}}
	if c.By != nil {
		out.Rule, out.Reason = c.By.Rule.ID, c.By.Message
	}
	for _, change := range c.Changes {
		out.Changes = append(out.Changes, changeOf(part, change))
	}
	return out
}
