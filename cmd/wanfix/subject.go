package main

import (
	"errors"
	"io"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// subject are the flags of every command that looks at workflows: which ones, and what is
// known, besides the card, of where they will run.
type subject struct {
	Files  []string `arg:"" optional:"" name:"file" help:"Workflow files, folders or patterns; @LIST is a file with one name a line, - is standard input."`
	Comfy  string   `placeholder:"DIR|URL" help:"The ComfyUI folder, whose model files say what is in them, or a running ComfyUI, which says what it runs on. Without --gpu the folder is looked for above the workflow and here."`
	Models string   `placeholder:"DIR" help:"A folder of model files alone."`
	Nodes  string   `name:"object-info" placeholder:"FILE" help:"What the installed ComfyUI answers to /object_info, saved: which nodes it has, and what they take. A running ComfyUI is asked."`
	Assume string   `placeholder:"FACT=VALUE,…" help:"What is installed, where wanfix cannot see it: torch=2.9.1,os=windows."`
	Prompt bool     `help:"Of pictures and videos, take the prompt that was executed, not the workflow."`
	Size   string   `placeholder:"WxHxFRAMES" help:"How large the videos are, such as 832x480x81. It counts before what workflows tell."`
	Blind  bool     `name:"no-probe" help:"Look for nothing on this computer: neither a card nor a ComfyUI. For hooks and CI, where .wanfix.json names the card."`
	Skip   bool     `name:"skip-others" help:"Pass over JSON files that are no workflow, as in folders, where they are named too. For hooks, which name all that changed."`
	Free   string   `placeholder:"GIB" help:"How much of the card's memory is free before ComfyUI starts. Without it, all of it less a reserve."`
}

// prepared is what the flags name.
type prepared struct {
	files    *sources
	machines *finder // who finds the machine for each file
	rules    *rules.Set
}

// prepare checks what the flags name, for some rules, which are those of folders too.
func (s *subject) prepare(stdin io.Reader, set *rules.Set, own []string) (p *prepared, err error) {
	p = &prepared{rules: set}
	if s.Size != "" {
		w, h, n, err := parseSize(s.Size)
		if err != nil {
			return nil, err
		}
		p.rules = p.rules.Assume(rules.SizeFacts(w, h, n), "--size "+s.Size)
	}
	if p.files, err = sourcesOf(s.Files, stdin); err != nil {
		return nil, err
	}
	p.files.lenient = s.Skip
	p.machines, err = s.newFinder(newRuleSets(p.rules, own))
	return p, err
}

// isWorkflow reports whether there is a workflow in a file.
func (p *prepared) isWorkflow(src source) bool {
	in, err := src.read(nil, false)
	if err == nil {
		if _, err = workflows.Parse(in.text, rules.BuiltinNodes()); err != nil {
			err = src.excuse(in, err)
		}
	}
	return !errors.Is(err, errForeign)
}
