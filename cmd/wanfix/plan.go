package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/rules/plan"
	"github.com/wanfix/wanfix/workflows"
)

// planCmd tells for one card or many whether videos fit, and with which settings. It
// changes nothing.
type planCmd struct {
	GPU string `name:"gpu" placeholder:"CARD,…|all" help:"The cards to plan for, with commas between them. Without it the card of this computer."`
	subject
	Format string `enum:"text,json,markdown" default:"text" help:"Tables as text or Markdown, or JSON with one line a file. For several files Markdown is one table, files by cards."`
	Out    string `name:"output-file" placeholder:"FILE" help:"Write it to a file instead of printing it. Links in Markdown lead from there."`
	Needs  string `name:"requirements" placeholder:"FILE.json" help:"Also write, for programs, what each file requires: compute capability, memory, disk and packages."`
}

// planned is a file with the answers for all cards.
type planned struct {
	*input
	cards  []gpu.GPU
	stacks []plannedStack
	place  *place
	needs  *jsonRequirements // nil where nobody asks for them
}

// plannedStack is one sampler's model path, with an answer for every card.
type plannedStack struct {
	part  string // its name where the file has several, else ""
	stack *rules.Stack
	ask   func(string) rules.Answer
	plans []rules.Plan
}

func (c *planCmd) run(s streams, look looks) (int, error) {
	cards, err := c.cards()
	if err != nil {
		return exitUsage, err
	}
	if c.Free != "" && len(cards) > 1 {
		return exitUsage, fmt.Errorf("--free is about one card, --gpu names %d", len(cards))
	}
	p, err := c.prepare(s.in, rules.Builtin(), nil)
	if err != nil {
		return exitUsage, err
	}
	if len(cards) > 0 { // whichever it is, nothing of this computer counts then
		p.machines.cards = []namedCard{{&cards[0], "--gpu " + c.GPU, true}}
	}
	report, end, err := c.report(s, look, p.files.many)
	if err != nil {
		return exitUsage, err
	}
	sum := &totals{}
	exit := each(p, s, sum, func(src source) ([]*planned, error) {
		return c.plan(src, s.in, p, cards)
	}, func(files []*planned) (exit int, err error) {
		for _, file := range files {
			if err := report(file); err != nil {
				return exit, err
			}
			if file.misfits() {
				exit = exitRemains
			}
		}
		return exit, nil
	})
	return exit, end(sum)
}

// report is what tells of a file, and what tells of all of them at the end.
func (c *planCmd) report(s streams, look looks, many bool) (file func(*planned) error, end func(*totals) error, err error) {
	to, done := s.out, func() error { return nil }
	if c.Out != "" {
		f, err := os.Create(c.Out)
		if err != nil {
			return nil, nil, fmt.Errorf("--output-file: %w", err)
		}
		buffer := bufio.NewWriter(f)
		to, done = buffer, func() error { return errors.Join(buffer.Flush(), f.Close()) }
	}
	table, needs := newMatrix(c.Size), sidecar{path: c.Needs}
	file = func(p *planned) error {
		if err := needs.add(p); err != nil {
			return err
		}
		switch {
		case c.Format == "json":
			return planJSON(to, p)
		case c.Format == "markdown" && !many:
			return planMarkdown(to, p)
		case many:
			table.add(p)
		}
		if c.Format == "text" {
			return planText(to, look(to), p)
		}
		return nil
	}
	end = func(sum *totals) (err error) {
		switch {
		case !many || c.Format == "json":
		case c.Format == "markdown":
			err = table.markdown(to, filepath.Dir(c.Out))
		default:
			err = errors.Join(table.text(to, look(to)), sum.print(to, ""))
		}
		if c.Needs != "" {
			err = errors.Join(err, needs.write())
		}
		return errors.Join(err, done())
	}
	return file, end, nil
}

// cards are those that --gpu names; none is the card of this computer.
func (c *planCmd) cards() ([]gpu.GPU, error) {
	switch {
	case c.GPU == "":
		return nil, nil
	case strings.EqualFold(c.GPU, "all"):
		return gpu.All(), nil
	}
	return gpu.ParseList(c.GPU)
}

// plan plans for a file.
func (c *planCmd) plan(src source, stdin io.Reader, ready *prepared, cards []gpu.GPU) ([]*planned, error) {
	in, err := src.read(stdin, c.Prompt)
	if err != nil {
		return nil, err
	}
	places, err := ready.machines.of(src.name)
	if err != nil {
		return nil, located(in, err)
	}
	p := &planned{input: in, cards: cards, place: places[0]}
	if len(cards) == 0 && len(places) > 1 { // a .wanfix.json names them
		if c.Free != "" {
			return nil, located(in, fmt.Errorf("--free is about one card, %s names %d", p.place.said.by, len(places)))
		}
		for _, on := range places {
			p.cards = append(p.cards, *on.GPU)
		}
	}
	file, err := workflows.Parse(p.text, rules.NodesOf(p.place.Machine))
	if err != nil {
		return nil, src.excuse(in, err)
	}
	if len(p.cards) == 0 && p.place.GPU != nil {
		p.cards = []gpu.GPU{*p.place.GPU}
	}
	for _, part := range file.Parts {
		for _, stack := range rules.Look(part).Stacks {
			planner := ready.rules.Planner(stack, p.place.Machine)
			one := plannedStack{stack: stack, ask: ready.rules.Asker(stack, p.place.Machine)}
			if len(file.Parts) > 1 {
				one.part = part.Name()
			}
			for i := range p.cards {
				one.plans = append(one.plans, planner.For(&p.cards[i]))
			}
			p.stacks = append(p.stacks, one)
		}
	}
	if c.Needs != "" {
		p.needs = newRequiring(in, file, p.place, ready.rules).json()
	}
	return []*planned{p}, nil
}

// misfits reports whether there is a video that fits on none of the cards.
func (p *planned) misfits() bool {
	for _, stack := range p.stacks {
		none := len(stack.plans) > 0
		for _, one := range stack.plans {
			none = none && one.Why == "" && one.Card == plan.DoesNotFit
		}
		if none {
			return true
		}
	}
	return false
}
