package main

import (
	"encoding/json"
	"io"

	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/rules/plan"
)

type jsonPlan struct {
	Schema int             `json:"schema"`
	File   string          `json:"file"`
	Taken  *jsonTaken      `json:"taken,omitempty"`
	Stacks []jsonPlanStack `json:"stacks"`
}

type jsonPlanStack struct {
	Part    string         `json:"part,omitempty"` // where the file has several
	Loader  *ref           `json:"loader"`
	Sampler *ref           `json:"sampler"`
	Model   any            `json:"model"`
	Why     string         `json:"not_planned,omitempty"`
	Cards   []jsonCardPlan `json:"cards"`
}

type jsonCardPlan struct {
	GPU     jsonGPU      `json:"gpu"`
	Card    plan.Verdict `json:"card"`    // with the best settings, and with what helps in the stages
	Verdict plan.Verdict `json:"verdict"` // with this swap, all else as the file has it
	Action  plan.Action  `json:"action"`
	Why     string       `json:"why"`
	Swap    jsonSwap     `json:"swap"`
	Low     int64        `json:"low"` // bytes, as all that follow
	Likely  int64        `json:"likely"`
	High    int64        `json:"high"`
	Budget  int64        `json:"budget"`
	Short   int64        `json:"short"`
	Copies  int64        `json:"copies"`
	Seconds float64      `json:"seconds"` // that the copies take a step
	Parts   []jsonPart   `json:"parts"`
	Fits    []jsonRemedy `json:"would_fit,omitempty"`
	Stages  []jsonStage  `json:"stages"`          // what the card has to hold before and after sampling
	Notes   []string     `json:"notes,omitempty"` // what is not in the numbers, or was concluded
}

type jsonSwap struct {
	Blocks      int  `json:"blocks"`
	VACE        int  `json:"vace_blocks"`
	Prefetch    int  `json:"prefetch"`
	NonBlocking bool `json:"non_blocking"`
}

type jsonStage struct {
	jsonPart
	At      string       `json:"at"`
	Verdict plan.Verdict `json:"verdict"`
	Remedy  string       `json:"remedy"` // what makes it take less
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

func planJSON(out io.Writer, _ style, p *planned) error {
	line := jsonPlan{Schema: schemaVersion, File: p.label, Taken: takenJSON(p.from), Stacks: []jsonPlanStack{}}
	for _, s := range p.stacks {
		one := jsonPlanStack{Part: s.part, Loader: refOf(s.stack.Loader), Sampler: refOf(s.stack.Sampler), Model: s.ask("loader.file").Value, Why: s.why(), Cards: []jsonCardPlan{}}
		for i, c := range s.plans {
			if c.Why == "" {
				one.Cards = append(one.Cards, cardPlan(p.cards[i], c))
			}
		}
		line.Stacks = append(line.Stacks, one)
	}
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, safeJSON(string(text))+"\n")
	return err
}

func cardPlan(card gpu.GPU, p rules.Plan) jsonCardPlan {
	out := jsonCardPlan{
		GPU: jsonGPU{card.Name, card.SM, card.Memory}, Card: p.Card, Verdict: p.Overall(), Action: p.Action, Why: p.Choice.Why,
		Swap: jsonSwap{p.Swap.Blocks, p.Swap.VACE, p.Swap.Prefetch, p.Swap.NonBlocking},
		Low:  p.Forecast.Low, Likely: p.Forecast.Likely, High: p.Forecast.High, Budget: p.Budget.Bytes, Short: p.Short,
		Copies: p.Cost.Bytes, Seconds: p.Cost.Seconds, Parts: []jsonPart{}, Stages: []jsonStage{}, Notes: p.Forecast.Notes,
	}
	for _, part := range p.Forecast.Parts {
		out.Parts = append(out.Parts, jsonPart{part.Name, part.Low, part.Likely, part.High, part.Basis, part.Why})
	}
	for _, remedy := range p.Remedies {
		out.Fits = append(out.Fits, jsonRemedy{p.Words(remedy), remedy.High})
	}
	for _, stage := range p.Stages {
		part := jsonPart{stage.Name, stage.Low, stage.Likely, stage.High, stage.Basis, stage.Why}
		out.Stages = append(out.Stages, jsonStage{part, stage.At, stage.Verdict(p.Budget), stage.Remedy})
	}
	return out
}
