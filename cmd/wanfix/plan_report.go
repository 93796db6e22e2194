package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/rules/plan"
)

// planHead names the columns of a plan, one row a card.
var planHead = []string{"card", "memory", "verdict", "block swap", "needs", "copies a step", "also takes"}

// planRow tells what a plan says about a card.
func planRow(card gpu.GPU, p rules.Plan) []string {
	name := plain(cardShort(card))
	if p.Why != "" {
		return []string{name, gpu.GiB(card.Memory), "unknown", "", "", "", ""}
	}
	copies := "nothing"
	if p.Cost.Bytes > 0 {
		copies = fmt.Sprintf("%s, ~%.1f s", gpu.GiB(p.Cost.Bytes), p.Cost.Seconds)
	}
	needs := between(p.Forecast.Low, p.Forecast.High)
	if p.Forecast.Older > 0 {
		needs += fmt.Sprintf(" (old code %s)", gpu.GiB(p.Forecast.Older))
	}
	switch {
	case p.Card == plan.DoesNotFit:
		needs = "at least " + gpu.GiB(p.Least)
	case p.Forecast.Partial:
		needs = "more than " + gpu.GiB(p.Forecast.Low)
	}
	return []string{name, gpu.GiB(card.Memory), string(p.Card), swapChange(p), needs, copies, besides(p)}
}

// besides tells what else it takes, before and after sampling: "VAE tiling", with "maybe"
// where it may fit without.
func besides(p rules.Plan) string {
	var words []string
	for _, stage := range p.Stages {
		switch stage.Verdict(p.Budget) {
		case plan.DoesNotFit:
			words = append(words, stage.Remedy)
		case plan.Tight:
			words = append(words, "maybe "+stage.Remedy)
		}
	}
	return strings.Join(words, ", ")
}

// swapChange tells the block swap that is wanted: "20", "0 → 16", "20 → 14, VACE 0 → 4",
// "20, 12 is enough", or "no effect".
func swapChange(p rules.Plan) string {
	if p.Written.Dead != "" {
		return "no effect"
	}
	from, to := p.Written, p.Swap
	words := []string{fromTo("", from.Blocks, to.Blocks)}
	if from.VACE != to.VACE || to.VACE != 0 {
		words = append(words, fromTo("VACE ", from.VACE, to.VACE))
	}
	if from.Prefetch != to.Prefetch {
		words = append(words, fromTo("prefetch ", from.Prefetch, to.Prefetch))
	}
	if from.NonBlocking != to.NonBlocking {
		words = append(words, map[bool]string{true: "non-blocking", false: "blocking"}[to.NonBlocking])
	}
	switch {
	case p.Forecast.Partial:
	case p.Action == plan.Advise && p.High >= 0 && p.High < to.Blocks:
		words = append(words, fmt.Sprintf("%d is enough", p.High))
	case p.Card == plan.Fits && p.Verdict == plan.Tight && p.High > to.Blocks:
		words = append(words, fmt.Sprintf("%d to be sure", p.High))
	}
	return strings.Join(words, ", ")
}

func fromTo(what string, from, to int) string {
	if from == to {
		return what + strconv.Itoa(to)
	}
	return fmt.Sprintf("%s%d → %d", what, from, to)
}

// between is two amounts in GiB: "9.1–10.8 GiB", or one where they are the same to a digit.
func between(low, high int64) string {
	from, to := gpu.GiB(low), gpu.GiB(high)
	if from == to {
		return to
	}
	return strings.TrimSuffix(from, " GiB") + "–" + to
}

func planText(out io.Writer, look style, p *planned) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", look.bold(plain(p.label)))
	for _, line := range p.taken() {
		fmt.Fprintf(&b, "  %s\n", look.dim(plain(line)))
	}
	for _, note := range p.place.told() {
		fmt.Fprintf(&b, "  %s\n", plain(note))
	}
	if len(p.stacks) == 0 {
		b.WriteString("  nothing to plan: no WanVideoWrapper loader\n")
	}
	for i, s := range p.stacks {
		if s.part != "" && (i == 0 || s.part != p.stacks[i-1].part) {
			fmt.Fprintf(&b, "  %s\n", look.bold(plain(s.part)))
		}
		fmt.Fprintf(&b, "  %s\n", look.cyan(stackTitle(s.stack)))
		fmt.Fprintf(&b, "    model  %s (%s)\n", plain(s.ask("loader.file").String()), plain(s.ask("weights.dtype").String()))
		if size := sizeWords(s.ask); size != "" {
			fmt.Fprintf(&b, "    video  %s\n", plain(size))
		}
		if why := s.why(); why != "" {
			fmt.Fprintf(&b, "    %s\n", look.yellow("not planned: "+plain(why)))
			continue
		}
		rows := [][]string{planHead}
		for i, one := range s.plans {
			rows = append(rows, planRow(p.cards[i], one))
		}
		printTable(&b, "    ", rows)
		if slices.ContainsFunc(s.plans, func(one rules.Plan) bool { return one.Forecast.Partial }) {
			fmt.Fprintf(&b, "    %s\n", look.yellow("how large the video is does not stand in the workflow, so only weights are counted: say --size 832x480x81"))
		}
		if len(s.plans) == 1 {
			fmt.Fprintf(&b, "    %s\n", look.dim(budgetWords(p, s.plans[0])))
			planDetails(&b, look, s.plans[0])
		}
		planStages(&b, s.plans)
	}
	if len(p.stacks) > 0 {
		fmt.Fprintf(&b, "  %s\n", look.dim("planned as the file stands: what wanfix would mend besides may change the numbers"))
	}
	b.WriteString("\n")
	_, err := io.WriteString(out, b.String())
	return err
}

// why says why the stack could not be planned for any card.
func (s plannedStack) why() string {
	for _, one := range s.plans {
		if one.Why == "" {
			return ""
		}
	}
	if len(s.plans) == 0 {
		return "no card is known: say --gpu"
	}
	return s.plans[0].Why
}

// planStages tells what the card has to hold before and after sampling: for one card all of it,
// for many what one of them does not have for sure.
func planStages(b *strings.Builder, plans []rules.Plan) {
	plans = slices.DeleteFunc(slices.Clone(plans), func(one rules.Plan) bool { return one.Why != "" })
	if len(plans) == 0 {
		return
	}
	for _, stage := range plans[0].Stages { // they are the same for every card
		worst := plan.Fits
		for _, one := range plans {
			worst = plan.Worse(worst, stage.Verdict(one.Budget))
		}
		words := map[plan.Verdict]string{plan.Fits: "fits", plan.Tight: "may not fit", plan.DoesNotFit: "does not fit"}[worst]
		switch {
		case worst == plan.Fits && len(plans) > 1:
			continue
		case worst != plan.Fits && len(plans) > 1:
			words += " every card"
		}
		if worst != plan.Fits {
			words += ": " + stage.Remedy + " helps"
		}
		fmt.Fprintf(b, "    %s takes %s at %s, which %s\n", stage.Name, between(stage.Low, stage.High), plain(stage.At), words)
	}
	for _, at := range plans[0].Uncounted {
		fmt.Fprintf(b, "    not counted: decoding the video at %s\n", plain(at))
	}
}

// budgetWords tells how much of the card may be used.
func budgetWords(p *planned, one rules.Plan) string {
	budget := "may use " + gpu.GiB(one.Budget.Bytes)
	if p.place.Free > 0 {
		return budget + ", as --free says"
	}
	return budget + fmt.Sprintf(": the desktop and ComfyUI keep %s", gpu.GiB(p.cards[0].Memory-one.Budget.Bytes))
}

// memoryWords tells what the models take of the computer's memory.
func memoryWords(p rules.Plan) string {
	words := "takes " + between(p.Memory.Low, p.Memory.High) + " of the computer's memory"
	if p.Models > 1 {
		words += fmt.Sprintf(", %d models together", p.Models)
	}
	switch p.OnMemory() {
	case plan.Tight:
		words += fmt.Sprintf(": it has %s, which may be too little", gpu.GiB(p.Budget.RAM))
	case plan.DoesNotFit:
		words += fmt.Sprintf(": it has %s, which is too little", gpu.GiB(p.Budget.RAM))
	}
	return words
}

// planDetails tells what a plan is made of.
func planDetails(b *strings.Builder, look style, p rules.Plan) {
	fmt.Fprintf(b, "    %s\n", look.dim(p.Choice.Why))
	fmt.Fprintf(b, "    %s\n", look.dim(memoryWords(p)))
	rows := [][]string{}
	for _, part := range p.Forecast.Parts {
		rows = append(rows, []string{part.Name, between(part.Low, part.High), string(part.Basis), plain(part.Why)})
	}
	printTable(b, "      ", rows)
	for _, remedy := range p.Remedies {
		fmt.Fprintf(b, "    would fit %s: %s (%s at most)\n", p.Swapping(), p.Words(remedy), gpu.GiB(remedy.High))
	}
	if len(p.Forecast.Unknown) > 0 {
		fmt.Fprintf(b, "    %s\n", look.dim("not known: "+plain(strings.Join(p.Forecast.Unknown, ", "))))
	}
	for _, note := range p.Forecast.Notes {
		fmt.Fprintf(b, "    %s\n", look.dim(plain(note)))
	}
}
