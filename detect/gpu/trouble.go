package gpu

import (
	"fmt"
	"slices"
	"strings"
)

// The driver library's return codes. nvidia-smi exits with the same ones, see [exitCode].
const (
	codeOK              = 0
	codeInvalidArgument = 2
	codeNoPermission    = 4
	codeNotFound        = 6
	codeNoPower         = 8
	codeNotLoaded       = 9
	codeNoLibrary       = 12
	codeLost            = 15
	codeResetRequired   = 16
	codeBlocked         = 17
	codeMismatch        = 18
	codeNoGPU           = 28
	codeUnknown         = 999

	// codeSMI is nvidia-smi's own: most often it is of another version than the driver's library.
	codeSMI = 255
)

// getDriver is what to do where there is no driver at all.
const getDriver = "with an NVIDIA card, install its driver; in a container, start it with --gpus all and let NVIDIA_DRIVER_CAPABILITIES include utility; " +
	"with an AMD, Intel or Apple chip, give its memory: --gpu generic:16GiB"

// trouble tells a return code in words: what happened to card ("the card", "card 1"), and what its
// owner can do. Codes are matched, never texts: those change with version and language.
func trouble(source string, code int, card string) Attempt {
	a := Attempt{Source: source}
	switch code {
	case codeNoLibrary:
		a.Outcome = "no NVIDIA driver library (" + libraryName + ")"
		a.Help = getDriver
	case codeNotLoaded:
		a.Outcome = "the NVIDIA driver is installed but not running"
		a.Help = "restart the computer; if that does not help, install the driver again; on Linux, Secure Boot may be keeping it out, and sudo modprobe nvidia says why"
	case codeMismatch:
		a.Outcome = "the NVIDIA driver and its library have different versions"
		a.Help = "the driver was updated while it ran: restart the computer"
	case codeSMI:
		a.Outcome = "the NVIDIA driver and nvidia-smi do not fit together"
		a.Help = "most often the driver was updated while it ran: restart the computer; if that does not help, install the driver again"
	case codeBlocked:
		a.Outcome = "the operating system keeps " + card + " to itself"
		a.Help = "under WSL, update the Windows driver, run wsl --update in Windows, and remove NVIDIA drivers that were installed inside WSL; or run wanfix on the Windows side"
	case codeNoPermission:
		a.Outcome = "no permission to use " + card
		a.Help = "on Linux, let this user open /dev/nvidia*; in a container or a cluster, ask for the card when starting the job"
	case codeNoPower:
		a.Outcome = card + " gets too little power"
		a.Help = "switch the computer off and look at the card's power cables"
	case codeLost:
		a.Outcome = card + " stopped answering"
		a.Help = "restart the computer; if it happens again, look at the card's power cables and its slot"
	case codeResetRequired:
		a.Outcome = card + " waits for a reset"
		a.Help = "restart the computer"
	case codeNotFound, codeNoGPU:
		a.empty = true
		a.Outcome = "the NVIDIA driver runs but sees no card"
		a.Help = "look whether the card is seated and powered, and on a laptop whether its settings have switched it off; in a container, start it with --gpus all"
	case codeUnknown:
		a.Outcome = "the NVIDIA driver failed and does not know why"
		a.Help = "restart the container if this is one, else the computer"
	default:
		a.Outcome = fmt.Sprintf("the NVIDIA driver answered with code %d", code)
		a.Help = "see what nvidia-smi says when run by hand"
	}
	return a
}

// fail notes that the source gave no answer at all.
func (f *Found) fail(code int) {
	f.Tried = append(f.Tried, trouble(f.Source, code, "the card"))
}

// failCard notes that one card gave no answer; the others keep theirs.
func (f *Found) failCard(index, code int) {
	card := fmt.Sprintf("card %d", index)
	a := trouble(f.Source, code, card)
	if !strings.Contains(a.Outcome, card) {
		a.Outcome = card + ": " + a.Outcome
	}
	f.Tried = append(f.Tried, a)
}

// quote adds what the source itself said about the last trouble, which is worth a search.
func (f *Found) quote(words string) {
	if words != "" {
		f.Tried[len(f.Tried)-1].Outcome += fmt.Sprintf(", it says %.200q", words)
	}
}

// failSlices notes that a card is cut into MIG slices and cannot be used whole.
func (f *Found) failSlices(index int, what, help string) {
	f.Tried = append(f.Tried, Attempt{
		Source:  f.Source,
		Outcome: fmt.Sprintf("card %d is cut into MIG slices, %s", index, what),
		Help:    help,
	})
}

// lessons leaves out what is no news: that a source is not installed where another one found a card
// or failed, and help that is given again below.
func lessons(tried []Attempt, found bool) (told []Attempt) {
	present := func(a Attempt) bool { return !a.absent }
	others := found || slices.ContainsFunc(tried, present)
	for _, a := range tried {
		if others && a.absent {
			continue
		}
		if last := len(told) - 1; last >= 0 && told[last].Help == a.Help {
			told[last].Help = ""
		}
		told = append(told, a)
	}
	return told
}
