package main

import (
	"encoding/json"
	"strings"

	"github.com/wanfix/wanfix/rewrite"
)

// answer is what became of a line.
type answer struct {
	line
	id     string // as JSON, "" for none
	as     *jsonReport
	place  *place
	result *rewrite.Result
	err    error

	ignoredBy, preset string // as of a job
}

// jsonAnswer is an answer without the workflow, which is not for us to write again.
type jsonAnswer struct {
	Changed  bool            `json:"changed"`
	Machine  jsonMachine     `json:"machine"`
	Presets  []answerPreset  `json:"presets,omitempty"` // one a part, with --preset
	Findings []answerFinding `json:"findings"`
	Silenced []jsonSilenced  `json:"silenced,omitempty"`
	Unjudged map[string]int  `json:"unjudged"`
	Notes    []string        `json:"notes,omitempty"`
}

// answerFinding is a finding with the part it is about, where there are several.
type answerFinding struct {
	Part string `json:"part,omitempty"`
	jsonFinding
}

// answerPreset is what became of the preset in a part.
type answerPreset struct {
	Part string `json:"part,omitempty"`
	*jsonPreset
}

// text is the answer as a line. The workflow in it has the bytes that it came with,
// except where it was changed.
func (a *answer) text() []byte {
	var out strings.Builder
	id := a.id
	if id == "" {
		id = "null"
	}
	out.WriteString(`{"id":` + safeJSON(id))
	if a.err != nil {
		out.WriteString(`,"error":` + asJSON(a.located(a.err)) + "}\n")
		return []byte(out.String())
	}
	if !a.as.dry {
		out.WriteString(`,"workflow":`)
		out.Write(a.result.Out)
	}
	out.WriteString("," + strings.TrimPrefix(asJSON(a.report()), "{") + "\n")
	return []byte(out.String())
}

func asJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // it is made of what was JSON
	}
	return safeJSON(string(text))
}

func (a *answer) report() jsonAnswer {
	out := jsonAnswer{Changed: a.result.Changed && !a.as.dry, Machine: machineOf(a.place), Findings: []answerFinding{}, Unjudged: map[string]int{}}
	for i := range a.result.Parts {
		part, name := &a.result.Parts[i], ""
		if len(a.result.Parts) > 1 {
			name = part.Part.Name()
		}
		if preset := presetOf(a.preset, part); preset != nil {
			out.Presets = append(out.Presets, answerPreset{name, preset})
		}
		for _, f := range part.Findings {
			out.Findings = append(out.Findings, answerFinding{name, a.as.findingOf(part, f)})
		}
		out.Silenced = append(out.Silenced, silencedOf(a.ignoredBy, part.Silenced)...)
		for fact, gap := range part.Unjudged {
			out.Unjudged[fact] += gap.Count()
		}
		for _, note := range part.Notes() {
			out.Notes = append(out.Notes, note.String())
		}
	}
	return out
}
