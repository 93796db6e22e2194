package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// jsonReport writes one line of JSON for each workflow.
type jsonReport struct {
	to  io.Writer
	dry bool
}

// reportSchema is the number of the format, which docs/json.md describes. It rises when a key
// goes or means something else.
const reportSchema = 1

type jsonFile struct {
	Schema   int            `json:"schema"`
	File     string         `json:"file"`
	Taken    *jsonTaken     `json:"taken,omitempty"`
	Part     string         `json:"part"`
	Beside   string         `json:"companion,omitempty"` // the UI workflow that is changed with the part
	Machine  jsonMachine    `json:"machine"`
	Stacks   []jsonStack    `json:"stacks"`
	Findings []jsonFinding  `json:"findings"`
	Preset   *jsonPreset    `json:"preset,omitempty"`
	Silenced []jsonSilenced `json:"silenced,omitempty"`
	Known    int            `json:"known,omitempty"`  // findings of the file that a baseline knows
	Around   []jsonFinding  `json:"around,omitempty"` // advice about what is no part of the workflow
	Changed  bool           `json:"changed"`
	Wrote    string         `json:"wrote,omitempty"`
	Others   map[string]int `json:"other_loaders,omitempty"`
	Unjudged map[string]int `json:"unjudged"`
	Notes    []string       `json:"notes,omitempty"` // what is odd about the workflow, as "line:col: words"
}

type jsonMachine struct {
	GPU      *jsonGPU          `json:"gpu"`
	OS       string            `json:"os,omitempty"`
	Software map[string]string `json:"software,omitempty"`
	Source   string            `json:"source,omitempty"`
	Notes    []string          `json:"notes,omitempty"` // what had to be chosen, or could not be read
}

type jsonGPU struct {
	Name   string `json:"name,omitempty"`
	SM     int    `json:"sm,omitempty"`
	Memory int64  `json:"memory,omitempty"` // bytes
}

// ref names a node as executed and as written.
type ref struct {
	Run   string `json:"run"`
	Home  string `json:"home"`
	Type  string `json:"type"`
	Title string `json:"title,omitempty"`
}

type jsonStack struct {
	Loader  *ref                       `json:"loader"`
	Sampler *ref                       `json:"sampler"`
	Model   any                        `json:"model"`
	Widgets map[string]json.RawMessage `json:"widgets"`
	Weights jsonWeights                `json:"weights"`
	Tokens  jsonTokens                 `json:"tokens"`
	Compile jsonSupply                 `json:"compile"`
	Swap    jsonSupply                 `json:"swap"`
	Loras   []*ref                     `json:"loras"`
	Plan    *jsonChoice                `json:"plan"`
	// NotPlanned is why there is no plan.
	NotPlanned string `json:"not_planned,omitempty"`
}

type jsonWeights struct {
	Dtype  any    `json:"dtype"`
	Scaled any    `json:"scaled"`
	Source string `json:"source,omitempty"`
}

// jsonSupply tells what fills a role: state is linked, inactive or none.
type jsonSupply struct {
	State string `json:"state"`
	Node  *ref   `json:"node"`
	Via   *ref   `json:"via,omitempty"`
}

type jsonFinding struct {
	Rule     string         `json:"rule"`
	Severity rules.Severity `json:"severity"`
	Certain  bool           `json:"certain"`
	At       *ref           `json:"at"`
	Message  string         `json:"message"`
	Why      []jsonTrace    `json:"why"`
	Unsure   []jsonTrace    `json:"unsure,omitempty"`
	Fixes    []jsonFix      `json:"fixes"`
}

type jsonTrace struct {
	Fact   string `json:"fact"`
	Found  any    `json:"found"`
	Wanted string `json:"wanted"`
	Source string `json:"source"`
}

type jsonFix struct {
	Say       string       `json:"say"`
	Safety    rules.Safety `json:"safety"`
	Changes   []jsonChange `json:"changes"`
	State     rules.State  `json:"state"`
	BlockedBy string       `json:"blocked_by,omitempty"`
}

type jsonChange struct {
	Op    workflows.Op    `json:"op"`
	At    *ref            `json:"at"`
	Field string          `json:"field,omitempty"`
	Input string          `json:"input,omitempty"`
	Via   *ref            `json:"via,omitempty"` // the node that drives the field, where it is set
	From  json.RawMessage `json:"from"`
	// Beside is From in the companion, where that holds something else.
	Beside json.RawMessage `json:"from_companion,omitempty"`
	To     json.RawMessage `json:"to"`
}

func (r *jsonReport) file(j *job) (tell func() error, err error) {
	var lines strings.Builder
	for i := range j.result.Parts {
		text, err := json.Marshal(r.line(j, &j.result.Parts[i]))
		if err != nil {
			return nil, err
		}
		lines.WriteString(safeJSON(string(text)) + "\n")
	}
	return func() error {
		_, err := io.WriteString(r.to, lines.String())
		return err
	}, nil
}

// failed tells nothing: a line is a workflow.
func (r *jsonReport) failed(failure) error { return nil }

func (r *jsonReport) end(*totals, bool) error { return nil }

// safeJSON escapes what a terminal or the log of GitHub Actions might obey. In JSON text
// such characters can only stand inside strings.
func safeJSON(text string) string {
	text = strings.ReplaceAll(text, "##[", `#\u0023[`)
	risky := func(c rune) bool { return (c < ' ' || c > '~') && !unicode.IsGraphic(c) }
	var out strings.Builder
	for at := strings.IndexFunc(text, risky); at >= 0; at = strings.IndexFunc(text, risky) {
		c, size := utf8.DecodeRuneInString(text[at:])
		out.WriteString(text[:at])
		for _, unit := range utf16.Encode([]rune{c}) {
			fmt.Fprintf(&out, `\u%04x`, unit)
		}
		text = text[at+size:]
	}
	out.WriteString(text)
	return out.String()
}
