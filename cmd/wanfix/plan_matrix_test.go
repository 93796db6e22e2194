package main

import (
	"testing"

	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/rules/plan"
)

// TestMatrixCell puts stacks together, each with a plan for the one card.
func TestMatrixCell(t *testing.T) {
	swapping := func(card, verdict plan.Verdict, blocks, high int) rules.Plan {
		return rules.Plan{Choice: plan.Choice{Card: card, Verdict: verdict, Swap: plan.Swap{Blocks: blocks}, High: high}}
	}
	unsized := swapping(plan.Tight, plan.Tight, 0, 0)
	unsized.Forecast.Partial = true
	unsizedNo := swapping(plan.DoesNotFit, plan.DoesNotFit, 40, -1)
	unsizedNo.Forecast.Partial = true
	dead := swapping(plan.Fits, plan.Fits, 20, 0)
	dead.Written.Dead = "ComfyUI runs with highvram"
	encoding := swapping(plan.Fits, plan.Fits, 0, 0)
	encoding.Stages = []plan.Stage{plan.EncodingText("#1 T5", 10<<30)}
	encoding.Budget.Bytes = 8 << 30
	for _, tt := range []struct {
		name  string
		plans []rules.Plan
		want  string
	}{
		{"nothing swapped", []rules.Plan{swapping(plan.Fits, plan.Fits, 0, 0)}, "fits"},
		{"all alike", []rules.Plan{swapping(plan.Fits, plan.Fits, 20, 3), swapping(plan.Fits, plan.Fits, 20, 3)}, "fits, swap 20"},
		{"some more", []rules.Plan{swapping(plan.Fits, plan.Fits, 20, 3), swapping(plan.Fits, plan.Fits, 24, 3)}, "fits, swap 20–24"},
		{"to be sure", []rules.Plan{swapping(plan.Fits, plan.Tight, 20, 21)}, "fits, swap 21"},
		{"sure with other settings only", []rules.Plan{swapping(plan.Fits, plan.Tight, 20, -1)}, "tight, swap 20"},
		{"the worst counts", []rules.Plan{swapping(plan.Fits, plan.Fits, 0, 0), swapping(plan.Tight, plan.Tight, 40, -1)}, "tight, swap 0–40"},
		{"no", []rules.Plan{swapping(plan.DoesNotFit, plan.DoesNotFit, 40, -1), swapping(plan.Fits, plan.Fits, 0, 0)}, "no"},
		{"no size", []rules.Plan{unsized}, "?"},
		{"no size and too large all the same", []rules.Plan{unsizedNo}, "no"},
		{"no beats unknown", []rules.Plan{{Why: "the model's name is not known"}, unsizedNo}, "no"},
		{"unknown beats tight", []rules.Plan{swapping(plan.Tight, plan.Tight, 0, 0), {Why: "the model's name is not known"}}, "?"},
		{"swap without effect", []rules.Plan{dead}, "fits"},
		{"a remedy besides", []rules.Plan{encoding}, "fits *"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := &planned{input: &input{label: "a.json"}, cards: []gpu.GPU{{Name: "NVIDIA GeForce RTX 3060", Memory: 12 << 30}}}
			for _, one := range tt.plans {
				p.stacks = append(p.stacks, plannedStack{plans: []rules.Plan{one}})
			}
			m := newMatrix("")
			m.add(p)
			if got := m.cellsOf(m.rows[0])[0]; got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestMarkdownLink(t *testing.T) {
	for _, tt := range []struct{ label, folder, want string }{
		{"flows/a.json", ".", "[`flows/a.json`](flows/a.json)"},
		{"flows/a.json", "docs", "[`flows/a.json`](../flows/a.json)"},
		{"a (b) c.json", ".", "[`a (b) c.json`](a%20%28b%29%20c.json)"},
		{"javascript:alert(1)", ".", "[`javascript:alert(1)`](javascript%3Aalert%281%29)"},
		{"a](b)<c>|`@d\u202e.json", ".", "[`a](b)<c>\\|'@d\\u202e.json`](a%5D%28b%29%3Cc%3E%7C%60%40d%E2%80%AE.json)"},
		{standardInput, ".", "`<standard input>`"},
	} {
		t.Run(tt.label, func(t *testing.T) {
			if got := markdownLink(tt.label, tt.folder); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}
