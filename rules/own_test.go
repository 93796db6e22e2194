package rules_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/rules"
)

func ownPage(rule string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte("# mine\n\n```json\n" + rule + "\n```\n")}
}

// TestOwnMistakes reads folders that cannot be used: every mistake is told, with its place.
func TestOwnMistakes(t *testing.T) {
	good := ownPage(ruleJSON(t))
	tests := []struct {
		name   string
		folder fstest.MapFS
		want   []string
	}{
		{"of several pages and the terms", fstest.MapFS{
			"a.md": ownPage("{\n  \"severity\": \"bad\", \"on\": \"stack\",\n  \"when\": {\"gpu.smm\": 86, \"os\": 1},\n  \"mesage\": \"x\"\n}"),
			"b.md": {Data: []byte("# b\n")}, "c.md": good,
			"terms.json": {Data: []byte("{\n  \"software.mine\": {\"when\": {\"software.torhc\": \"2.9\"}}\n}")},
		}, []string{
			`own/terms.json:2:30: there is no fact "software.torhc"; the nearest is software.torch`,
			`own/a.md:5:15: one of error, warning, info is wanted, this is "bad"`,
			`own/a.md:6:12: there is no fact "gpu.smm"; the nearest are gpu.sm, gpu.sms`,
			`own/a.md:6:33: os is of type text, it is compared with 1`,
			`own/a.md:7:3: there is no key "mesage"; the nearest is message`,
			`own/a.md:4:1: the key "message" is wanted`,
			"own/b.md:2:1: the first block of a rule page is its rule: ```json",
		}},
		{"a name that is taken", fstest.MapFS{"gguf-cannot-merge-loras.md": good},
			[]string{"own/gguf-cannot-merge-loras.md: there is a rule gguf-cannot-merge-loras already, in wanvideo: give yours another name, and ignore the other where yours is to stand in its place"}},
		{"a name that is none", fstest.MapFS{"My rule.md": good}, []string{`own/My rule.md: the name of a rule is made of small letters, digits and hyphens, this is "My rule.md"`}},
		{"terms that are taken or none", fstest.MapFS{"terms.json": {Data: []byte(`{"os": {"when": {"os": "linux"}}, "loader.file": {"when": {"os": "linux"}}, "new": {}}`)}}, []string{
			"own/terms.json:1:2: there is a fact os already",
			"own/terms.json:1:35: there is a fact loader.file already",
			`own/terms.json:1:77: a term is named like a fact, such as software.is_new, this is "new"`,
			`own/terms.json:1:84: the key "when" is wanted`,
		}},
		{"a folder for a page", fstest.MapFS{"a.md": {Mode: fs.ModeDir}}, []string{"own/a.md: it is not a regular file"}},
		{"a pipe", fstest.MapFS{"a.md": {Mode: fs.ModeNamedPipe}}, []string{"own/a.md: it is not a regular file"}},
		{"too long a page", fstest.MapFS{"a.md": {Data: bytes.Repeat([]byte("a"), 300<<10)}}, []string{"own/a.md: it has more than 256 KiB"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := rules.Builtin().With(test.folder, "own", "own")
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(test.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestOwnBounds reads folders that are too much.
func TestOwnBounds(t *testing.T) {
	many, large, wrong := fstest.MapFS{}, fstest.MapFS{}, fstest.MapFS{}
	for i := range 501 {
		many[fmt.Sprintf("r%d.md", i)] = ownPage(ruleJSON(t))
	}
	padded := append(bytes.Clone(ownPage(ruleJSON(t)).Data), bytes.Repeat([]byte("\n"), 250<<10)...)
	for i := range 40 {
		large[fmt.Sprintf("r%d.md", i)] = &fstest.MapFile{Data: padded}
		wrong[fmt.Sprintf("r%d.md", i)] = ownPage("{" + strings.Repeat(`"a": 1, `, 1) + `"b": 1, "c": 1, "d": 1}`)
	}
	for name, test := range map[string]struct {
		folder fstest.MapFS
		lines  int
		want   string
	}{
		"pages":    {many, 1, "own: 501 pages are too many, at most 500 are read"},
		"bytes":    {large, 8, "all rules together have more than 8 MiB"},
		"mistakes": {wrong, 100, `there is no key "a"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := rules.Builtin().With(test.folder, "own", "own")
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Count(err.Error(), "\n")+1 != test.lines {
				t.Errorf("%v; want %d lines with %q", err, test.lines, test.want)
			}
		})
	}
}

// TestOwn loads a folder with a term of its own, and what is no rule in it.
func TestOwn(t *testing.T) {
	set, err := rules.Builtin().With(fstest.MapFS{
		"mine.md":   ownPage(ruleJSON(t, `{"when": {"loader.quantization": "fp8_e4m3fn", "software.mine": true}}`)),
		"README.md": {Data: []byte("no rule")}, "deep/other.md": {Data: []byte("no rule")}, "notes.txt": {Data: []byte("no rule")},
		"terms.json": {Data: []byte(`{"software.mine": {"meaning": "mine", "when": {"software.other": false}}, "software.other": {"when": {"os": "windows"}}}`)},
	}, "own", "rules/own")
	if err != nil {
		t.Fatal(err)
	}
	r, ok := set.Rule("mine")
	if !ok || r.Pack != "own" || r.File != "rules/own/mine.md" || !r.Own {
		t.Errorf("found %v: %+v", ok, r)
	}
	all, err := set.Rules()
	if have := len(builtin(t)); err != nil || len(all) != have+1 {
		t.Errorf("%d rules, %v, want %d", len(all), err, have+1)
	}
	assumed := set.Assume(map[string]any{"os": "linux"}, "assumed")
	found := judge(t, assumed, oneLoader, rules.Options{Select: []string{"own"}}).Findings
	if len(found) != 1 || found[0].Rule != r {
		t.Errorf("found %v", found)
	}
	if _, known := rules.Builtin().Fact("software.mine"); known {
		t.Error("the term is known without the folder")
	}
	if _, err := set.With(fstest.MapFS{"mine.md": ownPage(ruleJSON(t))}, "two", "two"); err == nil || !strings.Contains(err.Error(), "two/mine.md: there is a rule mine already, in rules/own") {
		t.Errorf("a second folder with the same rule: %v", err)
	}
}

// TestNearest finds names for slips.
func TestNearest(t *testing.T) {
	names := []string{"gpu.sm", "gpu.sms", "gguf-cannot-merge-loras", "gguf-needs-quantization-disabled", "os"}
	for word, want := range map[string]string{
		"gpu.smm": "gpu.sm gpu.sms", "gguf-needs-quantisation-disabled": "gguf-needs-quantization-disabled",
		"gguf": "gguf-cannot-merge-loras gguf-needs-quantization-disabled", "x": "", "": "", "entirely else": "", strings.Repeat("x", 1<<20): "",
	} {
		if got := strings.Join(rules.Nearest(word, func(yield func(string) bool) {
			for _, name := range names {
				if !yield(name) {
					return
				}
			}
		}), " "); got != want {
			t.Errorf("%.20q: %q, want %q", word, got, want)
		}
	}
}
