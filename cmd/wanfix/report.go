package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// report tells people or programs what was found in files and done about it.
type report interface {
	// file finds what there is to say of a file for a card; tell prints it. file is called
	// for several files at a time, tell in their order.
	file(*job) (tell func() error, err error)
	// failed tells of a file that failed. Standard error has it too.
	failed(failure) error
	// end prints what there is to say of all files; many says that there may be several.
	end(sum *totals, many bool) error
}

// newReport makes a report in a format. dry says that the command changes nothing, so that
// no fix counts as applied.
func (j *judging) newReport(format string, s streams, to io.Writer, look looks, cards int, dry bool) report {
	switch format {
	case "json":
		return &jsonReport{to: to, dry: dry}
	case "sarif":
		return &sarifReport{to: to, verbose: j.Verbose}
	case "github":
		return &githubReport{to: to, verbose: j.Verbose}
	case "markdown":
		return &markdownReport{to: to, verbose: j.Verbose, cells: map[rules.State]int{}}
	}
	return &textReport{to: to, style: look(to), flags: j.flagsOf(s.args), cards: cards, dry: dry, quiet: j.Quiet, verbose: j.Verbose}
}

// shown are the findings that are told: information only when asked for, or when the
// file is changed for it.
func shown(part *rewrite.PartResult, verbose bool) []*rules.Finding {
	return slices.DeleteFunc(slices.Clone(part.Findings), func(f *rules.Finding) bool {
		return f.Severity == rules.Info && !verbose && f.Wanted() == nil
	})
}

// remaining are those of the findings shown that writing the result did not mend.
func remaining(j *job, part *rewrite.PartResult, verbose bool) []*rules.Finding {
	return slices.DeleteFunc(shown(part, verbose), func(f *rules.Finding) bool {
		return j.wrote != "" && f.Wanted() != nil
	})
}

// nodeName names a run by its id and class, and by what its user called it.
func nodeName(run *workflows.Run) string {
	name := "#" + run.ID + " " + run.Home.Class
	if title := run.Home.Title; title != "" && title != run.Home.Class {
		name += " \"" + title + "\""
	}
	return plain(name)
}

// changeLine says what a change does: "compile_args: linked → unplugged".
func changeLine(part *rewrite.PartResult, c workflows.Change) string {
	place := nodeName(part.Run(c.Run)) + " · " + plain(c.Name) + ": "
	beside := plain(part.Elsewhere(c))
	switch c.Op {
	case workflows.OpUnplug:
		return place + "linked" + beside + " → unplugged"
	case workflows.OpGive:
		supplied := part.Supplied(c)
		return place + plain(supplied.Was) + beside + " → " + plain(supplied.Is)
	}
	line := place + plain(part.Written(c)) + beside + " → " + plain(c.Value)
	if via := part.Via(c); via != nil {
		line += ", at " + nodeName(via)
	}
	return line
}

// noStacks says why no model path of a file is judged.
func noStacks(part *rewrite.PartResult) string {
	text := "no WanVideoWrapper loader"
	if len(part.Findings) == 0 {
		text = "nothing to do: " + text
	}
	byName := map[string][]string{}
	for _, class := range slices.Sorted(maps.Keys(part.Others)) {
		as := rules.BuiltinNodes().Class(class).As + "s"
		count := class
		if n := part.Others[class]; n > 1 {
			count += fmt.Sprintf(" ×%d", n)
		}
		byName[as] = append(byName[as], count)
	}
	for _, as := range slices.Sorted(maps.Keys(byName)) {
		text += "; " + as + ": " + strings.Join(byName[as], ", ")
	}
	return plain(text)
}
