package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// hostile are texts that a terminal, a log of GitHub Actions, Markdown or HTML might obey.
var hostile = []string{
	"\x1b[31mred", "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "\x1b]52;c;aGk=\x07", "\u009b31m",
	"\u202egnp.exe", "\u2066a\u2069", "two\nlines", "one\r::error::two", "::set-env name=A::b", "::add-mask::x", "##[add-matcher]m.json",
	"]]>", "<script>alert(1)</script>", "</td><img src=x onerror=alert(1)>", "[link](javascript:alert(1))", "`code` | cell", "@everyone", "\x00\x7f", "%0A::error::a",
}

// hostileJSON is a JSON text of all of them, without quotes.
func hostileJSON(t *testing.T) string {
	t.Helper()
	quoted, err := json.Marshal(strings.Join(hostile, " "))
	if err != nil {
		t.Fatal(err)
	}
	return string(quoted[1 : len(quoted)-1])
}

// hostileWorkflow is the pair that is shipped, with a hostile text for every title, name and value.
func hostileWorkflow(t *testing.T) string {
	t.Helper()
	inside := hostileJSON(t)
	made := regexp.MustCompile(`(HIGH noise|LOW noise|Wan2_2-T2V)`).ReplaceAllStringFunc(shippedPair(t), func(name string) string { return inside + name })
	name := filepath.Join(t.TempDir(), "::error::evil`|<b>\u202e,%0A.json")
	if err := os.WriteFile(name, []byte(made), 0o644); err != nil {
		t.Skipf("this system has no such names: %v", err)
	}
	return name
}

func shippedPair(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../testdata/workflows/wan22-high-low.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestHostile reports on a workflow of hostile texts in every format.
func TestHostile(t *testing.T) {
	name := hostileWorkflow(t)
	t.Chdir(filepath.Dir(name))
	name = filepath.Base(name)
	for _, tt := range []struct {
		args   []string
		format string
	}{
		{[]string{"check", name, "-v"}, "text"},
		{[]string{"check", name, "--format", "json", "-v"}, "json"},
		{[]string{"check", name, "--format", "sarif", "-v"}, "json"},
		{[]string{"check", name, "--format", "github", "-v"}, "github"},
		{[]string{"check", name, "--format", "markdown", "-v"}, "markdown"},
		{[]string{"-d", name}, "text"},
		{[]string{"-l", name}, "text"},
		{[]string{"plan", name}, "text"},
		{[]string{"plan", name, "--format", "json"}, "json"},
		{[]string{"plan", name, "--format", "markdown"}, "markdown"},
		{[]string{"plan", "."}, "text"},
		{[]string{"plan", ".", "--format", "markdown"}, "markdown"},
		{[]string{"check", "no" + name}, "text"},
		{[]string{"check", "no" + name, "--format", "github"}, "github"},
		{[]string{"check", "no" + name, "--format", "markdown"}, "markdown"},
		{[]string{"check", "no" + name, "--format", "sarif"}, "json"},
		{[]string{"check", name, "--ignore", "all", "--format", "sarif", "-v"}, "json"},
		{[]string{"check", name, "--ignore", "all", "--format", "markdown", "-v", "--preset", "tiers"}, "markdown"},
	} {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			var out, told strings.Builder
			run(append(tt.args, "--gpu", "3090"), streams{in: strings.NewReader(""), out: &out, err: &told})
			for _, text := range []string{out.String(), told.String()} {
				for _, fault := range obeyed(text, tt.format) {
					t.Errorf("%s in:\n%q", fault, text)
				}
			}
			if out.Len()+told.Len() == 0 {
				t.Error("nothing is told")
			}
		})
	}
}

// obeyed lists what in a report is more than text.
func obeyed(text, format string) (faults []string) {
	if strings.ContainsAny(text, "\x00\x07\x1b\r\x7f\u009b\u202e\u2066\u2069") {
		faults = append(faults, "a control character")
	}
	for line := range strings.Lines(text) {
		command := strings.HasPrefix(strings.TrimSpace(line), "::")
		if command && (format != "github" || !regexp.MustCompile(`^::(error|warning|notice) file=[^:,]*(,line=\d+,col=\d+)?,title=[a-z0-9-]+::`).MatchString(line)) {
			faults = append(faults, "a command of GitHub Actions")
		}
		if !command && strings.Contains(line, "##[") {
			faults = append(faults, "an old command of GitHub Actions")
		}
		if format != "markdown" {
			continue
		}
		for i, piece := range strings.Split(line, "`") {
			outside := strings.NewReplacer("<br>", "", `\|`, "").Replace(piece)
			if i%2 == 0 && (strings.ContainsAny(outside, "<>@") || strings.Contains(outside, "javascript:")) {
				faults = append(faults, "Markdown outside of code: "+piece)
			}
		}
	}
	return faults
}
