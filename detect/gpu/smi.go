package gpu

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/wanfix/wanfix/detect/internal/programs"
)

// The fields to ask for. One that the program does not know makes it refuse the whole question,
// so the younger ones are left out at the second attempt.
const (
	oldFields   = "index,name,uuid,memory.total,driver_version,pcie.link.gen.max,pcie.link.width.max"
	youngFields = ",mig.mode.current,compute_cap"
)

// fromSMI asks the nvidia-smi program, which comes with every driver.
func fromSMI(ctx context.Context) Found {
	path := findSMI(runtime.GOOS, os.Getenv, exec.LookPath)
	if path == "" {
		return Found{Source: "nvidia-smi", Tried: []Attempt{{
			Source:  "nvidia-smi",
			Outcome: "not installed: it comes with the NVIDIA driver",
			Help:    getDriver,
			absent:  true,
		}}}
	}
	return askSMI(func(args ...string) (string, int, error) { return output(ctx, path, args...) })
}

// findSMI looks first where drivers put the program and the search path may not lead: under WSL and
// in the system's folders of Windows.
func findSMI(goos string, env func(string) string, look func(string) (string, error)) string {
	places := []string{"/usr/lib/wsl/lib/nvidia-smi", "nvidia-smi"}
	if goos == "windows" {
		places = []string{
			filepath.Join(cmp.Or(env("SystemRoot"), `C:\Windows`), "System32", "nvidia-smi.exe"),
			filepath.Join(cmp.Or(env("ProgramW6432"), `C:\Program Files`), "NVIDIA Corporation", "NVSMI", "nvidia-smi.exe"),
			"nvidia-smi.exe",
		}
	}
	for _, place := range places {
		if path, err := look(place); err == nil {
			return path
		}
	}
	return ""
}

// output runs the program. It writes errors to standard output and tells them by its exit code.
func output(ctx context.Context, path string, args ...string) (text string, code int, err error) {
	out := programs.Output{Limit: longestAnswer}
	cmd := programs.Command(ctx, path, args...)
	cmd.Stdout = &out
	err = cmd.Run()
	if out.TooLong {
		return "", 0, fmt.Errorf("it wrote more than %d KiB", longestAnswer>>10)
	}
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.Exited() {
		return out.String(), exitCode(exit.ExitCode()), nil
	}
	return out.String(), 0, err
}

// longestAnswer is room for hundreds of cards.
const longestAnswer = 256 << 10

// exitCode is the return code that the program ended with. Unix keeps eight bits of it, Windows all.
func exitCode(code int) int {
	switch uint32(code) {
	case codeUnknown & 0xff:
		return codeUnknown
	case math.MaxUint32:
		return codeSMI
	}
	return code
}

// askSMI asks for all fields, then for those that old drivers know too.
func askSMI(run func(args ...string) (string, int, error)) Found {
	f := Found{Source: "nvidia-smi"}
	var text string
	var code int
	for _, fields := range []string{oldFields + youngFields, oldFields} {
		var err error
		text, code, err = run("--query-gpu="+fields, "--format=csv,nounits")
		if err != nil {
			f.Tried = append(f.Tried, Attempt{
				Source:  f.Source,
				Outcome: fmt.Sprintf("the driver's program cannot be used: %v", err),
				Help:    "see whether nvidia-smi works when run by hand",
			})
			return f
		}
		if code != codeInvalidArgument {
			break
		}
	}
	words := f.read(text)
	// A lost card makes the program end with an error after it has told about the others.
	if code == codeOK && len(f.GPUs) == 0 && len(f.Tried) == 0 {
		code = codeNoGPU
	}
	if code != codeOK {
		f.fail(code)
		switch code {
		case codeNoLibrary, codeNotLoaded, codeMismatch, codeBlocked, codeNoPermission, codeNotFound, codeNoGPU:
			// these words would only say it again
		default:
			f.quote(words)
		}
	}
	return f
}
