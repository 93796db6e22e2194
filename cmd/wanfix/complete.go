package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rules"
)

// completeCmd answers the scripts that wanfix completion prints: one candidate a line, a tab,
// and what it is. Where it has none, shells offer files.
type completeCmd struct {
	Words []string `arg:"" help:"The command line so far without the program, each word after a dot. The last one is being typed, and may be just the dot."`
}

func (c *completeCmd) run(s streams, _ looks) (int, error) {
	words := make([]string, len(c.Words))
	for i, word := range c.Words {
		words[i] = strings.TrimPrefix(word, ".")
	}
	found, err := candidates(words)
	for _, one := range found {
		fmt.Fprintf(s.out, "%s\t%s\n", plain(one.word), plain(one.help))
	}
	return exitClean, err
}

// candidate is a word that could stand there.
type candidate struct{ word, help string }

// candidates are what the last of the words could become.
func candidates(words []string) ([]candidate, error) {
	before, typed := words[:len(words)-1], words[len(words)-1]
	model, err := kong.New(&cli{}, grammar([]string{"--help"})...)
	if err != nil {
		return nil, err
	}
	here := model.Model.Node
	named := false
	for _, node := range here.Children {
		if len(before) > 0 && node.Name == before[0] {
			here, named = node, true
		}
	}
	if !named {
		here = model.Model.DefaultCmd
	}
	here, inner := within(here, before)
	var all []candidate
	switch flag := valued(here, before); {
	case flag != nil:
		all = valuesOf(flag.Value, flag.PlaceHolder)
	case strings.HasPrefix(typed, "-"):
		for _, flag := range allFlags(here) {
			all = append(all, candidate{"--" + flag.Name, firstSentence(flag.Help)})
		}
	default:
		if len(before) == 0 {
			for _, node := range model.Model.Children {
				if !node.Hidden {
					all = append(all, candidate{node.Name, firstSentence(node.Help)})
				}
			}
		}
		for _, node := range inner {
			all = append(all, candidate{node.Name, firstSentence(node.Help)})
		}
		if len(here.Positional) > 0 {
			all = append(all, valuesOf(here.Positional[0], strings.ToUpper(here.Positional[0].Name))...)
		}
	}
	return slices.DeleteFunc(all, func(c candidate) bool { return !strings.HasPrefix(c.word, typed) }), nil
}

// within returns the command that counts within one that has commands of its own, and those
// that may still be named.
func within(here *kong.Node, before []string) (deepest *kong.Node, inner []*kong.Node) {
	if len(here.Children) == 0 {
		return here, nil
	}
	if len(before) == 1 {
		return here.DefaultCmd, here.Children
	}
	for _, node := range here.Children {
		if node.Name == before[1] {
			return node, nil
		}
	}
	return here.DefaultCmd, nil
}

// valued is the flag that the next word is the value of.
func valued(here *kong.Node, before []string) *kong.Flag {
	if len(before) == 0 {
		return nil
	}
	last := before[len(before)-1]
	for _, flag := range allFlags(here) {
		if !flag.IsBool() && (last == "--"+flag.Name || flag.Short != 0 && last == "-"+string(flag.Short)) {
			return flag
		}
	}
	return nil
}

func allFlags(here *kong.Node) []*kong.Flag { return slices.Concat(here.AllFlags(true)...) }

// valuesOf are the values that a flag or argument takes, as its choices or its placeholder tell.
func valuesOf(value *kong.Value, kind string) (all []candidate) {
	if value.Enum != "" {
		for _, choice := range value.EnumSlice() {
			all = append(all, candidate{choice, ""})
		}
		return all
	}
	switch kind, _, _ := strings.Cut(kind, ","); kind { // "CARD,…" is several
	case "CARD":
		for _, card := range gpu.All() {
			all = append(all, candidate{spoken(card), card.Name})
		}
	case "PRESET":
		for _, name := range rules.Presets() {
			all = append(all, candidate{name, "a preset"})
		}
	case "RULE", "RULE-OR-ERROR":
		known, _ := rules.Builtin().Rules() // who judges with them tells what is wrong with them
		for _, r := range known {
			all = append(all, candidate{r.ID, r.Message})
		}
	}
	return all
}

// spoken is a card as people call it, with its memory where there are several.
func spoken(card gpu.GPU) string {
	for _, maker := range []string{"NVIDIA GeForce RTX ", "NVIDIA GeForce ", "NVIDIA ", ""} {
		name, cut := strings.CutPrefix(card.Name, maker)
		for _, spec := range []string{name, fmt.Sprintf("%s %dGiB", name, wholeGiB(card.Memory))} {
			if found, err := gpu.Parse(spec); cut && err == nil && found.Memory == card.Memory {
				return spec
			}
		}
	}
	return card.Name
}

// firstSentence is enough beside a candidate.
func firstSentence(help string) string {
	short, _, _ := strings.Cut(help, ". ")
	return cmp.Or(strings.TrimSuffix(short, "."), help)
}
