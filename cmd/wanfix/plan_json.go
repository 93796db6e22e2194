package main

import (
	"encoding/json"
	"io"

	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/rules/plan"
)

// schemaVersion is 0 as long as the format may still change.
const schemaVersion = 0

type jsonPlan struct {
	Schema int             `json:"schema"`
	File   string          `json:"file"`
	Taken  *jsonTaken      `json:"taken,omitempty"`
	Stacks []jsonPlanStack `json:"stacks"`
}

type jsonPlanStack struct {
	Part     string         `json:"part,omitempty"` // where the file has several
	Loader   *ref           `json:"loader"`
	Sampler  *ref           `json:"sampler"`
	Model    any            `json:"model"`
	Why      string         `json:"not_planned,omitempty"`
	Stages   []jsonStage    `json:"stages"`                // what the card has to hold before and after sampling
	Unsized  []string       `json:"not_counted,omitempty"` // nodes that decode the video and could not be sized
	Settings []jsonSettings `json:"settings"`              // those that the cards want, each once
	Cards    []jsonCardPlan `json:"cards"`
}

// jsonSettings are block-swap settings with what sampling needs then. Amounts are bytes everywhere.
type jsonSettings struct {
	Swap    jsonSwap   `json:"swap"`
	Low     int64      `json:"low"`
	Likely  int64      `json:"likely"`
	High    int64      `json:"high"`
	Older   int64      `json:"older,omitempty"` // at most with an older wrapper, where its age is not known
	Copies  int64      `json:"copies"`          // a step
	Memory  jsonMemory `json:"memory"`
	Parts   []jsonPart `json:"parts"`
	Unknown []string   `json:"unknown,omitempty"` // what makes the numbers wide
	Notes   []string   `json:"notes,omitempty"`   // what is not in the numbers, or was concluded
}

// jsonMemory is what all models of the workflow take of the computer's memory.
type jsonMemory struct {
	Low    int64 `json:"low"`
	High   int64 `json:"high"`
	Models int   `json:"models"`
}

type jsonCardPlan struct {
	GPU      jsonGPU        `json:"gpu"`
	Card     plan.Verdict   `json:"card"`    // with the best settings, and with what helps in the stages
	Verdict  plan.Verdict   `json:"verdict"` // with these settings, all else as the file has it, and the computer's memory where it is known
	Action   plan.Action    `json:"action"`
	Why      string         `json:"why"`
	Settings int            `json:"settings"` // their place in the stack's list, from 0
	Budget   int64          `json:"budget"`
	Short    int64          `json:"short"`
	Seconds  float64        `json:"seconds"` // that the copies take a step
	Stages   []plan.Verdict `json:"stages"`  // on each of the stack's
	Fits     []jsonRemedy   `json:"would_fit,omitempty"`
}

type jsonSwap struct {
	Blocks      int  `json:"blocks"`
	VACE        int  `json:"vace_blocks"`
	Prefetch    int  `json:"prefetch"`
	NonBlocking bool `json:"non_blocking"`
}

// jsonStage is what goes on before or after sampling.
type jsonStage struct {
	jsonPart
	At     string `json:"at"`
	Remedy string `json:"remedy"` // what makes it take less
}

type jsonPart struct {
	Name   string     `json:"name"`
	Low    int64      `json:"low"`
	Likely int64      `json:"likely"`
	High   int64      `json:"high"`
	Basis  plan.Basis `json:"basis"`
	Why    string     `json:"why"`
}

type jsonRemedy struct {
	What string `json:"what"`
	High int64  `json:"high"`
}

func planJSON(out io.Writer, p *planned) error {
	line := jsonPlan{Schema: schemaVersion, File: p.label, Taken: takenJSON(p.from), Stacks: []jsonPlanStack{}}
	for _, s := range p.stacks {
		line.Stacks = append(line.Stacks, stackPlan(p.cards, s))
	}
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, safeJSON(string(text))+"\n")
	return err
}

// stackPlan tells of each card what it wants, and of all that they want the same once.
func stackPlan(cards []gpu.GPU, s plannedStack) jsonPlanStack {
	out := jsonPlanStack{
		Part: s.part, Loader: refOf(s.stack.Loader), Sampler: refOf(s.stack.Sampler), Model: s.ask("loader.file").Value, Why: s.why(),
		Stages: []jsonStage{}, Settings: []jsonSettings{}, Cards: []jsonCardPlan{},
	}
	at := map[plan.Swap]int{}
	for i, p := range s.plans {
		if p.Why != "" {
			continue
		}
		if len(out.Cards) == 0 { // they are the same for every card
			out.Unsized = p.Uncounted
			for _, stage := range p.Stages {
				part := jsonPart{stage.Name, stage.Low, stage.Likely, stage.High, stage.Basis, stage.Why}
				out.Stages = append(out.Stages, jsonStage{part, stage.At, stage.Remedy})
			}
		}
		if _, told := at[p.Swap]; !told {
			at[p.Swap] = len(out.Settings)
			out.Settings = append(out.Settings, settingsJSON(p))
		}
		out.Cards = append(out.Cards, cardPlan(cards[i], p, at[p.Swap]))
	}
	return out
}

func settingsJSON(p rules.Plan) jsonSettings {
	f := p.Forecast
	out := jsonSettings{
		Swap: jsonSwap{p.Swap.Blocks, p.Swap.VACE, p.Swap.Prefetch, p.Swap.NonBlocking},
		Low:  f.Low, Likely: f.Likely, High: f.High, Older: f.Older, Copies: p.Cost.Bytes, Memory: jsonMemory{p.Memory.Low, p.Memory.High, p.Models}, Parts: []jsonPart{}, Unknown: f.Unknown, Notes: f.Notes,
	}
	for _, part := range f.Parts {
		out.Parts = append(out.Parts, jsonPart{part.Name, part.Low, part.Likely, part.High, part.Basis, part.Why})
	}
	return out
}

func cardPlan(card gpu.GPU, p rules.Plan, settings int) jsonCardPlan {
	out := jsonCardPlan{
		GPU: jsonGPU{card.Name, card.SM, card.Memory}, Card: p.Card, Verdict: p.Overall(), Action: p.Action, Why: p.Choice.Why,
		Settings: settings, Budget: p.Budget.Bytes, Short: p.Short, Seconds: p.Cost.Seconds, Stages: []plan.Verdict{},
	}
	for _, stage := range p.Stages {
		out.Stages = append(out.Stages, stage.Verdict(p.Budget))
	}
	for _, remedy := range p.Remedies {
		out.Fits = append(out.Fits, jsonRemedy{p.Words(remedy), remedy.High})
	}
	return out
}
