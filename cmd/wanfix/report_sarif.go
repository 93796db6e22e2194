package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// sarifReport writes SARIF 2.1.0 for code scanning. Results are written as they come, the
// rules that they name at the end.
type sarifReport struct {
	to      io.Writer
	verbose bool

	begun    bool
	rules    []*rules.Rule
	told     []sarifNotification
	failures int
}

// maxNotified is how many files that failed are named.
const maxNotified = 1000

const (
	sarifHead = `{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"columnKind":"unicodeCodePoints","results":[`
	sarifTool = `],"tool":`
	sarifRan  = `,"invocations":`
	sarifFoot = "}]}\n"
)

func (r *sarifReport) file(j *job) (tell func() error, err error) {
	return func() error { return r.tell(j) }, nil
}

func (r *sarifReport) tell(j *job) error {
	for i := range j.result.Parts {
		part := &j.result.Parts[i]
		for _, f := range remaining(j, part, r.verbose) {
			result := r.result(j, part, f)
			for _, offer := range f.Fixes {
				if fix, ok := sarifFixOf(j, part, result.Locations[0].Physical.File, offer); ok {
					result.Fixes = append(result.Fixes, fix)
				}
			}
			if err := r.write(result); err != nil {
				return err
			}
		}
		for _, s := range part.Silenced {
			kind := "external"
			if s.By.Home != nil {
				kind = "inSource"
			}
			for _, f := range s.Findings {
				if err := r.suppressed(j, part, f, sarifSuppressed{kind, "silenced by " + plain(j.silencer(s.By))}); err != nil {
					return err
				}
			}
		}
	}
	for _, known := range j.known {
		if err := r.suppressed(j, known.part, known.Finding, sarifSuppressed{"external", "known to the baseline"}); err != nil {
			return err
		}
	}
	return nil
}

// suppressed writes a finding that does not count, if it would be told otherwise.
func (r *sarifReport) suppressed(j *job, part *rewrite.PartResult, f *rules.Finding, why sarifSuppressed) error {
	if f.Rule.Around || f.Severity == rules.Info && !r.verbose {
		return nil
	}
	result := r.result(j, part, f)
	result.Suppressed = []sarifSuppressed{why}
	return r.write(result)
}

func (r *sarifReport) failed(f failure) error {
	if r.failures++; r.failures > maxNotified {
		return nil
	}
	at := sarifLocation{Physical: sarifPlace{File: sarifFile{sarifURI(f.label)}}}
	if f.at != nil {
		at.Physical.Region = &sarifRegion{f.at.Line, f.at.Col, f.at.Line, f.at.Col}
	}
	r.told = append(r.told, sarifNotification{"error", sarifText{plain(f.reason)}, []sarifLocation{at}})
	return nil
}

// write writes one result.
func (r *sarifReport) write(result sarifResult) error {
	text, err := json.Marshal(result)
	if err != nil {
		return err
	}
	before := ","
	if !r.begun {
		r.begun, before = true, sarifHead
	}
	_, err = io.WriteString(r.to, before+safeJSON(string(text)))
	return err
}

func (r *sarifReport) end(*totals, bool) error {
	tool := sarifDriver{Driver: sarifComponent{Name: "wanfix", Version: versionName(), URI: home, Rules: []sarifRule{}}}
	for _, rule := range r.rules {
		tool.Driver.Rules = append(tool.Driver.Rules, sarifRule{
			ID: rule.ID, Short: sarifText{rule.Message}, Help: pageURL(rule), Default: sarifDefault{sarifLevel(rule.Severity)},
		})
	}
	text, err := json.Marshal(tool)
	if err != nil {
		return err
	}
	if more := r.failures - len(r.told); more > 0 {
		r.told = append(r.told, sarifNotification{Level: "error", Message: sarifText{counted(more, "more file", "more files") + " failed"}})
	}
	ran, err := json.Marshal([]sarifInvocation{{r.failures == 0, r.told}})
	if err != nil {
		return err
	}
	before := ""
	if !r.begun {
		before = sarifHead
	}
	_, err = io.WriteString(r.to, before+sarifTool+safeJSON(string(text))+sarifRan+safeJSON(string(ran))+sarifFoot)
	return err
}

func (r *sarifReport) result(j *job, part *rewrite.PartResult, f *rules.Finding) sarifResult {
	index := slices.Index(r.rules, f.Rule)
	if index < 0 {
		index = len(r.rules)
		r.rules = append(r.rules, f.Rule)
	}
	at := sarifLocation{Physical: sarifPlace{File: sarifFile{sarifURI(j.label)}}, Logical: []sarifNode{{
		Name: nodeName(f.At), Full: part.Part.Name() + " " + f.At.ID,
	}}}
	if span, ok := part.Where(f.At); ok && j.from == nil {
		region := sarifRegionOf(part.Part.File.Src, span)
		at.Physical.Region = &region
	}
	return sarifResult{
		Rule: f.Rule.ID, Index: index, Level: sarifLevel(f.Severity), Message: sarifText{findingWords(f)}, Locations: []sarifLocation{at},
		Properties: map[string]any{"certain": f.Certain, "gpu": cardLine(j.place.Machine)},
		Prints:     map[string]string{"node/v1": strings.Join([]string{f.Rule.ID, part.Part.Name(), f.At.ID}, " ")},
	}
}

// sarifFixOf is a fix that can be made alone, in the text as it is.
func sarifFixOf(j *job, part *rewrite.PartResult, file sarifFile, offer rules.Offer) (sarifFix, bool) {
	if j.from != nil || offer.State == rules.Blocked || len(offer.Changes) == 0 {
		return sarifFix{}, false
	}
	edits, err := j.result.EditsOf(part, offer.Changes)
	if err != nil || len(edits) == 0 {
		return sarifFix{}, false
	}
	change := sarifChange{File: file}
	for _, e := range edits {
		change.Replacements = append(change.Replacements, sarifReplacement{sarifRegionOf(part.Part.File.Src, e.Span), sarifText{e.Text}})
	}
	return sarifFix{sarifText{fmt.Sprintf("%s (%s)", plain(offer.Say), offer.Safety)}, []sarifChange{change}}, true
}

func sarifRegionOf(src []byte, span workflows.Span) sarifRegion {
	from, to := workflows.PositionOf(src, span.Start), workflows.PositionOf(src, span.End)
	return sarifRegion{from.Line, from.Col, to.Line, to.Col}
}

func sarifLevel(s rules.Severity) string {
	if s == rules.Info {
		return "note"
	}
	return string(s)
}

// sarifURI is a file's name as a reference: relative where it is, with "/" between its parts.
func sarifURI(name string) string {
	path := filepath.ToSlash(name)
	if filepath.IsAbs(name) {
		if !strings.HasPrefix(path, "/") {
			path = "/" + path // C:/…
		}
		return (&url.URL{Scheme: "file", Path: path}).String()
	}
	return (&url.URL{Path: path}).String()
}
