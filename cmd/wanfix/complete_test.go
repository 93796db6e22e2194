package main

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/detect/gpu"
)

func TestComplete(t *testing.T) {
	for _, tt := range []struct {
		typed []string
		want  string // is among the candidates
		not   string // is not
	}{
		{[]string{""}, "check", "complete"},
		{[]string{"ch"}, "check", "fix"},
		{[]string{"--un"}, "--unsafe", "--gpu"},
		{[]string{"check", "--"}, "--gpu", "--unsafe"},
		{[]string{"check", "w.json", "--format", ""}, "json", "yaml"},
		{[]string{"plan", "--format", "m"}, "markdown", "json"},
		{[]string{"w.json", "--gpu", "30"}, "3090", "4090"},
		{[]string{"gpu", "H100"}, "H100 PCIe", "A100"},
		{[]string{"explain", "e4"}, "e4m3fn-needs-sm89-to-compile", "does-not-fit"},
		{[]string{"check", "--ignore", "does"}, "does-not-fit", "e4m3fn-needs-sm89-to-compile"},
		{[]string{"completion", ""}, "pwsh", "check"},
		{[]string{"rules", ""}, "new", "check"},
		{[]string{"rules", "--"}, "--format", "--gpu"},
		{[]string{"rules", "new", "--"}, "--rules", "--format"},
	} {
		t.Run(strings.Join(tt.typed, " "), func(t *testing.T) {
			words := candidateWords(t, tt.typed)
			if !slices.Contains(words, tt.want) || slices.Contains(words, tt.not) {
				t.Errorf("got %q, want %q and not %q", words, tt.want, tt.not)
			}
		})
	}
}

// TestCompleteCards makes sure that a card that is offered is understood.
func TestCompleteCards(t *testing.T) {
	for _, word := range candidateWords(t, []string{"gpu", ""}) {
		if _, err := gpu.Parse(word); err != nil {
			t.Error(err)
		}
	}
}

func candidateWords(t *testing.T, typed []string) (words []string) {
	t.Helper()
	found, err := candidates(typed)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range found {
		words = append(words, one.word)
	}
	return words
}

// TestCompletionScripts presses Tab, so to speak, in the shells that are here.
func TestCompletionScripts(t *testing.T) {
	bin := linked(t)
	for _, tt := range []struct {
		shell, script string
	}{
		{"bash", `source <(wanfix completion bash); COMP_WORDS=(wanfix check --gpu 309); COMP_CWORD=3; _wanfix; printf '%s\n' "${COMPREPLY[@]}"`},
		{"zsh", `compdef() { :; }; _describe() { print -l $found; }; source <(wanfix completion zsh); words=(wanfix check --gpu 309); CURRENT=4; _wanfix`},
		{"fish", `wanfix completion fish | source; complete -C "wanfix check --gpu 309"`},
		{"pwsh", `wanfix completion pwsh | Out-String | Invoke-Expression; (TabExpansion2 'wanfix check --gpu 309' 22).CompletionMatches.CompletionText`},
	} {
		t.Run(tt.shell, func(t *testing.T) {
			shell, err := exec.LookPath(tt.shell)
			if err != nil {
				t.Skipf("no %s here", tt.shell)
			}
			cmd := exec.CommandContext(t.Context(), shell, "-c", tt.script)
			cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if !strings.Contains(string(out), "3090") || strings.Contains(string(out), "4090") {
				t.Errorf("offered:\n%s", out)
			}
		})
	}
}
