package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

// ask sends lines to the program and returns its answers.
func ask(t *testing.T, in io.Reader, args ...string) []string {
	t.Helper()
	var out, told strings.Builder
	if exit := run(append(args, "--ndjson"), streams{in: in, out: &out, err: &told}); exit != exitClean || told.Len() > 0 {
		t.Fatalf("exit %d: %s", exit, told.String())
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

const oneLine = `{"1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a-Q8_0.gguf", "quantization": "fp8_e4m3fn"}}}`

func TestStream(t *testing.T) {
	const mended = `{"1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a-Q8_0.gguf", "quantization": "disabled"}}}`
	const fine = `{ "1" : {"class_type":"WanVideoModelLoader","inputs":{"model":"\u0061.gguf", "quantization":"disabled", "x": 1.0e0}}}`
	tests := []struct{ name, line, starts string }{
		{"changed", `{"id": 7, "workflow": ` + oneLine + `}`, `{"id":7,"workflow":` + mended + `,"changed":true,`},
		{"the bytes as they came", `{"workflow":` + fine + `, "id":"a"}`, `{"id":"a","workflow":` + fine + `,"changed":false,`},
		{"an id of any kind", `{"id": {"row": [1, "\u001b"]}, "workflow": ` + fine + `}`, `{"id":{"row": [1, "\u001b"]},"workflow":{`},
		{"no id", `{"workflow": ` + fine + `}`, `{"id":null,"workflow":{`},
		{"its own card", `{"id": 1, "gpu": "4090", "workflow": ` + fine + `}`, `{"id":1,"workflow":` + fine + `,"changed":false,"machine":{"gpu":{"name":"NVIDIA GeForce RTX 4090",`},
		{"no JSON", `{"id": 1, "workflow"`, `{"id":null,"error":{"line":3,"col":21,"message":"the file ends in the middle`},
		{"no object", `[1]`, `{"id":null,"error":{"line":3,"col":1,"message":"want an object such as`},
		{"no workflow", `{"id": 1}`, `{"id":1,"error":{"line":3,"col":1,"message":"there is no workflow in it"}}`},
		{"an unknown key", `{"GPU": "3090", "workflow": {}, "id": 1}`, `{"id":1,"error":{"line":3,"col":2,"message":"there is no key \"GPU\", it knows id, workflow and gpu"}}`},
		{"an unknown card", `{"id": 1, "gpu": "RTX 9999", "workflow": {}}`, `{"id":1,"error":{"line":3,"col":18,"message":"gpu: `},
		{"a card that is no text", `{"id": 1, "gpu": 3090, "workflow": {}}`, `{"id":1,"error":{"line":3,"col":18,"message":"gpu: want a card such as`},
		{"another kind of JSON", `{"id": "ö", "workflow": {"a": 1}}`, `{"id":"ö","error":{"line":3,"col":25,"message":"not a workflow: no \"nodes\"`},
		{"a key twice in the workflow", `{"id": 1, "workflow": {"a": 1, "a": 2}}`, `{"id":null,"error":{"line":3,"col":32,"message":"the key \"a\" is written twice`},
		{"an endless subgraph", `{"id": 1, "workflow": {"nodes": [{"id": 1, "type": "S"}], "definitions": {"subgraphs": [{"id": "S", "nodes": [{"id": 2, "type": "S"}]}]}}}`, `{"id":1,"error":{"line":3,"col":`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// It stands between others, which its fault must not touch.
			around := `{"id": 0, "workflow": ` + fine + `}`
			got := ask(t, strings.NewReader(around+"\n\n"+tt.line+"\r\n"+around), "--gpu", "3090")
			if len(got) != 3 || !strings.HasPrefix(got[1], tt.starts) {
				t.Fatalf("want a line that starts with\n%s\ngot\n%s", tt.starts, strings.Join(got, "\n"))
			}
			for _, line := range got {
				if !json.Valid([]byte(line)) {
					t.Errorf("no JSON: %s", line)
				}
			}
			if got[0] != got[2] || !strings.HasPrefix(got[0], `{"id":0,"workflow":`) {
				t.Errorf("around it\n%s\n%s", got[0], got[2])
			}
		})
	}
}

// TestStreamChecks has no workflow in its answers, and counts nothing as changed.
func TestStreamChecks(t *testing.T) {
	var answer struct {
		ID       int
		Workflow json.RawMessage
		Changed  bool
		Findings []struct {
			Rule  string
			Fixes []struct{ State string }
		}
	}
	got := ask(t, strings.NewReader(`{"id": 1, "workflow": `+oneLine+`}`), "check", "--gpu", "3090")
	if err := json.Unmarshal([]byte(got[0]), &answer); err != nil {
		t.Fatal(err)
	}
	if answer.ID != 1 || answer.Workflow != nil || answer.Changed || len(answer.Findings) == 0 || answer.Findings[0].Fixes[0].State != "offered" {
		t.Errorf("got %s", got[0])
	}
}

// TestStreamAsFile tunes workflows in a stream and as files: it must be the same.
func TestStreamAsFile(t *testing.T) {
	for _, name := range []string{"wan22-high-low", "history", "set-get-one-line", "two-instances"} {
		t.Run(name, func(t *testing.T) {
			file, err := os.ReadFile("../../testdata/workflows/" + name + ".json")
			if err != nil {
				t.Fatal(err)
			}
			var text bytes.Buffer
			if err := json.Compact(&text, file); err != nil {
				t.Fatal(err)
			}
			var out, told strings.Builder
			if exit := run([]string{"-", "--gpu", "3090", "-o", "-"}, streams{in: bytes.NewReader(text.Bytes()), out: &out, err: &told}); exit == exitUsage {
				t.Fatal(told.String())
			}
			got := ask(t, strings.NewReader(fmt.Sprintf(`{"id": 1, "workflow": %s, "gpu": "3090"}`, text.String())))
			if !strings.HasPrefix(got[0], `{"id":1,"workflow":`+out.String()+`,"changed":`) {
				t.Errorf("want\n%s\ngot\n%s", out.String(), got[0])
			}
		})
	}
}

// TestStreamOrder answers many lines in their order, large ones among small ones.
func TestStreamOrder(t *testing.T) {
	var in strings.Builder
	for i := range 300 {
		workflow := oneLine
		if i%7 == 0 {
			workflow = `{"nodes": [` + strings.Repeat(`{"id": 1, "type": "Note"},`, 2000) + `{"id": 2, "type": "Note"}]}`
		}
		fmt.Fprintf(&in, "{\"id\": %d, \"workflow\": %s}\n", i, workflow)
	}
	got := ask(t, strings.NewReader(in.String()), "--gpu", "3090")
	if len(got) != 300 {
		t.Fatalf("%d answers", len(got))
	}
	for i, line := range got {
		if !strings.HasPrefix(line, fmt.Sprintf(`{"id":%d,"workflow":`, i)) {
			t.Fatalf("answer %d is %.80s", i, line)
		}
	}
}

// TestStreamTooLong sends a line that is longer than any may be.
func TestStreamTooLong(t *testing.T) {
	if testing.Short() {
		t.Skip("sends 100 MiB")
	}
	long := io.MultiReader(strings.NewReader(`{"id": 1, "workflow": `), io.LimitReader(blanks{}, 100<<20), strings.NewReader("\n"))
	got := ask(t, io.MultiReader(long, strings.NewReader(`{"id": 2, "workflow": `+oneLine+`}`)), "--gpu", "3090")
	if len(got) != 2 || got[0] != `{"id":null,"error":{"line":1,"message":"the line has too much text: at most 65 MiB are read"}}` || !strings.HasPrefix(got[1], `{"id":2,"workflow":`) {
		t.Errorf("got %.200q", got)
	}
}

type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// TestStreamBroken ends with an error of the stream itself.
func TestStreamBroken(t *testing.T) {
	in := io.MultiReader(strings.NewReader(`{"id": 1, "workflow": `+oneLine+"}\n"), failing{})
	var out, told strings.Builder
	exit := run([]string{"--ndjson", "--gpu", "3090"}, streams{in: in, out: &out, err: &told})
	if exit != exitUsage || told.String() != "wanfix: read standard input: the pipe broke\n" || strings.Count(out.String(), "\n") != 1 {
		t.Errorf("exit %d, %s\n%s", exit, told.String(), out.String())
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the pipe broke") }

func FuzzStream(f *testing.F) {
	f.Add([]byte(`{"id": 1, "workflow": `+oneLine+`, "gpu": "3090"}`), []byte("\n[]"))
	f.Add([]byte(`{"id": "\u0000", "workflow": {"nodes": []}}`), []byte("\r\n{"))
	f.Add([]byte("\xef\xbb\xbf{\"id\": [1e9], \"id\": 2}"), []byte(" \n "))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		text := bytes.Join([][]byte{first, second}, []byte("\n"))
		var out, told strings.Builder
		if exit := run([]string{"--ndjson", "--gpu", "3090"}, streams{in: bytes.NewReader(text), out: &out, err: &told}); exit != exitClean || told.Len() > 0 {
			t.Fatalf("exit %d: %s", exit, told.String())
		}
		asked := 0
		for line := range bytes.Lines(text) {
			if len(bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\xef\xbb\xbf")))) > 0 {
				asked++
			}
		}
		if answers := strings.Count(out.String(), "\n"); answers != asked {
			t.Fatalf("%d answers to %d lines", answers, asked)
		}
		for line := range strings.Lines(out.String()) {
			if !json.Valid([]byte(line)) {
				t.Errorf("no JSON: %q", line)
			}
		}
	})
}
