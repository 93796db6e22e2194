package main

import (
	"errors"
	"fmt"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// stream answers lines of JSON, {"id": …, "workflow": {…}, "gpu": "3090"}, with one line
// each, in their order. A line that cannot be answered is answered with an error, and the
// exit code is about the stream alone: engines that run a program over many lines take
// any other for the loss of all of them.
func (j *judging) stream(s streams, options rules.Options, dry bool) (int, error) {
	if len(j.Files) > 0 {
		return exitUsage, errors.New("--ndjson reads standard input: leave the files out")
	}
	if j.Format != "text" || len(j.Reports) > 0 {
		return exitUsage, errors.New("--ndjson answers in lines of JSON: leave --format and --output-file out")
	}
	j.Files = []string{standardStream}
	p, err := j.prepare(s.in)
	if err != nil {
		return exitUsage, err
	}
	if len(p.machines.cards) > 1 {
		return exitUsage, fmt.Errorf("--gpu names %d cards, an answer is for one: each line can name its own as \"gpu\"", len(p.machines.cards))
	}
	here, err := p.machines.of(standardStream)
	if err != nil {
		return exitUsage, err
	}
	if here[0].among > 1 {
		return exitUsage, fmt.Errorf("%s names %d cards, an answer is for one: say --gpu", here[0].said.by, here[0].among)
	}
	options, by := here[0].said.over(options)
	as := &jsonReport{dry: dry}
	in := newLines(s.in)
	for answer := range inOrder(in.all(), atOnce(true), func(l line) []byte { return j.answer(l, p, options, by, as).text() }) {
		if _, err := s.out.Write(answer); err != nil {
			return exitUsage, err
		}
	}
	if in.err != nil {
		return exitUsage, fmt.Errorf("read standard input: %w", in.err)
	}
	return exitClean, nil
}

// answer tunes the workflow of a line.
func (j *judging) answer(l line, p *prepared, options rules.Options, by string, as *jsonReport) *answer {
	a := &answer{line: l, as: as, ignoredBy: by, preset: options.Preset}
	if a.err = l.err; a.err != nil {
		return a
	}
	asked, err := readLine(l)
	if a.id, a.err = asked.id, err; err != nil {
		return a
	}
	if a.place, a.err = p.machines.forLine(asked.card); a.err != nil {
		return a
	}
	a.result, a.err = rewrite.Tune([]byte(asked.workflow.Raw), a.place.Machine, a.place.rules, options)
	var unread *workflows.Error
	if errors.As(a.err, &unread) {
		a.err = l.within(asked.workflow.Index, unread)
	}
	return a
}

// asked is what a line asks for.
type asked struct {
	id       string // as JSON, "" for none
	workflow gjson.Result
	card     *namedCard // nil for the one that all lines are for
}

// readLine reads a line. What it returns has the id even with an error, if that can be read.
func readLine(l line) (asked, error) {
	var a asked
	if err := workflows.Gate(l.text); err != nil {
		return a, l.located(err)
	}
	root := gjson.ParseBytes(l.text)
	if !root.IsObject() {
		return a, l.wrong(root.Index, `want an object such as {"id": 1, "workflow": {…}}`)
	}
	a.id = root.Get("id").Raw // an error is about it too
	var err error
	root.ForEach(func(key, value gjson.Result) bool {
		switch name := key.String(); name {
		case "id":
		case "workflow":
			a.workflow = value
		case "gpu":
			if a.card, err = lineCard(value); err != nil {
				err = l.wrong(value.Index, "gpu: %v", err)
			}
		default:
			err = l.wrong(key.Index, "there is no key %q, it knows id, workflow and gpu", name)
		}
		return err == nil
	})
	if err == nil && !a.workflow.Exists() {
		err = l.wrong(root.Index, "there is no workflow in it")
	}
	return a, err
}

// lineCard is the card that a line names.
func lineCard(value gjson.Result) (*namedCard, error) {
	if value.Type != gjson.String {
		return nil, errors.New(`want a card such as "3090" or "sm_86:24GiB"`)
	}
	card, err := gpu.Parse(value.Str)
	return &namedCard{&card, "gpu " + value.Str + " of the line", true}, err
}
