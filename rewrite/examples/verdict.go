package examples

import (
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
)

// Verdicts on a workflow about which the rule says nothing: because it is no case of the
// rule, or because something that would decide it is not known.
const (
	Silent    = "silent"
	NotJudged = "not judged"
)

// noFix stands for the fixes where none is possible.
const noFix = "no fix"

// verdictOf says of a result what a page says, as exactly as the page does: the severities
// of the findings, "error", or each with the fixes that are possible, best first: "error:
// lossless, advice (update torch)". In brackets stands a piece of what the fix says.
func verdictOf(result *rewrite.Result, page string) string {
	part := result.Parts[0]
	findings := slices.Concat(part.Findings, part.Around)
	switch {
	case len(findings) == 0 && len(part.Unjudged) == 0:
		return Silent
	case len(findings) == 0:
		return NotJudged
	}
	wanted := strings.Split(page, "; ")
	verdicts := make([]string, len(findings))
	for i, f := range findings {
		verdicts[i] = string(f.Severity)
		if _, fixes, told := strings.Cut(wanted[min(i, len(wanted)-1)], ": "); told {
			verdicts[i] += ": " + gradesOf(f.Fixes, strings.Split(fixes, ", "))
		}
	}
	return strings.Join(verdicts, "; ")
}

// gradesOf lists the grades of fixes, with the words in brackets that the page has there if
// the fix says them.
func gradesOf(fixes []rules.Offer, wanted []string) string {
	if len(fixes) == 0 {
		return noFix
	}
	grades := make([]string, len(fixes))
	for i, fix := range fixes {
		grades[i] = string(fix.Safety)
		if i < len(wanted) {
			grades[i] += saying(fix.Say, wanted[i])
		}
	}
	return strings.Join(grades, ", ")
}

func saying(say, wanted string) string {
	_, words, bracketed := strings.Cut(wanted, " (")
	if !bracketed || !strings.Contains(say, strings.TrimSuffix(words, ")")) {
		return ""
	}
	return " (" + words
}
