package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rules"
)

// silenced tells how many findings were silenced, and by what.
func (r *textReport) silenced(b *strings.Builder, j *job, list []rules.Silenced) {
	for i := 0; i < len(list); {
		by, count, names := list[i].By, 0, []string(nil)
		label := first(i, "silenced")
		for ; i < len(list) && list[i].By == by; i++ {
			count += len(list[i].Findings)
			names = append(names, list[i].Rule)
		}
		if label != "" {
			b.WriteString("\n")
		}
		text := fmt.Sprintf("%s by %s: %s", counted(count, "finding", "findings"), j.silencer(by), strings.Join(names, ", "))
		fmt.Fprintf(b, "  %-12s%s\n", label, r.style.dim(plain(text)))
	}
}

// known tells how many findings a baseline knows.
func (r *textReport) known(b *strings.Builder, j *job) {
	if len(j.known) > 0 {
		var names []string
		for _, known := range j.known {
			names = append(names, known.Rule.ID)
		}
		slices.Sort(names)
		names = slices.Compact(names)
		text := fmt.Sprintf("%s of the baseline: %s", counted(len(j.known), "finding", "findings"), strings.Join(names, ", "))
		fmt.Fprintf(b, "\n  %-12s%s\n", "known", r.style.dim(plain(text)))
	}
}

// silencer names what silences a finding, in words.
func (j *job) silencer(by *rules.Silence) string {
	if by.Home == nil {
		return j.ignoredBy
	}
	return by.String()
}

// jsonSilenced counts the findings of a rule that were silenced by one of: flag, config,
// note, node.
type jsonSilenced struct {
	By       string `json:"by"`
	Where    string `json:"where"` // the flag, the file's name or the node
	Rule     string `json:"rule"`
	Findings int    `json:"findings"`
}

func silencedOf(ignoredBy string, list []rules.Silenced) []jsonSilenced {
	var out []jsonSilenced
	for _, s := range list {
		one := jsonSilenced{By: "config", Where: ignoredBy, Rule: s.Rule, Findings: len(s.Findings)}
		switch {
		case s.By.Home == nil && ignoredBy == flagIgnore:
			one.By = "flag"
		case s.By.Home != nil && s.By.Note:
			one.By, one.Where = "note", s.By.Home.Name()
		case s.By.Home != nil:
			one.By, one.Where = "node", s.By.Home.Name()
		}
		out = append(out, one)
	}
	return out
}

const flagIgnore = "--ignore"
