package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// githubReport prints annotations for GitHub Actions, which shows them beside the lines of a
// pull request.
type githubReport struct {
	to      io.Writer
	verbose bool
}

func (r *githubReport) file(j *job) (tell func() error, err error) {
	var b strings.Builder
	for i := range j.result.Parts {
		part := &j.result.Parts[i]
		for _, f := range remaining(j, part, r.verbose) {
			level := map[rules.Severity]string{rules.Error: "error", rules.Warning: "warning", rules.Info: "notice"}[f.Severity]
			place := "file=" + githubValue(filepath.ToSlash(j.label))
			if span, ok := part.Where(f.At); ok && j.from == nil {
				at := workflows.PositionOf(part.Part.File.Src, span.Start)
				place += fmt.Sprintf(",line=%d,col=%d", at.Line, at.Col)
			}
			fmt.Fprintf(&b, "::%s %s,title=%s::%s\n", level, place, githubValue(f.Rule.ID), githubText(findingWords(f)))
		}
	}
	return func() error {
		_, err := io.WriteString(r.to, b.String())
		return err
	}, nil
}

func (r *githubReport) failed(f failure) error {
	place := "file=" + githubValue(filepath.ToSlash(f.label))
	if f.at != nil {
		place += fmt.Sprintf(",line=%d,col=%d", f.at.Line, f.at.Col)
	}
	_, err := fmt.Fprintf(r.to, "::error %s,title=failed::%s\n", place, githubText(f.reason))
	return err
}

func (r *githubReport) end(*totals, bool) error { return nil }

// findingWords is a finding in one line, with the first thing that helps.
func findingWords(f *rules.Finding) string {
	text := nodeName(f.At) + ": " + plain(f.Message)
	for _, offer := range f.Fixes {
		if offer.State != rules.Blocked {
			return text + "; " + plain(offer.Say)
		}
	}
	return text
}

// githubText escapes what ends a command of GitHub Actions or stands for something else in it.
func githubText(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(plain(text))
}

// githubValue escapes what also ends a property of one.
func githubValue(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(githubText(text))
}
