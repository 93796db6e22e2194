package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/detect/comfy"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/detect/software"
	"github.com/wanfix/wanfix/rules"
)

// gpuCmd shows the cards of this computer, and how they were found.
type gpuCmd struct {
	Card  string `arg:"" optional:"" help:"Show what is known of this card instead, such as 3090."`
	GPU   string `name:"gpu" placeholder:"CARD" help:"The same, as other commands have it."`
	Comfy string `placeholder:"DIR|URL" help:"The ComfyUI folder whose software is shown too, or the running ComfyUI to show. Without it the folder around here."`
}

func (c *gpuCmd) run(s streams, look looks) (exit int, err error) {
	name := cmp.Or(c.Card, c.GPU)
	switch server := isServer(c.Comfy); {
	case server && name != "":
		return exitUsage, errors.New("the address shows the server's card: leave the other one out")
	case server:
		return showServer(s, c.Comfy)
	}
	var install *comfy.Install
	if c.Comfy != "" {
		if install, err = comfy.Open(c.Comfy); err != nil {
			return exitUsage, err
		}
	}
	if name != "" {
		card, err := gpu.Parse(name)
		if err != nil {
			return exitUsage, err
		}
		printCard(s, card)
	} else {
		if install == nil {
			install, _ = comfy.Find(".")
		}
		exit = showCards(s, look, install)
		printConfig(s)
	}
	if install != nil {
		printSoftware(s, software.Read(install))
		for _, note := range install.Notes {
			fmt.Fprintln(s.out, plain(note))
		}
	}
	return exit, nil
}

// printConfig tells where the folder at hand is tuned for a card whatever is found.
func printConfig(s streams) {
	config, err := findConfig(".", newRuleSets(rules.Builtin(), nil))
	switch {
	case err != nil:
		fmt.Fprintln(s.out, plain(err.Error()))
	case config != nil && len(config.cards) > 0:
		var names []string
		for _, card := range config.cards {
			names = append(names, cardWords(*card.GPU)[0])
		}
		fmt.Fprintf(s.out, "workflows here are tuned for %s all the same, and nothing of this computer counts: %s says so\n", strings.Join(names, ", "), plain(config.by))
	}
}

// showServer shows what a running ComfyUI says of itself.
func showServer(s streams, address string) (int, error) {
	server, err := askServer(address)
	if err != nil {
		return exitUsage, err
	}
	exit := exitClean
	if server.GPU != nil {
		printCard(s, *server.GPU)
	} else {
		exit = exitRemains
	}
	for _, note := range server.notes {
		fmt.Fprintln(s.out, plain(note))
	}
	printSoftware(s, server.Software)
	return exit, nil
}

// printSoftware shows what is installed beside ComfyUI, and where that was read.
func printSoftware(s streams, versions software.Versions) {
	var rows [][]string
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		fact := versions[name]
		rows = append(rows, []string{name, cmp.Or(fact.Value, "unknown"), plain(cmp.Or(fact.Source, fact.Why))})
	}
	printTable(s.out, "", rows)
}

func printCard(s streams, card gpu.GPU) {
	fmt.Fprintln(s.out, strings.Join(longWords(card), " · "))
	printAbilities(s, card)
}

// printAbilities tells what a card can do, where enough of it is known.
func printAbilities(s streams, card gpu.GPU) {
	if card.SM == 0 {
		return
	}
	for _, a := range abilities {
		printFact(s, a.name, a.can(card))
	}
}

func printFact(s streams, name, text string) {
	fmt.Fprintf(s.out, "     %-27s%s\n", name, text)
}
