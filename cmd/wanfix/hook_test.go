package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestHooks commits to a repository of workflows whose hooks come from this checkout, with the real
// pre-commit.
func TestHooks(t *testing.T) {
	if testing.Short() {
		t.Skip("pre-commit builds the program anew")
	}
	preCommit, err := exec.LookPath("pre-commit")
	if err != nil {
		t.Skip("no pre-commit here: apt-get install pre-commit, or pip install pre-commit")
	}
	t.Parallel()
	hooks := hooksRepository(t)
	for _, tt := range []struct {
		name, hook, config, workflow string
		passes                       bool
		told                         []string
	}{
		{"checks", "wanfix-check", `{"gpu": "3090"}`, "wan22-high-low.json", false, []string{"RTX 3090", "torch.compile cannot read e4m3fn"}},
		{"is content with another card", "wanfix-check", `{"gpu": "4090"}`, "wan22-high-low.json", true, nil},
		{"knows no card of its own", "wanfix-check", `{}`, "wan22-high-low.json", true, nil},
		{"rewrites", "wanfix", `{"gpu": "3090"}`, "wan22-high-low.json", false, []string{"files were modified by this hook"}},
		{"leaves what is right", "wanfix", `{"gpu": "4090"}`, "wan22-high-low.json", true, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			repo := t.TempDir()
			workflow, err := os.ReadFile(filepath.Join("../../testdata/workflows", tt.workflow))
			if err != nil {
				t.Fatal(err)
			}
			write(t, repo, map[string]string{
				".wanfix.json":            tt.config,
				"workflows/video.json":    string(workflow),
				"package.json":            `{"name": "no workflow"}`,
				".pre-commit-config.yaml": hooks.config(t, tt.hook),
			})
			git(t, repo, "init", "-q")
			git(t, repo, "add", ".")
			cmd := exec.CommandContext(t.Context(), preCommit, "run", "--all-files", "--color=never")
			cmd.Dir, cmd.Env = repo, append(os.Environ(), "PRE_COMMIT_HOME="+hooks.cache, "GOMODCACHE="+hooks.modules)
			out, err := cmd.CombinedOutput()
			if passed := err == nil; passed != tt.passes {
				t.Errorf("passed: %v, want %v", passed, tt.passes)
			}
			for _, words := range tt.told {
				if !strings.Contains(string(out), words) {
					t.Errorf("%q is not told", words)
				}
			}
			if t.Failed() {
				t.Logf("%s", out)
			}
		})
	}
}

// hooked is a repository to take hooks from, with where pre-commit keeps what it builds of it, and
// the modules that are here already.
type hooked struct{ folder, commit, cache, modules string }

// config is what README.md shows, with another hook from another place.
func (h hooked) config(t *testing.T, hook string) string {
	t.Helper()
	for _, block := range readPage(t, "../../README.md").blocks {
		if strings.HasPrefix(block.text, "# .pre-commit-config.yaml\n") {
			return strings.NewReplacer("https://github.com/wanfix/wanfix", h.folder, "v0.1.0", h.commit, "wanfix-check", hook).Replace(block.text)
		}
	}
	t.Fatal("README.md shows no configuration for pre-commit")
	return ""
}

// hooksRepository makes a repository of the files of this checkout, as they are now.
func hooksRepository(t *testing.T) hooked {
	t.Helper()
	list, err := exec.Command("git", "-C", "../..", "ls-files", "-co", "--exclude-standard").Output()
	if err != nil {
		t.Skipf("not in a checkout: %v", err)
	}
	folder := t.TempDir()
	for name := range strings.Lines(string(list)) {
		name = strings.TrimSpace(name)
		text, err := os.ReadFile(filepath.Join("../..", name))
		if os.IsNotExist(err) {
			continue // deleted and not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		write(t, folder, map[string]string{name: string(text)})
	}
	git(t, folder, "init", "-q")
	git(t, folder, "add", ".")
	git(t, folder, "commit", "-qm", "all")
	modules, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	return hooked{folder, strings.TrimSpace(git(t, folder, "rev-parse", "HEAD")), t.TempDir(), strings.TrimSpace(string(modules))}
}

func git(t *testing.T, folder string, args ...string) string {
	t.Helper()
	who := []string{"-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.com"}
	out, err := exec.CommandContext(t.Context(), "git", append(who, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("git %q: %v\n%s", args, err, out)
	}
	return string(out)
}
