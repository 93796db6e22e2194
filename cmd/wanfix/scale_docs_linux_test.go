package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// scaleBlock is a block of code in a page.
type scaleBlock struct{ heading, language, text string }

func scaleBlocks(t *testing.T, page string) (blocks []scaleBlock) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", page))
	if err != nil {
		t.Fatal(err)
	}
	heading := ""
	for _, m := range regexp.MustCompile("(?ms)^##+ ([^\n]+)$|^```([a-z]+)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		if m[1] != "" {
			heading = m[1]
			continue
		}
		blocks = append(blocks, scaleBlock{heading, m[2], m[3]})
	}
	return blocks
}

// TestScaleDocs runs the commands of docs/scale.md over a folder of workflows, and counts
// what they have made.
func TestScaleDocs(t *testing.T) {
	const files = 25
	// What the commands under a heading leave behind, as patterns, and how many tuned files
	// match each, or lines of answers.
	made := map[string][]map[string]int{
		"Where results go":     {{"tuned/*/*.json": files, "cards/rtx-3090/*/*.json": files, "cards/rtx-4090/*/*.json": 0}},
		"Names from elsewhere": {{"flows/*/*.json": files}, {"flows/*/*.json": files}, {"tuned/flows/*/*.json": files}},
		"A Kubernetes Job":     {{"tuned/flows/*/*.json": files}},
		"A stream":             {nil, {"answers.ndjson": files}, {"answers-a?.ndjson": files}, {"answers-a?.ndjson": files}},
	}
	for _, block := range scaleBlocks(t, "docs/scale.md") {
		expected := made[block.heading]
		if len(expected) == 0 {
			t.Errorf("under %q stands more than this test expects:\n%s", block.heading, block.text)
			continue
		}
		want := expected[0]
		made[block.heading] = expected[1:]
		if block.language == "json" {
			if got := ask(t, strings.NewReader(block.text)); !strings.HasPrefix(got[0], `{"id":1,"workflow":{`) {
				t.Errorf("the line is answered with %s", got[0])
			}
			continue
		}
		t.Run(block.heading+" "+strconv.Itoa(len(expected)), func(t *testing.T) {
			tr := newTree(t, files)
			folder := filepath.Dir(tr.folder)
			tr.writeLines(t, folder)
			for _, script := range scriptsOf(t, block) {
				if _, err := exec.LookPath("parallel"); err != nil && strings.Contains(script.text, "parallel ") {
					t.Skip("there is no GNU parallel")
				}
				cmd := exec.CommandContext(t.Context(), "sh", "-ec", script.text)
				cmd.Dir = folder
				cmd.Env = append(cmd.Environ(), append(script.env, "GOCOVERDIR="+t.TempDir(), "HOME="+t.TempDir())...)
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("%v\n%s\n%s", err, script.text, out)
				}
			}
			for _, pattern := range slices.Sorted(maps.Keys(want)) {
				if got := tr.count(t, filepath.Join(folder, pattern)); got != want[pattern] {
					t.Errorf("%s: %d tuned, want %d", pattern, got, want[pattern])
				}
			}
		})
	}
	for heading, left := range made {
		if len(left) > 0 {
			t.Errorf("under %q stands less than this test expects", heading)
		}
	}
}

// TestReadmeBatches runs the commands that README.md shows for many workflows, one by one.
func TestReadmeBatches(t *testing.T) {
	ran := 0
	for _, block := range scaleBlocks(t, "README.md") {
		if block.heading != "Many workflows" {
			continue
		}
		tr := newTree(t, 5)
		folder := filepath.Dir(tr.folder)
		tr.writeLines(t, folder)
		write(t, folder, map[string]string{"stamp": ""})
		for command := range strings.Lines(block.text) {
			cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
			cmd.Dir = folder
			cmd.Env = append(cmd.Environ(), "GOCOVERDIR="+t.TempDir())
			out, err := cmd.CombinedOutput()
			if cmd.ProcessState.ExitCode() > exitRemains {
				t.Errorf("%v: %s%s", err, command, out)
			}
			ran++
		}
		if made, _ := filepath.Glob(filepath.Join(folder, "tuned", "*", "*", "*.json")); len(made) != 10 {
			t.Errorf("for two cards there are %d tuned files of 5", len(made))
		}
	}
	if ran == 0 {
		t.Error("README.md shows no commands for many workflows")
	}
}

// writeLines writes the tree as a stream, lines.ndjson in a folder.
func (tr *tree) writeLines(t *testing.T, folder string) {
	t.Helper()
	var workflow bytes.Buffer
	if err := json.Compact(&workflow, tr.old); err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for i := range tr.files {
		fmt.Fprintf(&lines, "{\"id\": %d, \"workflow\": %s}\n", i, workflow.Bytes())
	}
	write(t, folder, map[string]string{"lines.ndjson": lines.String()})
}

// count counts the tuned workflows in files, or lines of answers.
func (tr *tree) count(t *testing.T, pattern string) (tuned int) {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(names), err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(text, tr.new) {
			tuned++
		}
		tuned += bytes.Count(text, []byte(`,"changed":true,`))
	}
	return tuned
}

// script is what a shell is to run, and what stands in its environment.
type script struct {
	text string
	env  []string
}

// scriptsOf makes of a block what stands for it on one computer: of a Job the script of
// each of its pods, of Spark what it does with four partitions.
func scriptsOf(t *testing.T, block scaleBlock) (scripts []script) {
	t.Helper()
	switch block.language {
	case "sh":
		return []script{{text: block.text}}
	case "python":
		m := regexp.MustCompile(`\.pipe\("([^"]+)"\)`).FindStringSubmatch(block.text)
		if m == nil {
			t.Fatal("there is no pipe in it")
		}
		return []script{{text: `split -n r/4 --filter='` + m[1] + ` > "$FILE.ndjson"' lines.ndjson answers-`}}
	case "yaml":
		var job struct {
			Kind string
			Spec struct {
				CompletionMode string `yaml:"completionMode"`
				Completions    int
				Template       struct {
					Spec struct {
						Containers []struct {
							Command, Args []string
							Env           []struct{ Name, Value string }
						}
					}
				}
			}
		}
		if err := yaml.Unmarshal([]byte(block.text), &job); err != nil {
			t.Fatal(err)
		}
		if job.Kind != "Job" || job.Spec.CompletionMode != "Indexed" || len(job.Spec.Template.Spec.Containers) != 1 {
			t.Fatalf("it is no indexed Job: %+v", job)
		}
		pod := job.Spec.Template.Spec.Containers[0]
		if !slices.Equal(pod.Command, []string{"sh", "-c"}) || len(pod.Args) != 1 || len(pod.Env) != 1 || pod.Env[0].Value != strconv.Itoa(job.Spec.Completions) {
			t.Fatalf("its pods run %+v", pod)
		}
		for i := range job.Spec.Completions {
			scripts = append(scripts, script{pod.Args[0], []string{pod.Env[0].Name + "=" + pod.Env[0].Value, "JOB_COMPLETION_INDEX=" + strconv.Itoa(i)}})
		}
		return scripts
	}
	t.Fatalf("nobody knows how to run %s", block.language)
	return nil
}
