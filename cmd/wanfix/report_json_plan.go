package main

import (
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/rules/plan"
)

// jsonTokens is the length of the sequence that is sampled at once, as far as it is known.
type jsonTokens struct {
	Low    *int        `json:"low"`
	High   *int        `json:"high"`
	Source plan.Source `json:"source"`
}

// jsonChoice is the planner's answer about a stack on the machine's card.
type jsonChoice struct {
	jsonSettings
	Verdict plan.Verdict `json:"verdict"`
	Action  plan.Action  `json:"action"`
	Why     string       `json:"why"`
	Budget  int64        `json:"budget"`
	Short   int64        `json:"short"`
}

// addPlan tells what the planner says of a stack.
func (out *jsonStack) addPlan(planner *rules.Planner, m *place) {
	tokens := planner.Tokens()
	out.Tokens.Source = tokens.Source
	if tokens.Source != plan.NotKnown {
		out.Tokens.Low, out.Tokens.High = &tokens.Low, &tokens.High
	}
	p := planner.For(m.GPU)
	if out.NotPlanned = p.Why; p.Why == "" {
		out.Plan = &jsonChoice{settingsJSON(p), p.Overall(), p.Action, p.Choice.Why, p.Budget.Bytes, p.Short}
	}
}
