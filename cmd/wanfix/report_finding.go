package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
)

// finding tells what is wrong, what was done about it, and why. Findings that say
// the same of several nodes, as of a HIGH and LOW pair, are told together.
func (r *textReport) finding(b *strings.Builder, j *job, part *rewrite.PartResult, same []*rules.Finding) {
	f := same[0]
	fmt.Fprintf(b, "\n  %s  %s\n", r.severity(f), plain(f.Message))
	for i, offer := range f.Fixes {
		r.offer(b, j, offer)
		if offer.State == rules.Offered {
			continue
		}
		for _, each := range same {
			for _, c := range each.Fixes[i].Changes {
				r.row(b, "", changeLine(part, c))
			}
		}
	}
	if len(f.Fixes) == 0 || f.Fixes[0].Safety == rules.Advice {
		for i, each := range same {
			r.row(b, first(i, "at"), nodeName(each.At))
		}
	}
	for i, t := range r.decisive(f) {
		r.row(b, first(i, "why"), plain(traceWords(t)))
	}
	for i, t := range f.Doubt {
		r.row(b, first(i, "unsure"), r.style.dim(plain(doubtWords(j.place.rules, t))))
	}
	r.row(b, "rule", r.style.dim(f.Rule.ID))
}

// row prints a label and what it labels, below a finding.
func (r *textReport) row(b *strings.Builder, label, text string) {
	fmt.Fprintf(b, "    %-8s%s\n", label, text)
}

// alike groups findings that read the same but for the nodes they are about.
func alike(findings []*rules.Finding) [][]*rules.Finding {
	var groups [][]*rules.Finding
	for _, f := range findings {
		i := slices.IndexFunc(groups, func(g []*rules.Finding) bool { return readsLike(g[0], f) })
		if i < 0 {
			groups = append(groups, nil)
			i = len(groups) - 1
		}
		groups[i] = append(groups[i], f)
	}
	return groups
}

func readsLike(a, b *rules.Finding) bool {
	return a.Rule == b.Rule && a.Severity == b.Severity && a.Message == b.Message &&
		slices.EqualFunc(a.Fixes, b.Fixes, func(a, b rules.Offer) bool {
			return a.Say == b.Say && a.State == b.State && a.BlockedBy == b.BlockedBy
		})
}

// first gives a label to the first line of several.
func first(i int, label string) string {
	if i == 0 {
		return label
	}
	return ""
}

func (r *textReport) severity(f *rules.Finding) string {
	word := string(f.Severity)
	switch {
	case f.Severity == rules.Error:
		return r.style.red(word)
	case f.Severity == rules.Warning:
		return r.style.yellow(word)
	}
	return r.style.cyan(word)
}

// offer tells of one fix and what became of it.
func (r *textReport) offer(b *strings.Builder, j *job, o rules.Offer) {
	say := plain(o.Say) + r.style.dim(" ("+string(o.Safety)+")")
	label := func(word string, paint func(string) string) string {
		return paint(word) + strings.Repeat(" ", 8-len(word))
	}
	switch {
	case o.Safety == rules.Advice:
		r.row(b, "advice", plain(o.Say))
	case o.State == rules.Blocked:
		fmt.Fprintf(b, "    %s%s\n", label("blocked", r.style.yellow), say)
		r.row(b, "", plain(o.BlockedBy))
	case o.State == rules.Applied && j.wrote != "":
		fmt.Fprintf(b, "    %s%s\n", label("fixed", r.style.green), say)
	case o.State == rules.Applied:
		fmt.Fprintf(b, "    %s%s\n", label("fix", r.style.green), say)
	case o.Safety == rules.Lossless:
		r.row(b, "or", say)
	default:
		r.row(b, "offer", say+r.style.dim(": made with --unsafe"))
	}
}

// decisive are the facts that a reader needs: those that the message is about,
// or all of them when asked for, or when the message names none.
func (r *textReport) decisive(f *rules.Finding) []rules.Trace {
	if r.verbose {
		return f.Why
	}
	named := slices.DeleteFunc(slices.Clone(f.Why), func(t rules.Trace) bool {
		return !strings.Contains(f.Rule.Message, "{"+t.Fact+"}")
	})
	if len(named) == 0 {
		return f.Why
	}
	return named
}

func traceWords(t rules.Trace) string {
	text := t.Fact + " is " + t.Found.String()
	switch {
	case strings.HasPrefix(t.Wanted, "<"), strings.HasPrefix(t.Wanted, ">"):
		text += " " + t.Wanted
	case t.Found.String() != t.Wanted:
		text += ", " + t.Wanted
	}
	return text + " (" + t.Found.Source + ")"
}

func doubtWords(set *rules.Set, t rules.Trace) string {
	what := t.Fact + " is " + t.Wanted
	if fact, ok := set.Fact(t.Fact); ok && t.Wanted == "true" {
		what = fact.Meaning
	}
	return "nothing is wrong if " + what + ", but " + t.Found.Why
}

// outcome tells what happened to the file.
func (r *textReport) outcome(b *strings.Builder, j *job) {
	switch {
	case j.wrote != "" && j.result.Changed:
		fmt.Fprintf(b, "\n  %s %s\n", r.style.green("written to"), plain(j.wrote))
	case j.wrote != "":
		fmt.Fprintf(b, "\n  nothing to change; copied to %s\n", plain(j.wrote))
	}
}
