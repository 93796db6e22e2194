package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const schemaFile = "../../docs/json.schema.json"

func reportForm(t *testing.T) *jsonschema.Schema { return formOf(t, schemaFile) }

func formOf(t *testing.T, file string) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// reportsOn runs a command line and returns the lines of its JSON report.
func reportsOn(t *testing.T, args ...string) (lines []any) {
	t.Helper()
	args = append(args, "--format", "json")
	var stdout, stderr bytes.Buffer
	run(args, streams{in: strings.NewReader(""), out: &stdout, err: &stderr, args: args})
	for line := range bytes.Lines(stdout.Bytes()) {
		one, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, one)
	}
	return lines
}

// TestSchema holds reports on all our workflows and many cards against the schema.
func TestSchema(t *testing.T) {
	schema := reportForm(t)
	files, err := filepath.Glob("../../testdata/workflows/*.json")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, flags := range [][]string{
		{"--no-probe"}, {"--gpu", "GTX 1080"}, {"--gpu", "2080 Ti"}, {"--gpu", "3060", "--size", "832x480x81"}, {"--gpu", "3090", "--unsafe"},
		{"--gpu", "sm_86:24GiB"}, {"--gpu", "4090", "--assume", "torch=2.9.1,os=windows"}, {"--gpu", "5090"}, {"--gpu", "3060", "--preset", "tiers"}, {"--gpu", "4090", "--preset", "tiers", "--unsafe"}, {"--gpu", "H100"},
	} {
		t.Run(strings.Join(flags, " "), func(t *testing.T) {
			for _, report := range reportsOn(t, slices.Concat(flags, files)...) {
				seen++
				if err := schema.Validate(report); err != nil {
					t.Errorf("%v", err)
				}
			}
		})
	}
	if seen < 5*len(files) {
		t.Errorf("%d reports on %d files", seen, len(files))
	}
}

// TestSchemaRefuses adds a key to every object of a report, one at a time, and takes away
// what must be there.
func TestSchemaRefuses(t *testing.T) {
	schema := reportForm(t)
	report := reportsOn(t, "check", "../../testdata/workflows/gguf-merged-lora-api.json", "--gpu", "3090")[0]
	tried := 0
	free := []string{"widgets", "software", "unjudged", "other_loaders", "values", "from", "to"} // whose keys are names
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch v := value.(type) {
		case []any:
			for i, one := range v {
				walk(fmt.Sprintf("%s[%d]", path, i), one)
			}
		case map[string]any:
			tried++
			v["undocumented"] = true
			if schema.Validate(report) == nil {
				t.Errorf("%s may have keys that are not documented", path)
			}
			delete(v, "undocumented")
			for _, key := range slices.Sorted(maps.Keys(v)) {
				if !slices.Contains(free, key) {
					walk(path+"."+key, v[key])
				}
			}
		}
	}
	walk("", report)
	if err := schema.Validate(report); err != nil || tried < 20 {
		t.Errorf("%d objects, then %v", tried, err)
	}
	delete(report.(map[string]any), "findings")
	if schema.Validate(report) == nil {
		t.Error("a report without findings passes")
	}
}

// TestSchemaCorpus holds reports on real workflows against the schema.
func TestSchemaCorpus(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	dir, files := corpus(t)
	schema := reportForm(t)
	for _, card := range []string{"2080 Ti", "3090"} {
		args := []string{"--gpu", card, "--unsafe"}
		for _, f := range files {
			args = append(args, filepath.Join(dir, f.File))
		}
		reports := reportsOn(t, args...)
		for _, report := range reports {
			if err := schema.Validate(report); err != nil {
				t.Errorf("%v: %v", report.(map[string]any)["file"], err)
			}
		}
		if len(reports) < len(files)/2 {
			t.Errorf("%d reports on %d files", len(reports), len(files))
		}
	}
}

// TestSchemaInDocs compares the keys that pages tell of with the schemas.
func TestSchemaInDocs(t *testing.T) {
	for page, file := range map[string]string{"../../docs/json.md": schemaFile, "../../docs/json-plan.md": requirementsFile} {
		t.Run(filepath.Base(page), func(t *testing.T) { keysInDocs(t, page, file) })
	}
}

func keysInDocs(t *testing.T, page, file string) {
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		described
		Defs map[string]described `json:"$defs"`
	}
	if err := json.Unmarshal(raw, &schema); err != nil {
		t.Fatal(err)
	}
	want := "| key | what it is |\n| --- | --- |\n" + schema.rows(t, "")
	for _, name := range slices.Sorted(maps.Keys(schema.Defs)) {
		def := schema.Defs[name]
		want += fmt.Sprintf("\nA *%s* is %s:\n\n| key | what it is |\n| --- | --- |\n%s", name, def.Description, def.rows(t, ""))
	}
	inPage(t, page, "keys", want)
}

// described is a schema, as far as people are told of it.
type described struct {
	Description string
	Ref         string `json:"$ref"`
	Properties  map[string]described
	Required    []string
	Items       *described
	AnyOf       []described
}

// rows tells of the keys of an object, and of the objects in it.
func (d described) rows(t *testing.T, path string) string {
	var rows strings.Builder
	for _, key := range slices.Sorted(maps.Keys(d.Properties)) {
		p := d.Properties[key]
		if p.Description == "" {
			t.Errorf("%s%s has no description", path, key)
		}
		at, inner := path+key, p
		if p.Items != nil {
			at, inner = at+"[]", *p.Items
		}
		if len(inner.AnyOf) > 0 {
			inner = inner.AnyOf[0]
		}
		fmt.Fprintf(&rows, "| `%s` | %s", at, p.Description)
		if name := inner.Ref[strings.LastIndexByte(inner.Ref, '/')+1:]; name != "" {
			fmt.Fprintf(&rows, ": a *%s*", name)
		}
		if !slices.Contains(d.Required, key) {
			rows.WriteString("; may be missing")
		}
		rows.WriteString(" |\n" + inner.rows(t, at+"."))
	}
	return rows.String()
}
