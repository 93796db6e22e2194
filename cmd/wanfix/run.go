package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/hashicorp/go-multierror"
)

// Exit codes, as --help tells them.
const (
	exitClean   = 0 // nothing is wrong, or everything certain was mended
	exitRemains = 1 // something is left to do
	exitUsage   = 2 // the command line or an input cannot be used
)

// streams are what a program of the command line reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
	args     []string // the command line, without the program
	// window says that the console was opened for this program alone, and closes
	// with it: somebody dropped a file on it.
	window bool
	// person tells whether somebody sits in front who can answer a question; nil is nobody.
	person func() bool
}

// cli is what all commands have in common.
type cli struct {
	Color string `enum:"auto,always,never" default:"auto" help:"Colour in the report: auto, always or never."`
}

// entry is a command of the command line.
type entry struct {
	name, help, tag string
	new             func() any
}

// commands are all of them. The first is what happens without one.
var commands = []entry{
	{"fix", "Tune workflows for a card. This is what happens without a command.", `default:"withargs"`, func() any { return &fixCmd{} }},
	{"check", "Tell what is wrong, change nothing.", "", func() any { return &checkCmd{} }},
	{"plan", "Tell whether videos fit on cards, and with which block swap.", "", func() any { return &planCmd{} }},
	{"explain", "Explain a rule, or find the rule for an error message.", "", func() any { return &explainCmd{} }},
	{"rules", "List the rules, and write your own.", "", func() any { return &rulesCmd{} }},
	{"gpu", "Show the card that was found, and by what.", "", func() any { return &gpuCmd{} }},
	{"init", "Write a .wanfix.json that says what the workflows of a folder are tuned for.", "", func() any { return &initCmd{} }},
	{"version", "Print the version.", "", func() any { return &versionCmd{} }},
	{"completion", "Print what teaches a shell to complete these commands.", "", func() any { return &completionCmd{} }},
	{"complete", "Answer a shell.", "hidden:\"\"", func() any { return &completeCmd{} }},
}

// grammar describes the command that the arguments ask for, and all of them to who
// asks for help: describing all takes as long as a file.
func grammar(args []string) []kong.Option {
	asked := slices.IndexFunc(commands, func(e entry) bool { return e.name == args[0] })
	var options []kong.Option
	if slices.Contains(args, "--help") || slices.Contains(args, "-h") {
		options = append(options, kong.Description(description))
	} else if asked < 0 {
		asked = 0
	}
	for i, e := range commands {
		if asked < 0 || i == asked {
			options = append(options, kong.DynamicCommand(e.name, e.help, "", e.new(), e.tag))
		}
	}
	return options
}

// looks tells how text looks where it is printed.
type looks func(out io.Writer) style

// command is what a command of the command line does; it returns the exit code.
// An error means that it could not be done at all.
type command interface {
	run(s streams, look looks) (exit int, err error)
}

const description = `Tunes ComfyUI workflows that use kijai's WanVideoWrapper for the card they will run on.

  wanfix workflow.json -o tuned.json     write a tuned copy
  wanfix workflow.json                   only tell what would change
  wanfix flows -o tuned/                 a folder, into one with the same tree
  wanfix check *.json --gpu 3090         is anything wrong on an RTX 3090?
  wanfix plan workflow.json --gpu all    does it fit, and with which block swap?
  wanfix explain "fp8e4nv not supported" what does this error mean?

wanfix fix --help shows all flags of the first two.

Exit code: 0 clean, or everything certain was mended; 1 something is left to do;
2 the command line or a file cannot be used.`

// run is the program: arguments without its name in, exit code out.
func run(args []string, s streams) int {
	var c cli
	s.args = args
	left := -1 // the exit code when parsing itself ends the program, as --help does
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parser, err := kong.New(&c, append(grammar(args),
		kong.Name("wanfix"),
		kong.Writers(s.out, s.err),
		kong.Exit(func(code int) { left = code }),
		kong.KindMapper(reflect.String, kong.MapperFunc(asWritten)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 100}),
	)...)
	if err != nil {
		panic(err) // the command line is described wrongly in this file
	}
	if s.window {
		defer waitForEnter(s)
	}
	parsed, err := parser.Parse(args)
	switch {
	case left >= 0:
		return left
	case err != nil:
		hint := "wanfix --help shows the commands"
		if strings.HasPrefix(err.Error(), "unexpected argument") {
			hint = `files stand together, and a name of several words in quotes, as in --gpu "RTX 4070 Ti"`
		}
		fmt.Fprintf(s.err, "wanfix: %s\nwanfix: hint: %s\n", plain(err.Error()), hint)
		return exitUsage
	}
	if err := refuseEmpty(parsed); err != nil {
		fmt.Fprintf(s.err, "wanfix: %v\n", err)
		return exitUsage
	}
	cmd := parsed.Selected().Target.Addr().Interface().(command)
	exit, err := cmd.run(s, func(out io.Writer) style { return newStyle(c.Color, out, os.LookupEnv) })
	if err != nil {
		for _, one := range errorsOf(err) {
			fmt.Fprintf(s.err, "wanfix: %s\n", plain(one.Error()))
		}
		return exitUsage
	}
	return exit
}

// asWritten takes a text byte for byte. kong sends it through JSON, which has no file
// names that are not UTF-8.
func asWritten(ctx *kong.DecodeContext, target reflect.Value) error {
	token, err := ctx.Scan.PopValue("string")
	if err == nil {
		target.SetString(token.String())
	}
	return err
}

// refuseEmpty refuses flags that are given nothing: a variable that is not set must not
// count as no flag at all.
func refuseEmpty(parsed *kong.Context) error {
	for _, at := range parsed.Path {
		value := at.Positional
		if at.Flag != nil {
			value = at.Flag.Value
		}
		if value == nil || value.Target.Kind() != reflect.String || value.Target.String() != "" {
			continue
		}
		return fmt.Errorf("%s is given nothing: is a variable not set?", value.ShortSummary())
	}
	return nil
}

func waitForEnter(s streams) {
	fmt.Fprint(s.err, "\npress Enter to close this window")
	_, _ = bufio.NewReader(s.in).ReadString('\n')
}

// errorsOf are the errors that an error is made of.
func errorsOf(err error) []error {
	if many, ok := err.(*multierror.Error); ok {
		return many.Errors
	}
	return []error{err}
}
