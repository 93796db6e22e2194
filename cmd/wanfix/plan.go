package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/hashicorp/go-multierror"

	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/rules/plan"
	"github.com/wanfix/wanfix/workflows"
	"github.com/wanfix/wanfix/workflows/carrier"
)

// planCmd tells for one card or many whether videos fit, and with which settings. It
// changes nothing.
type planCmd struct {
	Files  []string `arg:"" name:"file" help:"Workflow files or patterns; - is standard input."`
	GPU    string   `name:"gpu" placeholder:"CARD,…|all" help:"The cards to plan for, with commas between them. Without it the card of this computer."`
	Prompt bool     `help:"Of pictures and videos, take the prompt that was executed, not the workflow."`
	Size   string   `placeholder:"WxHxFRAMES" help:"How large the videos are, where workflows do not tell: 832x480x81."`
	Free   string   `placeholder:"GIB" help:"How much of the card's memory is free before ComfyUI starts. Without it, all of it less a reserve."`
	Comfy  string   `placeholder:"DIR|URL" help:"The ComfyUI folder, whose model files tell their size, or a running ComfyUI."`
	Models string   `placeholder:"DIR" help:"A folder of model files alone."`
	Nodes  string   `name:"object-info" placeholder:"FILE" help:"What the installed ComfyUI answers to /object_info, saved: which nodes it has, and what they take."`
	Assume string   `placeholder:"FACT=VALUE,…" help:"What is installed: wrapper=2026-02-02,os=linux."`
	Format string   `enum:"text,json,markdown" default:"text" help:"Tables as text or Markdown, or JSON with one line a file."`
}

// planned is a file with the answers for all cards.
type planned struct {
	*input
	cards  []gpu.GPU
	stacks []plannedStack
	place  *place
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
	flags := judging{Files: c.Files, Size: c.Size, Free: c.Free, Comfy: c.Comfy, Models: c.Models, Nodes: c.Nodes, Assume: c.Assume}
	if len(cards) > 0 {
		flags.GPU = "generic:1GiB" // some card or other: nothing of this computer counts then
	}
	names, machines, err := flags.prepare()
	if err != nil {
		return exitUsage, err
	}
	report := map[string]func(io.Writer, style, *planned) error{"text": planText, "markdown": planMarkdown, "json": planJSON}[c.Format]
	exit := exitClean
	set := flags.rules()
	failures := &multierror.Error{ErrorFormat: listed}
	for _, name := range names {
		p, err := planFile(name, s.in, keysOf(c.Prompt), set, machines, cards)
		if err == nil {
			err = report(s.out, look(s.out), p)
		}
		if err != nil {
			failures = multierror.Append(failures, located(p.input, err))
			exit = exitUsage
		} else if p.misfits() {
			exit = max(exit, exitRemains)
		}
	}
	if failures.Len() > 0 {
		fmt.Fprintln(s.err, failures)
	}
	return exit, nil
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

// planFile plans for a file. What it returns has the input in any case.
func planFile(name string, stdin io.Reader, keys []carrier.Key, set *rules.Set, machines *finder, cards []gpu.GPU) (*planned, error) {
	in, err := readInput(name, stdin, keys)
	p := &planned{input: in, cards: cards}
	if err != nil {
		return p, err
	}
	if p.place, err = machines.of(name); err != nil {
		return p, err
	}
	file, err := workflows.Parse(p.text, rules.NodesOf(p.place.Machine))
	if err != nil {
		return p, err
	}
	if len(p.cards) == 0 && p.place.GPU != nil {
		p.cards = []gpu.GPU{*p.place.GPU}
	}
	for _, part := range file.Parts {
		for _, stack := range rules.Look(part).Stacks {
			planner := set.Planner(stack, p.place.Machine)
			one := plannedStack{stack: stack, ask: set.Asker(stack, p.place.Machine)}
			if len(file.Parts) > 1 {
				one.part = part.Name()
			}
			for i := range p.cards {
				one.plans = append(one.plans, planner.For(&p.cards[i]))
			}
			p.stacks = append(p.stacks, one)
		}
	}
	return p, nil
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
