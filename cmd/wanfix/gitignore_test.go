package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGitignore asks git itself which files of a tree it ignores.
func TestGitignore(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("without git nobody says what is right")
	}
	files := []string{
		"a.json", "b.json", "!c.json", "#d.json", "e f.json", "g .json", "x1.json", "x2.json", "[z].json",
		"build/a.json", "build/deep/a.json", "deep/build/a.json", "deep/er/a.json", "deep/er/still/a.json",
		"deep/b.json", "drafts/a.json", "drafts/keep.json", "foo/bar/a.json", "foo/x/bar/a.json", "foo/x/y/bar/a.json",
	}
	tests := []struct{ name, outer, inner string }{ // .gitignore, and deep/.gitignore
		{"nothing", "", ""},
		{"a name at any depth", "a.json\n", ""},
		{"a name in the root", "/a.json\n", ""},
		{"a folder", "build/\n", ""},
		{"a folder in the root", "/build\n", ""},
		{"a path", "deep/build\n", ""},
		{"a path is anchored", "er/a.json\n", ""},
		{"wildcards", "x?.json\nb*\n", ""},
		{"a wildcard does not cross folders", "deep/*.json\n", ""},
		{"classes", "x[!1].json\n[d-f]*\n", ""},
		{"taken back", "*.json\n!b.json\n!/a.json\n", ""},
		{"not taken back in an ignored folder", "drafts/\n!drafts/keep.json\n", ""},
		{"taken back in a folder", "drafts/*\n!drafts/keep.json\n", ""},
		{"any folders in front", "**/bar\n", ""},
		{"any folders between", "foo/**/bar\n", ""},
		{"any folders behind", "deep/**\n", ""},
		{"several of them", "**/x/**/bar/**\n", ""},
		{"comments, escapes and blanks", "#d.json\n\\!c.json  \n\n  \n\\[z\\].json\ne\\ f.json\r\n", ""},
		{"a blank that counts", "g\\ .json\n", ""},
		{"broken classes", "[a.json\n", ""},
		{"the inner one has the word", "a.json\n", "!a.json\n"},
		{"inside the inner one", "", "/er/\nb.json\n"},
		{"everything", "*\n", "!b.json\n"},
		{"folders alone", "*/\n", ""},
		{"a slash alone", "/\n", ""},
		{"stars alone", "**\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			write(t, root, map[string]string{ignoreName: test.outer, "deep/" + ignoreName: test.inner})
			for _, name := range files {
				write(t, root, map[string]string{name: "{}"})
			}
			runGit(t, git, root, "init", "-q")
			listed := runGit(t, git, root, "ls-files", "-z", "--others", "--exclude-standard", "--", "*.json")
			want := strings.Split(strings.TrimSuffix(listed, "\x00"), "\x00")
			slices.Sort(want)
			var got []string
			w := walk{root: root, yield: func(src source) bool {
				if src.err != nil {
					t.Error(src.err)
				}
				got = append(got, src.below)
				return true
			}}
			w.start()
			slices.Sort(got)
			if diff := cmp.Diff(strings.Join(want, "\n"), strings.Join(got, "\n")); diff != "" {
				t.Errorf("(-git +wanfix)\n%s", diff)
			}
		})
	}
}

// TestGitignoreAround starts in a folder of the repository, which counts from its root.
func TestGitignoreAround(t *testing.T) {
	root := t.TempDir()
	write(t, root, map[string]string{
		".git/HEAD": "", ignoreName: "a.json\n/deep/er/b.json\n", "deep/" + ignoreName: "!er/a.json\n",
		"deep/er/a.json": "{}", "deep/er/b.json": "{}", "deep/er/x/a.json": "{}", "deep/er/x/b.json": "{}",
	})
	files, err := sourcesOf([]string{filepath.Join(root, "deep", "er")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for src := range files.all() {
		got = append(got, src.below)
	}
	if diff := cmp.Diff([]string{"a.json", "x/b.json"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func FuzzGitignore(f *testing.F) {
	f.Add("a/**/b\n!c/\n[x", "a/x/b")
	f.Fuzz(func(t *testing.T, text, name string) {
		g := &ignores{lines: parseIgnores(text)}
		names := strings.Split(name, "/")
		folder, file := g.ignored(names, true), g.ignored(names, false)
		if file && !folder && !strings.Contains(text, "!") {
			t.Errorf("%q ignores the file %q and not such a folder", text, name)
		}
	})
}

func runGit(t *testing.T, git, folder string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), git, args...)
	cmd.Dir = folder
	cmd.Env = append(cmd.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", cmd, err)
	}
	return string(out)
}
