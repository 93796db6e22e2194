package gpu

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
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
			Outcome: "no nvidia-smi program",
			Help:    "install the NVIDIA driver, which brings it; without an NVIDIA card in this computer, name one: --gpu 3090",
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
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.WaitDelay = time.Second // a child of it may hold the pipe open
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.Exited() {
		return string(out), exit.ExitCode(), nil
	}
	return string(out), 0, err
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
				Outcome: fmt.Sprintf("cannot run: %v", err),
				Help:    "see whether nvidia-smi works when run by hand; or name the card: --gpu 3090",
			})
			return f
		}
		if code != codeInvalidArgument {
			break
		}
	}
	f.read(text)
	// A lost card makes the program end with an error after it has told about the others.
	if code == codeOK && len(f.GPUs) == 0 && len(f.Tried) == 0 {
		code = codeNoGPU
	}
	if code != codeOK {
		a := trouble(f.Source, code)
		if first, _, _ := strings.Cut(strings.TrimSpace(text), "\n"); first != "" && len(f.GPUs) == 0 {
			a.Outcome += fmt.Sprintf(" (exit %d, %.200q)", code, first)
		}
		f.Tried = append(f.Tried, a)
	}
	return f
}
