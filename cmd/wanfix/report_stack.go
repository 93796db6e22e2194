package main

import (
	"fmt"
	"strings"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// stack tells what a sampler's model is made of.
func (r *textReport) stack(b *strings.Builder, stack *rules.Stack, ask func(string) rules.Answer) {
	fmt.Fprintf(b, "  %s\n", r.style.cyan(stackTitle(stack)))
	row := func(name, text string) { fmt.Fprintf(b, "    %-9s%s\n", name, plain(text)) }
	row("model", ask("loader.file").String())
	row("weights", weightsWords(ask("weights.dtype"), ask("weights.scaled")))
	row("settings", settingsWords(stack, ask))
	if size := sizeWords(ask); size != "" {
		row("video", size)
	}
}

// stackTitle names the nodes that a model goes through.
func stackTitle(stack *rules.Stack) string {
	title := nodeName(stack.Loader)
	for _, patch := range stack.Patches {
		title += " → " + nodeName(patch)
	}
	if stack.Sampler == nil {
		return title + " (no sampler uses it)"
	}
	return title + " → " + nodeName(stack.Sampler)
}

func weightsWords(dtype, scaled rules.Answer) string {
	if !dtype.Known() {
		return "unknown: " + dtype.Why
	}
	text := dtype.String()
	if scaled.Value == true {
		text += ", scaled"
	}
	return text + " (from " + dtype.Source + ")"
}

// settingsWords tells in one line which settings reach the loader.
func settingsWords(stack *rules.Stack, ask func(string) rules.Answer) string {
	var words []string
	for _, role := range []string{"compile", "swap", "lora", "vram"} {
		supply, _ := stack.Role(role)
		text := role + ": none"
		switch linked := ask(role + ".linked"); {
		case linked.Value == true:
			text = role + ": " + supplyWords(role, supply, ask)
		case !linked.Known():
			text = role + ": unknown, " + linked.Why
		case supply.Wire.Kind == workflows.Lost:
			text = role + ": none, " + supply.Wire.Why
		case role == "lora" && len(stack.Added(role)) > 0:
			var patches []*workflows.Run
			for _, added := range stack.Added(role) {
				patches = append(patches, added.At)
			}
			text = role + ": added by " + strings.Join(nodeNumbers(patches), " ")
		case role == "vram":
			continue
		}
		words = append(words, text)
	}
	return strings.Join(words, " · ")
}

// sizeWords tells how large the video is, as far as anything is known: "832 × 480, 81 frames".
func sizeWords(ask func(string) rules.Answer) string {
	var words []string
	side := func(what string) string {
		exact, most := ask("size."+what), ask("size.max_"+what)
		if !exact.Known() && most.Known() {
			return "at most " + most.String()
		}
		return exact.String()
	}
	if w, h := side("width"), side("height"); ask("size.max_width").Known() && ask("size.max_height").Known() {
		words = append(words, w+" × "+h)
	}
	if ask("size.max_frames").Known() {
		words = append(words, side("frames")+" frames")
	}
	if source := ask("size.width").Source; strings.HasPrefix(source, "--size") && len(words) > 0 {
		words = append(words, "from "+source)
	}
	return strings.Join(words, ", ")
}

func supplyWords(role string, supply rules.Supply, ask func(string) rules.Answer) string {
	text := strings.Join(nodeNumbers(supply.Runs), " ")
	switch role {
	case "compile":
		text += " " + ask("compile.backend").String() + ", " + ask("compile.mode").String()
	case "swap":
		if blocks := ask("swap.blocks"); blocks.Known() {
			text += " " + blocks.String() + " blocks"
		} else {
			text += ", number of blocks unknown"
		}
	case "lora":
		text += map[any]string{true: " merged", false: " unmerged"}[ask("lora.merge").Value]
	}
	return text
}

func nodeNumbers(runs []*workflows.Run) []string {
	numbers := make([]string, len(runs))
	for i, run := range runs {
		numbers[i] = "#" + run.ID
	}
	return numbers
}
