package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// smiOfWindows is an nvidia-smi.exe with one card.
const smiOfWindows = `package main

import "fmt"

func main() {
	fmt.Print("index, name, uuid, memory.total [MiB], driver_version, pcie.link.gen.max, pcie.link.width.max, mig.mode.current, compute_cap\r\n",
		"0, NVIDIA GeForce RTX 3090, GPU-3090, 24576, 596.36, 4, 16, [N/A], 8.6\r\n")
}
`

// TestWindows builds the program for Windows and, where Wine is there, runs it.
func TestWindows(t *testing.T) {
	if testing.Short() {
		t.Skip("builds for another system")
	}
	t.Parallel()
	program := goBuild(t, "wanfix.exe", ".", "CGO_ENABLED=0", "GOOS=windows", "GOARCH=amd64")
	wine := ""
	for _, name := range []string{"wine64", "wine", "/usr/lib/wine/wine64"} {
		if path, err := exec.LookPath(name); err == nil {
			wine = path
			break
		}
	}
	if wine == "" {
		t.Skip("wanfix.exe is built; without wine it is not run")
	}
	prefix, err := os.MkdirTemp("", "wanfix-wine") // into which wine writes on after the test
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(prefix) })
	env := []string{"PATH=" + os.Getenv("PATH"), "WINEPREFIX=" + prefix, "WINEDEBUG=-all"}
	boot := exec.CommandContext(t.Context(), wine, program, "version")
	boot.Env = append(env, "HOME="+t.TempDir())
	if out, err := boot.CombinedOutput(); err != nil {
		// Go asks for a library that came with Wine 9.
		if strings.Contains(string(out), "bcryptprimitives") {
			t.Skip("wanfix.exe is built; this wine is too old to run it: it has no bcryptprimitives.dll")
		}
		t.Fatalf("%v\n%s", err, out)
	}
	t.Run("version", func(t *testing.T) {
		runAs(t, wine, env, 0, []string{"windows/amd64"}, nil, program, "version")
	})
	t.Run("no nvidia-smi", func(t *testing.T) {
		runAs(t, wine, env, 1, []string{"no NVIDIA card was found", "nvidia-smi not installed: it comes with the NVIDIA driver"}, nil, program, "gpu")
	})
	t.Run("nvidia-smi in the system's folder", func(t *testing.T) {
		source := filepath.Join(t.TempDir(), "smi.go")
		if err := os.WriteFile(source, []byte(smiOfWindows), 0o644); err != nil {
			t.Fatal(err)
		}
		smi := goBuild(t, "nvidia-smi.exe", source, "CGO_ENABLED=0", "GOOS=windows", "GOARCH=amd64")
		text, err := os.ReadFile(smi)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(prefix, "drive_c", "windows", "system32", "nvidia-smi.exe"), text, 0o755); err != nil {
			t.Fatal(err)
		}
		runAs(t, wine, env, 0, []string{"* 0  NVIDIA GeForce RTX 3090 · sm_86 · 24 GiB", "found by nvidia-smi, driver 596.36"}, nil, program, "gpu")
	})
}
