package comfy

import (
	"fmt"
	"strings"
)

// VRAMMode is whether ComfyUI was started to keep all weights on the card.
type VRAMMode struct {
	// Mode is "highvram" or "gpu-only" after the option that asks for it, or "normal" without them.
	// "" is unknown.
	Mode string
	// Source is the script, the settings of ComfyUI Desktop, or the server's address.
	Source string
	// Why says in words why it is unknown.
	Why string
}

const normalVRAM = "normal"

// vramModes are options of which ComfyUI takes one at most.
var vramModes = map[string]string{
	"--highvram": "highvram", "--gpu-only": "gpu-only",
	"--normalvram": normalVRAM, "--lowvram": normalVRAM, "--novram": normalVRAM, "--cpu": normalVRAM,
}

// vramMode reads the mode from the options of a command line. Hidden is a word that may stand for
// more of them. The doubt is a clause about the source.
func vramMode(options []string, hidden string) (mode, doubt string) {
	for _, option := range options {
		if mode, ok := vramModes[option]; ok {
			return mode, ""
		}
	}
	for _, option := range options {
		// Python takes the beginning of an option for the option.
		if len(option) > len("--") && (strings.HasPrefix("--highvram", option) || strings.HasPrefix("--gpu-only", option)) {
			return "", fmt.Sprintf("shortens an option to %q", option)
		}
	}
	if hidden != "" {
		return "", fmt.Sprintf("leaves options open: %.100q", hidden)
	}
	return normalVRAM, ""
}

// VRAMMode returns what the launch scripts in the folders of an install and the settings of ComfyUI
// Desktop agree on, but for those that start it on the processor.
func (in *Install) VRAMMode() VRAMMode {
	first, why := in.agreed(
		func(l *launch) string { return l.vramDoubt },
		func(l *launch) string {
			if l.vram == normalVRAM {
				return "without --highvram and --gpu-only"
			}
			return "with --" + l.vram
		})
	switch {
	case why != "":
		return VRAMMode{Why: why}
	case first == nil:
		return VRAMMode{Why: "no launch script or setting tells how ComfyUI is started"}
	}
	return VRAMMode{Mode: first.vram, Source: first.source}
}

// VRAMMode reads the server's command line.
func (s *SystemStats) VRAMMode() VRAMMode {
	switch {
	case len(s.Args) == 0:
		return VRAMMode{Why: s.Source + " does not say how it was started"}
	case len(s.Args) >= maxArgs:
		return VRAMMode{Why: s.Source + " was started with more words than are read"}
	}
	var options []string
	for _, word := range s.Args {
		option, _, _ := strings.Cut(word, "=")
		if strings.HasPrefix(option, "--") {
			options = append(options, option)
		}
	}
	mode, doubt := vramMode(options, "")
	if doubt != "" {
		return VRAMMode{Why: s.Source + " " + doubt}
	}
	return VRAMMode{Mode: mode, Source: s.Source}
}
