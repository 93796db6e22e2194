package main

import (
	"fmt"
	"strings"

	"github.com/wanfix/wanfix/detect/gpu"
)

// manyProcesses is how many programs are told by name; a desktop has dozens that hold a little.
const manyProcesses = 5

// useWords tells how much of a card's memory is in use, and by whom: "3.2 of 24 GiB: 2.9 GiB
// python (4711), 0.3 GiB Xorg (812)".
func useWords(card gpu.GPU, use gpu.Use) string {
	var programs []string
	for i, p := range use.Processes {
		if i == manyProcesses {
			programs = append(programs, fmt.Sprintf("and %d more", len(use.Processes)-i))
			break
		}
		programs = append(programs, processWords(p))
	}
	who := strings.Join(programs, ", ")
	if use.Used == 0 && who != "" {
		return who
	}
	text := gpu.GiB(use.Used)
	if card.Memory != 0 {
		text = strings.TrimSuffix(text, " GiB") + " of " + gpu.GiB(card.Memory)
	}
	if who != "" {
		text += ": " + who
	}
	return text
}

func processWords(p gpu.Process) string {
	text := fmt.Sprintf("process %d", p.PID)
	if p.Name != "" {
		text = fmt.Sprintf("%s (%d)", plain(p.Name), p.PID)
	}
	switch {
	case p.Memory == 0:
		return text
	case p.Memory < 100<<20:
		return fmt.Sprintf("%d MiB %s", p.Memory>>20, text)
	}
	return gpu.GiB(p.Memory) + " " + text
}
