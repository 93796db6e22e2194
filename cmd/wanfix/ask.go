package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/wanfix/wanfix/detect/gpu"
)

// askCard asks which of several different cards a file is for. Where nobody sits in
// front who could answer, the error tells the flags that do.
func (s streams) askCard(found gpu.Found) (gpu.GPU, error) {
	flags := make([]string, len(found.GPUs))
	for i, card := range found.GPUs {
		flags[i] = found.Flag(i) + " (" + cardWords(card)[0] + ")"
	}
	if !s.window && (s.person == nil || !s.person()) {
		return gpu.GPU{}, fmt.Errorf("this computer has different cards, and what is written depends on the card: say %s", strings.Join(flags, " or "))
	}
	fmt.Fprintln(s.err, "this computer has different cards, and what is written depends on the card:")
	for i, card := range found.GPUs {
		fmt.Fprintf(s.err, "  %d  %s\n", i+1, strings.Join(cardWords(card), " · "))
	}
	fmt.Fprint(s.err, "which one will the workflow run on? ")
	line, err := bufio.NewReader(s.in).ReadString('\n')
	var number int
	if _, unread := fmt.Sscanf(line, "%d", &number); unread != nil || number < 1 || number > len(found.GPUs) {
		if line == "" && err != nil {
			return gpu.GPU{}, fmt.Errorf("nobody answers which card it is: say %s", strings.Join(flags, " or "))
		}
		return gpu.GPU{}, fmt.Errorf("want a number from 1 to %d, found %q", len(found.GPUs), strings.TrimSpace(line))
	}
	return found.GPUs[number-1], nil
}

// decide asks which of different cards is meant, once for all files.
func (f *finder) decide() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.asked {
		return f.doubt
	}
	f.asked = true
	card, err := f.ask(f.local())
	if err != nil {
		f.doubt = &undecided{err}
		return f.doubt
	}
	f.decided = &card
	clear(f.byFolder)
	clear(f.bySource)
	return nil
}

// undecided is why nobody knows which card is meant. It holds for all files.
type undecided struct{ error }
