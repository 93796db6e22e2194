package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/hashicorp/go-multierror"

	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// judging are the flags of every command that asks the rules about files.
type judging struct {
	Files   []string `arg:"" name:"file" help:"Workflow files or patterns; - is standard input."`
	GPU     string   `name:"gpu" xor:"card" placeholder:"CARD" help:"The card to tune for: 3090, \"RTX 4070 Ti\", sm_86:24GiB. Without it the card of this computer."`
	Index   *int     `name:"gpu-index" xor:"card" placeholder:"N" help:"The card of this computer by the driver's number."`
	UUID    string   `name:"gpu-uuid" xor:"card" placeholder:"GPU-…" help:"The card of this computer by its UUID, or the beginning of it."`
	Comfy   string   `placeholder:"DIR|URL" help:"The ComfyUI folder, whose model files say what is in them, or a running ComfyUI, which says what it runs on. Without --gpu the folder is looked for above the workflow and here."`
	Models  string   `placeholder:"DIR" help:"A folder of model files alone."`
	Nodes   string   `name:"object-info" placeholder:"FILE" help:"What the installed ComfyUI answers to /object_info, saved: which nodes it has, and what they take. A running ComfyUI is asked."`
	Assume  string   `placeholder:"FACT=VALUE,…" help:"What is installed, where wanfix cannot see it: torch=2.9.1,os=windows."`
	Prompt  bool     `help:"Of pictures and videos, take the prompt that was executed, not the workflow."`
	Size    string   `placeholder:"WxHxFRAMES" help:"How large the videos are, where workflows do not tell: 832x480x81."`
	Free    string   `placeholder:"GIB" help:"How much of the card's memory is free before ComfyUI starts. Without it, all of it less a reserve."`
	Select  []string `placeholder:"RULE" help:"Only these rules, or packs of rules."`
	Ignore  []string `placeholder:"RULE" help:"All rules but these."`
	Format  string   `enum:"text,json" default:"text" help:"Report as text, or as JSON with one line a file."`
	Quiet   bool     `short:"q" xor:"loud" help:"Say nothing of files that are fine."`
	Verbose bool     `short:"v" xor:"loud" help:"Also tell what is merely worth knowing, and every fact that decided."`
}

// job is one file on its way through a command.
type job struct {
	*input
	result *rewrite.Result
	place  *place
	rules  *rules.Set
	// wrote is the file that the result was written to, "" if it was not.
	wrote string
}

// each tunes the files one after the other and hands them to do, which returns
// what the file means for the exit code. A file that fails does not stop the
// others; what failed is told at the end.
func (j *judging) each(names []string, s streams, unsafe bool, machines *finder, do func(*job) (int, error)) int {
	exit := exitClean
	options := rules.Options{Unsafe: unsafe, Select: j.Select, Ignore: j.Ignore}
	failures := &multierror.Error{ErrorFormat: listed}
	set := j.rules()
	for _, name := range names {
		work, err := j.tune(name, s.in, machines, set, options)
		if err == nil && work.place.open && machines.ask != nil && work.hasStacks() {
			if err := machines.decide(); err != nil {
				failures, exit = multierror.Append(failures, err), exitUsage
				break // the question would only come again
			}
			err = work.tune(machines, name, options)
		}
		if err == nil {
			var one int
			one, err = do(work)
			exit = max(exit, one)
		}
		if err != nil {
			failures = multierror.Append(failures, located(work.input, err))
			exit = exitUsage
		}
	}
	if failures.Len() > 0 {
		fmt.Fprintln(s.err, failures)
	}
	return exit
}

// tune reads a file and tunes it for its machine.
func (j *judging) tune(name string, stdin io.Reader, machines *finder, set *rules.Set, options rules.Options) (*job, error) {
	in, err := readInput(name, stdin, keysOf(j.Prompt))
	work := &job{input: in, rules: set}
	if err != nil {
		return work, err
	}
	return work, work.tune(machines, name, options)
}

func (w *job) tune(machines *finder, name string, options rules.Options) (err error) {
	if w.place, err = machines.of(name); err == nil {
		w.result, err = rewrite.Tune(w.text, w.place.Machine, w.rules, options)
	}
	return err
}

// hasStacks reports whether there is anything to judge.
func (w *job) hasStacks() bool {
	return slices.ContainsFunc(w.result.Parts, func(p rewrite.PartResult) bool { return len(p.Stacks) > 0 })
}

// prepare checks what the flags name, and returns the files and who finds the machine
// for each.
func (j *judging) prepare() (names []string, machines *finder, err error) {
	if err = j.checkNames(); err != nil {
		return
	}
	if j.Size != "" {
		if _, _, _, err = parseSize(j.Size); err != nil {
			return
		}
	}
	if names, err = expand(j.Files); err != nil {
		return
	}
	machines, err = j.newFinder()
	return
}

// checkNames refuses rules that do not exist: a slip would silently judge nothing.
func (j *judging) checkNames() error {
	if len(j.Select)+len(j.Ignore) == 0 {
		return nil
	}
	all, err := rules.Builtin().Rules()
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, r := range all {
		known[r.ID], known[r.Pack] = true, true
	}
	for _, name := range append(append([]string{}, j.Select...), j.Ignore...) {
		if !known[name] {
			return fmt.Errorf("there is no rule %q; wanfix rules lists them", name)
		}
	}
	return nil
}

// located puts the file's name in front of an error, as "file:line:col: reason".
func located(in *input, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) && path.Path == in.label {
		err = path.Err
	}
	var unread *workflows.Error
	if errors.As(err, &unread) {
		return fmt.Errorf("%s:%w", in.name(), err)
	}
	return fmt.Errorf("%s: %w", in.label, err)
}

// listed prints failures one a line.
func listed(failures []error) string {
	lines := make([]string, len(failures))
	for i, err := range failures {
		lines[i] = "wanfix: " + plain(err.Error())
	}
	return strings.Join(lines, "\n")
}
