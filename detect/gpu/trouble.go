package gpu

import "fmt"

// The driver library's return codes. nvidia-smi exits with the same ones.
const (
	codeOK              = 0
	codeInvalidArgument = 2
	codeNoPermission    = 4
	codeNotFound        = 6
	codeNotLoaded       = 9
	codeNoLibrary       = 12
	codeLost            = 15
	codeResetRequired   = 16
	codeBlocked         = 17
	codeMismatch        = 18
	codeNoGPU           = 28
	codeUnknown         = 999
)

// trouble tells a return code in words. Codes are matched, never texts: those change with version
// and language. An answer always leaves the way out of naming the card.
func trouble(source string, code int) Attempt {
	const otherwise = "; or name the card: --gpu 3090"
	a := Attempt{Source: source}
	switch code {
	case codeNoLibrary:
		a.Outcome = "no NVIDIA driver library (libnvidia-ml.so.1, nvml.dll)"
		a.Help = "install the NVIDIA driver; inside a container, start it with --gpus all and have NVIDIA_DRIVER_CAPABILITIES include utility"
	case codeNotLoaded:
		a.Outcome = "the NVIDIA driver is installed but not running"
		a.Help = "restart the computer; if it stays like this, Secure Boot may be keeping the driver out, and sudo modprobe nvidia says why"
	case codeMismatch:
		a.Outcome = "the driver and its library have different versions"
		a.Help = "the driver was updated while it ran: restart the computer"
	case codeBlocked:
		a.Outcome = "the operating system keeps the card to itself"
		a.Help = "under WSL, update the Windows driver, run wsl --update, and remove NVIDIA packages that were installed inside WSL; or run wanfix on the Windows side"
	case codeNoPermission:
		a.Outcome = "no permission to use the card"
		a.Help = "let this user open /dev/nvidia*; in a container or a cluster, ask for the card when starting the job"
	case codeLost:
		a.Outcome = "the card stopped answering"
		a.Help = "restart the computer; if it happens again, look at its power cables and its slot"
	case codeResetRequired:
		a.Outcome = "the card waits for a reset"
		a.Help = "restart the computer"
	case codeNotFound, codeNoGPU:
		a.Outcome = "the driver runs but sees no card"
		a.Help = "look whether the card is seated, powered and switched on in the laptop's graphics settings"
	case codeUnknown:
		a.Outcome = "the driver failed and does not know why"
		a.Help = "restart the container if this is one, else the computer"
	default:
		a.Outcome = fmt.Sprintf("the driver answered with code %d", code)
		a.Help = "see what nvidia-smi says when run by hand"
	}
	a.Help += otherwise
	return a
}

// fail notes that the source gave no answer at all.
func (f *Found) fail(code int) {
	f.Tried = append(f.Tried, trouble(f.Source, code))
}

// failCard notes that one card gave no answer; the others keep theirs.
func (f *Found) failCard(index, code int) {
	a := trouble(f.Source, code)
	a.Outcome = fmt.Sprintf("card %d: %s", index, a.Outcome)
	f.Tried = append(f.Tried, a)
}
