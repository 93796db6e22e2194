package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
)

// judging are the flags of every command that asks the rules about files.
type judging struct {
	GPU   string `name:"gpu" xor:"card" placeholder:"CARD,…" help:"The card to tune for, or several: 3090, \"RTX 4070 Ti\", sm_86:24GiB. Without it the card of this computer."`
	Index *int   `name:"gpu-index" xor:"card" placeholder:"N" help:"The card of this computer by the driver's number."`
	UUID  string `name:"gpu-uuid" xor:"card" placeholder:"GPU-…" help:"The card of this computer by its UUID, or the beginning of it."`
	subject
	ownRules
	Select  []string `placeholder:"RULE" help:"Ask only these rules, or packs of rules."`
	Ignore  []string `placeholder:"RULE" help:"Neither tell of these rules, or packs of rules, nor change anything for them."`
	Preset  string   `placeholder:"PRESET" help:"A published tuning to start from, over which the rules have the last word: stable, which is none, or tiers."`
	Format  string   `enum:"text,json,sarif,github,markdown" default:"text" help:"Report as text, as JSON with one line a file, as SARIF 2.1.0, as annotations of GitHub Actions, or as a Markdown table."`
	Reports []string `name:"output-file" sep:"none" placeholder:"[FORMAT:]FILE" help:"Write a report to a file too, in the format of its ending (.txt, .json, .sarif, .md) or the one named. One in the format of --format is not printed as well. May be repeated."`
	NDJSON  bool     `name:"ndjson" help:"Answer lines of standard input, {\"id\": 1, \"workflow\": {…}, \"gpu\": \"3090\"}, with a line of JSON each."`
	FailOn  string   `enum:",error,warning" default:"" help:"What makes the exit code 1: error, or warning. Without it warnings do, and where files are tuned only errors that are certain and left."`
	Quiet   bool     `short:"q" xor:"loud" help:"Say nothing of files that are fine."`
	Verbose bool     `short:"v" xor:"loud" help:"Also tell what is merely worth knowing, and every fact that decided."`
}

// job is a file on its way through a command, for one card.
type job struct {
	*input
	src    source
	result *rewrite.Result
	place  *place
	// ignoredBy is the flag or file by which rules are ignored, preset the name of the preset.
	ignoredBy, preset string
	// known are the findings that a baseline knows, which are not among the result's.
	known []knownResult
	// wrote is the file that the result was written to, "" if it was not.
	wrote string
	shown string       // what is printed besides the report
	tell  func() error // prints the report
}

// each tunes the files for their machines, does what finish does with the results, and
// reports. finish is called for several files at a time.
func (j *judging) each(p *prepared, s streams, unsafe bool, r report, finish func(*job) error, exitOf func(*job) int) int {
	options := j.options(unsafe)
	sum := &totals{findings: map[string]int{}, fail: r.failed}
	work := func(src source) ([]*job, error) {
		return j.work(src, p, s.in, options, func(one *job) (err error) {
			if err = finish(one); err == nil {
				one.tell, err = r.file(one)
			}
			return err
		})
	}
	exit := each(p, s, sum, work, func(jobs []*job) (exit int, err error) {
		sum.judged(jobs)
		for _, one := range jobs {
			exit = max(exit, exitOf(one))
			if _, err := io.WriteString(s.out, one.shown); err != nil {
				return exit, err
			}
			if err := one.tell(); err != nil {
				return exit, err
			}
		}
		return exit, nil
	})
	if err := r.end(sum, p.files.many); err != nil {
		fmt.Fprintf(s.err, "wanfix: %v\n", err)
		return exitUsage
	}
	return exit
}

func (j *judging) options(unsafe bool) rules.Options {
	return rules.Options{Unsafe: unsafe, Select: j.Select, Ignore: j.Ignore, Preset: j.Preset}
}

// work reads a file, tunes it for each of its cards and finishes the results. What it
// returns beside an error is finished all the same.
func (j *judging) work(src source, p *prepared, stdin io.Reader, options rules.Options, finish func(*job) error) (done []*job, err error) {
	in, err := src.read(stdin, j.Prompt)
	if err != nil {
		return nil, err
	}
	jobs, err := tune(in, src, p, options)
	for _, one := range jobs {
		if err := finish(one); err != nil {
			return done, located(in, err)
		}
		done = append(done, one)
	}
	if err != nil {
		err = src.excuse(in, err)
	}
	return done, err
}

// tune tunes a workflow for each of its cards.
func tune(in *input, src source, p *prepared, options rules.Options) (jobs []*job, err error) {
	places, err := p.machines.of(src.name)
	for _, on := range places {
		one := &job{input: in, src: src, place: on}
		wanted, by := on.said.over(options)
		one.ignoredBy, one.preset = by, wanted.Preset
		if one.result, err = rewrite.Tune(in.text, on.Machine, on.rules, wanted); err != nil {
			break
		}
		if on.open && p.machines.ask != nil && one.hasStacks() {
			if err = p.machines.decide(); err != nil {
				break
			}
			return tune(in, src, p, options)
		}
		jobs = append(jobs, one)
	}
	return jobs, err
}

// hasStacks reports whether there is anything to judge.
func (w *job) hasStacks() bool {
	return slices.ContainsFunc(w.result.Parts, func(p rewrite.PartResult) bool { return len(p.Stacks) > 0 })
}

// prepare checks what the flags name.
func (j *judging) prepare(stdin io.Reader) (*prepared, error) {
	set, err := j.load()
	if err != nil {
		return nil, err
	}
	if isServer(j.Comfy) && (j.Index != nil || j.UUID != "") {
		return nil, errors.New("--gpu-index and --gpu-uuid choose among the cards of this computer, --comfy names another: say --gpu")
	}
	if j.Blind && (j.Index != nil || j.UUID != "") {
		return nil, errors.New("--gpu-index and --gpu-uuid choose among the cards of this computer, --no-probe leaves it alone: say --gpu")
	}
	p, err := j.subject.prepare(stdin, set, j.Own)
	if err != nil {
		return nil, err
	}
	if err := j.checkNames(p.machines); err != nil {
		return nil, err
	}
	return p, j.nameCard(p.machines)
}

// nameCard takes the cards that a flag names.
func (j *judging) nameCard(f *finder) (err error) {
	switch {
	case j.GPU != "":
		f.cards, err = cardsOf(j.GPU)
		if err == nil && j.Free != "" && len(f.cards) > 1 {
			err = fmt.Errorf("--free is about one card, --gpu names %d", len(f.cards))
		}
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
		f.cards = []namedCard{{&card, f.local().Source, false}}
	}
	return nil
}

// cardsOf reads the cards that --gpu names, with commas between them.
func cardsOf(spec string) ([]namedCard, error) {
	cards, err := gpu.ParseList(spec)
	named := make([]namedCard, len(cards))
	for i, written := range strings.Split(spec, ",") {
		if err != nil {
			return nil, err
		}
		named[i] = namedCard{&cards[i], "--gpu " + strings.TrimSpace(written), true}
	}
	return named, nil
}

// checkNames refuses rules that do not exist: a slip would silently judge nothing.
func (j *judging) checkNames(f *finder) error {
	if j.Preset != "" {
		if _, err := rules.Builtin().Preset(j.Preset); err != nil {
			return fmt.Errorf("--preset: %w", err)
		}
	}
	for _, name := range slices.Concat(j.Select, j.Ignore) {
		if err := f.known(name, j.Files); err != nil {
			return fmt.Errorf("%w; wanfix rules lists them", err)
		}
	}
	return nil
}
