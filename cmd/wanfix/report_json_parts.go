package main

import (
	"encoding/json"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

func (r *jsonReport) line(j *job, part *rewrite.PartResult) jsonFile {
	line := jsonFile{
		Schema: reportSchema, File: j.label, Taken: takenJSON(j.from), Part: part.Part.Name(), Machine: machineOf(j.place),
		Stacks: []jsonStack{}, Findings: []jsonFinding{}, Changed: j.result.Changed && !r.dry, Wrote: j.wrote,
		Others: part.Others, Unjudged: map[string]int{}, Preset: presetOf(j.preset, part),
	}
	if companion := part.Part.Companion; companion != nil {
		line.Beside = companion.Name()
	}
	for _, stack := range part.Stacks {
		one := stackOf(stack, j.place.rules.Asker(stack, j.place.Machine))
		one.addPlan(j.place.rules.Planner(stack, j.place.Machine), j.place)
		line.Stacks = append(line.Stacks, one)
	}
	for _, f := range part.Findings {
		line.Findings = append(line.Findings, r.findingOf(part, f))
	}
	for _, f := range part.Around {
		line.Around = append(line.Around, r.findingOf(part, f))
	}
	for fact, gap := range part.Unjudged {
		line.Unjudged[fact] = gap.Count()
	}
	line.Known = len(j.known)
	line.Silenced = silencedOf(j.ignoredBy, part.Silenced)
	for _, note := range part.Notes() {
		line.Notes = append(line.Notes, note.String())
	}
	return line
}

func machineOf(m *place) jsonMachine {
	out := jsonMachine{OS: m.Software["os"].Value, Software: m.Software.Values(), Source: m.Source, Notes: m.told()}
	delete(out.Software, "os")
	if m.GPU != nil {
		out.GPU = &jsonGPU{m.GPU.Name, m.GPU.SM, m.GPU.Memory}
	}
	return out
}

func refOf(run *workflows.Run) *ref {
	if run == nil {
		return nil
	}
	return &ref{run.ID, run.Home.Name(), run.Home.Class, run.Home.Title}
}

func stackOf(s *rules.Stack, ask func(string) rules.Answer) jsonStack {
	dtype := ask("weights.dtype")
	out := jsonStack{
		Loader: refOf(s.Loader), Sampler: refOf(s.Sampler), Model: ask("loader.file").Value,
		Widgets: map[string]json.RawMessage{}, Loras: []*ref{},
		Weights: jsonWeights{dtype.Value, ask("weights.scaled").Value, dtype.Source},
		Compile: supplyOf(s, "compile"), Swap: supplyOf(s, "swap"),
	}
	for _, widget := range s.Loader.Home.Signature.Fields {
		if v := s.Loader.Value(widget); v.Exists() {
			out.Widgets[widget] = json.RawMessage(v.Raw)
		}
	}
	loras, _ := s.Role("lora")
	for _, run := range loras.Runs {
		out.Loras = append(out.Loras, refOf(run))
	}
	return out
}

func supplyOf(s *rules.Stack, role string) jsonSupply {
	supply, _ := s.Role(role)
	out := jsonSupply{State: "none"}
	switch {
	case supply.Wire.Arrives():
		out.State, out.Node = "linked", refOf(supply.Wire.From)
		if supply.At != s.Loader {
			out.Via = refOf(supply.At)
		}
	case supply.Wire.Kind == workflows.Lost:
		out.State = "inactive"
	}
	return out
}

func (r *jsonReport) findingOf(part *rewrite.PartResult, f *rules.Finding) jsonFinding {
	out := jsonFinding{
		Rule: f.Rule.ID, Severity: f.Severity, Certain: f.Certain, At: refOf(f.At), Message: f.Message,
		Why: tracesOf(f.Why), Unsure: tracesOf(f.Doubt), Fixes: []jsonFix{},
	}
	for _, o := range f.Fixes {
		fix := jsonFix{o.Say, o.Safety, []jsonChange{}, o.State, o.BlockedBy}
		if r.dry && o.State == rules.Applied {
			fix.State = rules.Offered
		}
		for _, c := range o.Changes {
			fix.Changes = append(fix.Changes, changeOf(part, c))
		}
		out.Fixes = append(out.Fixes, fix)
	}
	return out
}

func changeOf(part *rewrite.PartResult, c workflows.Change) jsonChange {
	out := jsonChange{Op: c.Op, At: refOf(part.Run(c.Run)), From: json.RawMessage("null"), To: json.RawMessage("null")}
	if companion := part.Differs(c); companion != nil {
		out.Beside = changeOf(companion, c).From
	}
	if c.Op == workflows.OpGive {
		return givenOf(part, c, out)
	}
	written := part.Written(c)
	if c.Op == workflows.OpUnplug {
		out.Input = c.Name
		out.From = gjson.AppendJSONString(nil, written)
		return out
	}
	out.Field, out.Via, out.To = c.Name, refOf(part.Via(c)), json.RawMessage(c.Value)
	if written != "" {
		out.From = json.RawMessage(written)
	}
	return out
}

// jsonGiven is what supplies an input, before and after a give: the node, null where
// there is none (yet), and what it holds of the widgets that are given.
type jsonGiven struct {
	Node   *ref                       `json:"node"`
	Type   string                     `json:"type"`
	Values map[string]json.RawMessage `json:"values"`
}

func givenOf(part *rewrite.PartResult, c workflows.Change, out jsonChange) jsonChange {
	out.Input = c.Name
	supplied := part.Supplied(c)
	to := jsonGiven{refOf(supplied.After), c.Class, map[string]json.RawMessage{}}
	for widget, value := range gjson.Parse(c.Value).Map() {
		to.Values[widget] = json.RawMessage(value.Raw)
	}
	out.To = jsonOf(to)
	if run := supplied.Before; run != nil {
		from := jsonGiven{refOf(run), run.Home.Class, map[string]json.RawMessage{}}
		for widget := range to.Values {
			if v := run.Value(widget); v.Exists() {
				from.Values[widget] = json.RawMessage(v.Raw)
			}
		}
		out.From = jsonOf(from)
	}
	return out
}

func jsonOf(given jsonGiven) json.RawMessage {
	text, err := json.Marshal(given)
	if err != nil {
		panic(err) // it is made of JSON
	}
	return text
}

func tracesOf(traces []rules.Trace) []jsonTrace {
	out := []jsonTrace{}
	for _, t := range traces {
		source := t.Found.Source
		if !t.Found.Known() {
			source = t.Found.Why
		}
		out = append(out, jsonTrace{t.Fact, t.Found.Value, t.Wanted, source})
	}
	return out
}
