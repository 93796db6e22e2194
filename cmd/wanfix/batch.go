package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/hashicorp/go-multierror"

	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// judging are the flags of every command that asks the rules about files.
type judging struct {
	GPU   string `name:"gpu" xor:"card" placeholder:"CARD" help:"The card to tune for: 3090, \"RTX 4070 Ti\", sm_86:24GiB. Without it the card of this computer."`
	Index *int   `name:"gpu-index" xor:"card" placeholder:"N" help:"The card of this computer by the driver's number."`
	UUID  string `name:"gpu-uuid" xor:"card" placeholder:"GPU-…" help:"The card of this computer by its UUID, or the beginning of it."`
	subject
	Select  []string `placeholder:"RULE" help:"Only these rules, or packs of rules."`
	Ignore  []string `placeholder:"RULE" help:"All rules but these."`
	Preset  string   `placeholder:"NAME" help:"A published tuning to start from, over which the rules have the last word: stable, which is none, or tiers."`
	Format  string   `enum:"text,json,sarif,github,markdown" default:"text" help:"Report as text, as JSON with one line a file, as SARIF 2.1.0, as annotations of GitHub Actions, or as a Markdown table."`
	Reports []string `name:"output-file" sep:"none" placeholder:"[FORMAT:]FILE" help:"Write a report to a file too, in the format of its ending (.txt, .json, .sarif, .md) or the one named. One in the format of --format is not printed as well. May be repeated."`
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
func (j *judging) each(p *prepared, s streams, unsafe bool, do func(*job) (int, error)) int {
	exit := exitClean
	options := rules.Options{Unsafe: unsafe, Select: j.Select, Ignore: j.Ignore, Preset: j.Preset}
	failures := &multierror.Error{ErrorFormat: listed}
	for _, name := range p.names {
		work, err := j.tune(name, s.in, p, options)
		if err == nil && work.place.open && p.machines.ask != nil && work.hasStacks() {
			if err := p.machines.decide(); err != nil {
				failures, exit = multierror.Append(failures, err), exitUsage
				break // the question would only come again
			}
			err = work.tune(p.machines, name, options)
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
func (j *judging) tune(name string, stdin io.Reader, p *prepared, options rules.Options) (*job, error) {
	in, err := readInput(name, stdin, keysOf(j.Prompt))
	work := &job{input: in, rules: p.rules}
	if err != nil {
		return work, err
	}
	return work, work.tune(p.machines, name, options)
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

// prepare checks what the flags name.
func (j *judging) prepare() (*prepared, error) {
	if err := j.checkNames(); err != nil {
		return nil, err
	}
	if isServer(j.Comfy) && (j.Index != nil || j.UUID != "") {
		return nil, errors.New("--gpu-index and --gpu-uuid choose among the cards of this computer, --comfy names another: say --gpu")
	}
	if j.Blind && (j.Index != nil || j.UUID != "") {
		return nil, errors.New("--gpu-index and --gpu-uuid choose among the cards of this computer, --no-probe leaves it alone: say --gpu")
	}
	p, err := j.subject.prepare()
	if err != nil {
		return nil, err
	}
	return p, j.nameCard(p.machines)
}

// nameCard takes the card that a flag names.
func (j *judging) nameCard(f *finder) error {
	switch {
	case j.GPU != "":
		card, err := gpu.Parse(j.GPU)
		f.card, f.source, f.elsewhere = &card, "--gpu "+j.GPU, true
		return err
	case j.Index != nil || j.UUID != "":
		index := -1
		if j.Index != nil {
			index = *j.Index
		}
		card, err := f.local().At(index, j.UUID)
		if err != nil {
			return fmt.Errorf("--gpu-index or --gpu-uuid: %w", err)
		}
		f.card, f.source = &card, f.local().Source
	}
	return nil
}

// checkNames refuses rules that do not exist: a slip would silently judge nothing.
func (j *judging) checkNames() error {
	if len(j.Select)+len(j.Ignore)+len(j.Preset) == 0 {
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
	if j.Preset != "" {
		preset, err := rules.Builtin().Preset(j.Preset)
		if err != nil {
			return fmt.Errorf("--preset: %w", err)
		}
		pages, err := preset.Rules()
		if err != nil {
			return err
		}
		for _, page := range pages {
			known[page.ID] = true // to be ignored
		}
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
