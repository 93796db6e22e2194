package main

import (
	"bytes"
	"encoding/json"
	"fmt"
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

// TestScaleDocs runs what docs/scale.md shows for a cluster, and answers the line that it shows.
// Its commands are run by TestDocs.
func TestScaleDocs(t *testing.T) {
	// What is left behind under a heading: patterns of files, and how many tuned workflows they hold.
	made := map[string]map[string]int{
		"A Kubernetes Job": {"tuned/flows/*/*.json": treeFiles},
		"A stream":         {"answers-a?.ndjson": treeFiles},
	}
	for _, block := range readPage(t, "../../docs/scale.md").blocks {
		if block.info == "json" {
			if got := ask(t, strings.NewReader(block.text)); !strings.HasPrefix(got[0], `{"id":1,"workflow":{`) {
				t.Errorf("the line is answered with %s", got[0])
			}
			continue
		}
		scripts := scriptsOf(t, block)
		if len(scripts) == 0 {
			continue
		}
		want := made[block.heading]
		delete(made, block.heading)
		t.Run(block.heading, func(t *testing.T) {
			tr := newTree(t, treeFiles)
			folder := filepath.Dir(tr.folder)
			tr.writeLines(t, folder)
			for _, script := range scripts {
				cmd := exec.CommandContext(t.Context(), "sh", "-ec", script.text)
				cmd.Dir = folder
				cmd.Env = append(cmd.Environ(), append(script.env, "GOCOVERDIR="+t.TempDir(), "HOME="+t.TempDir())...)
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("%v\n%s\n%s", err, script.text, out)
				}
			}
			for pattern, tuned := range want {
				if got := tr.count(t, filepath.Join(folder, pattern)); got != tuned {
					t.Errorf("%s: %d tuned, want %d", pattern, got, tuned)
				}
			}
		})
	}
	for heading := range made {
		t.Errorf("under %q stands nothing for a cluster", heading)
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
// each of its pods, of Spark what it does with four partitions. Other blocks have none.
func scriptsOf(t *testing.T, block block) (scripts []script) {
	t.Helper()
	switch block.info {
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
	return nil
}
