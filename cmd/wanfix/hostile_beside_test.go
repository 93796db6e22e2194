package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// TestHostileBeside reports where not the workflow is hostile but what stands beside it: flags,
// settings, servers, lists, and rules of somebody's own.
func TestHostileBeside(t *testing.T) {
	bad, raw := hostileJSON(t), strings.Join(hostile, " ")
	pair := shippedPair(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"system": {"os": "`+bad+`", "pytorch_version": "2.9.1`+bad+`", "python_version": "`+bad+`", "comfyui_version": "`+bad+`"},
			"devices": [{"name": "cuda:0 NVIDIA GeForce RTX 3090 `+bad+`", "type": "cuda", "index": 0, "vram_total": 25756696576}]}`)
	}))
	defer server.Close()
	const reported, planned, unusable = "reported", "planned", "unusable"
	rule := func(name, text string) map[string]string {
		return map[string]string{"studio/" + name + ".md": "# " + name + "\n\n```json\n" + text + "\n```\n"}
	}
	for _, tt := range []struct {
		name  string
		files map[string]string // beside workflow.json
		args  []string
		what  string // what comes of it: a report by check, also a plan, or an error
	}{
		{"a card by flag", nil, []string{"--gpu", raw}, unusable},
		{"a card by flag, of no make", nil, []string{"--gpu", raw + ":24GiB"}, unusable},
		{"a card of the settings", map[string]string{".wanfix.json": `{"gpu": "` + bad + `"}`}, nil, unusable},
		{"a key of the settings", map[string]string{".wanfix.json": `{"` + bad + `": "x"}`}, nil, unusable},
		{"a rule ignored by the settings", map[string]string{".wanfix.json": `{"gpu": "3090", "ignore": ["` + bad + `"]}`}, nil, unusable},
		{"a preset of the settings", map[string]string{".wanfix.json": `{"gpu": "3090", "preset": "` + bad + `"}`}, nil, unusable},
		{"a folder of the settings", map[string]string{".wanfix.json": `{"gpu": "3090", "comfy": "` + bad + `"}`}, nil, unusable},
		{"a pattern of the settings", map[string]string{".wanfix.json": `{"gpu": "3090", "paths": {"` + bad + `": {"gpu": "` + bad + `"}}}`}, nil, unusable},
		{"a rule ignored by flag", nil, []string{"--gpu", "3090", "--ignore", raw}, unusable},
		{"a preset by flag", nil, []string{"--gpu", "3090", "--preset", raw}, unusable},
		{"a folder by flag", nil, []string{"--gpu", "3090", "--comfy", raw}, unusable},
		{"software by flag", nil, []string{"--gpu", "3090", "--assume", "torch=" + raw}, unusable},
		{"software of another name", nil, []string{"--gpu", "3090", "--assume", raw + "=1"}, unusable},
		{"a size by flag", nil, []string{"--gpu", "3090", "--size", raw}, unusable},
		{"a running ComfyUI", nil, []string{"--comfy", server.URL}, planned},
		{"a note", map[string]string{"workflow.json": strings.Replace(pair, `"nodes": [`,
			`"nodes": [{"id": 99, "type": "Note", "mode": 0, "pos": [0, 0], "size": [1, 1], "flags": {}, "order": 0, "inputs": [], "outputs": [], "properties": {}, "widgets_values": ["wanfix: ignore `+strings.ReplaceAll(bad, `\n`, `, `)+`"]},`, 1)},
			[]string{"--gpu", "3090"}, reported},
		{"properties of a node", map[string]string{"workflow.json": strings.ReplaceAll(pair, `"properties": {`, `"properties": {"wanfix": {"ignore": ["`+bad+`"]}, `)},
			[]string{"--gpu", "3090"}, reported},
		{"a baseline", map[string]string{"known.json": `{"findings": [{"file": "` + bad + `", "rule": "` + bad + `", "node": "` + bad + `"}]}`},
			[]string{"--gpu", "3090", "--baseline", "known.json"}, reported},
		{"a baseline of this file", map[string]string{"known.json": `{"findings": [{"file": "workflow.json", "rule": "` + bad + `", "node": "` + bad + `"}]}`},
			[]string{"--gpu", "3090", "--baseline", "known.json"}, reported},
		{"what a rule says", rule("own", `{"severity": "warning", "on": "stack", "when": {"gpu.sm": 86}, "message": "`+bad+`", "fix": [{"say": "`+bad+`", "safety": "advice"}]}`),
			[]string{"--gpu", "3090", "--rules", "studio"}, reported},
		{"the name of a rule", rule("]]><b>@x\u202e", `{"severity": "warning", "on": "stack", "when": {"gpu.sm": 86}, "message": "m"}`),
			[]string{"--gpu", "3090", "--rules", "studio"}, unusable},
		{"a fact of a rule", rule("own", `{"severity": "warning", "on": "stack", "when": {"`+bad+`": 86}, "message": "m"}`),
			[]string{"--gpu", "3090", "--rules", "studio"}, unusable},
		{"what the installed nodes are called", map[string]string{"nodes.json": `{"` + bad + `": {"input": {"required": {"` + bad + `": ["INT", {"default": "` + bad + `"}]}}}}`},
			[]string{"--gpu", "3090", "--object-info", "nodes.json"}, reported},
	} {
		t.Run(tt.name, func(t *testing.T) {
			folder := t.TempDir()
			write(t, folder, map[string]string{"workflow.json": pair})
			write(t, folder, tt.files)
			t.Chdir(folder)
			commands := [][]string{{"check"}}
			if tt.what == planned {
				commands = append(commands, []string{"plan"})
			}
			for _, command := range commands {
				formats := []string{"text", "json", "sarif", "github", "markdown"}
				if command[0] == "plan" {
					formats = []string{"text", "json", "markdown"}
				}
				for _, format := range formats {
					args := slices.Concat(command, []string{"workflow.json", "--format", format}, tt.args)
					if command[0] == "check" {
						args = append(args, "-v")
					}
					var out, told strings.Builder
					exit := run(args, streams{in: strings.NewReader(""), out: &out, err: &told})
					if refused := exit == exitUsage; refused != (tt.what == unusable) {
						t.Errorf("%s: exit code %d:\n%q", format, exit, told.String())
					}
					if tt.what == unusable && told.Len() == 0 {
						t.Errorf("%s: nothing is told", format)
					}
					for _, fault := range append(obeyed(out.String(), format), obeyed(told.String(), "text")...) {
						t.Errorf("%s: %s in:\n%q\n%q", format, fault, out.String(), told.String())
					}
				}
			}
		})
	}
}

// TestHostileArguments gives what is hostile to the commands that judge no workflow, and to a stream.
func TestHostileArguments(t *testing.T) {
	raw := strings.Join(hostile, " ")
	line := `{"id": "` + hostileJSON(t) + `", "gpu": "GPU", "workflow": {"1": {"class_type": "` + hostileJSON(t) + `", "inputs": {}}}}` + "\n"
	for _, tt := range []struct {
		name  string
		args  []string
		input string
		exit  int
	}{
		{"a command", []string{raw}, "", exitUsage},
		{"a flag", []string{"check", "--" + raw}, "", exitUsage},
		{"an error to explain", []string{"explain", raw}, "", exitUsage},
		{"a card", []string{"gpu", raw}, "", exitUsage},
		{"a place to begin", []string{"init", raw}, "", exitUsage},
		{"a card to begin with", []string{"init", "--gpu", raw}, "", exitUsage},
		{"a rule to begin with", []string{"rules", "new", raw, "--rules", "studio"}, "", exitUsage},
		{"rules to test", []string{"rules", "test", raw}, "", exitUsage},
		{"a shell", []string{"completion", raw}, "", exitUsage},
		{"a stream", []string{"check", "--ndjson"}, strings.Replace(line, "GPU", "3090", 1), exitClean},
		{"a stream of cards", []string{"check", "--ndjson"}, strings.Replace(line, "GPU", hostileJSON(t), 1), exitClean},
		{"a stream of no JSON", []string{"--ndjson", "--gpu", "3090"}, strings.ReplaceAll(raw, "\n", " ") + "\n", exitClean},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			var out, told strings.Builder
			if exit := run(tt.args, streams{in: strings.NewReader(tt.input), out: &out, err: &told}); exit != tt.exit {
				t.Errorf("exit code %d, want %d", exit, tt.exit)
			}
			for _, fault := range append(obeyed(out.String(), "text"), obeyed(told.String(), "text")...) {
				t.Errorf("%s in:\n%q\n%q", fault, out.String(), told.String())
			}
			if out.Len()+told.Len() == 0 {
				t.Error("nothing is told")
			}
		})
	}
}
