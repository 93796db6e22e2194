package gpu

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	oldHead = "index, name, uuid, memory.total [MiB], driver_version, pcie.link.gen.max, pcie.link.width.max"
	newHead = oldHead + ", mig.mode.current, compute_cap"
)

// answers plays nvidia-smi: one answer for the full question, one for the question without young fields.
func answers(full string, fullCode int, old string, oldCode int) func(...string) (string, int, error) {
	return func(args ...string) (string, int, error) {
		if strings.Contains(strings.Join(args, " "), "compute_cap") {
			return full, fullCode, nil
		}
		return old, oldCode, nil
	}
}

func TestAskSMI(t *testing.T) {
	const unasked = 77
	for _, tt := range []struct {
		name string
		run  func(...string) (string, int, error)
		want []GPU
		says []string // what the attempts tell, one for each
	}{
		{"two cards",
			answers(newHead+"\n0, NVIDIA GeForce RTX 3090, GPU-1, 24576, 580.95.05, 4, 16, [N/A], 8.6\n1, NVIDIA L40S, GPU-2, 46068, 580.95.05, 4, 8, Disabled, 8.9\n", 0, "", unasked),
			[]GPU{
				{Vendor: "nvidia", Name: "NVIDIA GeForce RTX 3090", UUID: "GPU-1", Memory: 24576 * mib, SM: 86, PCIeGen: 4, PCIeWidth: 16},
				{Vendor: "nvidia", Name: "NVIDIA L40S", UUID: "GPU-2", Index: 1, Memory: 46068 * mib, SM: 89, PCIeGen: 4, PCIeWidth: 8},
			}, nil},
		{"an old driver refuses the question with compute_cap",
			answers("Field \"compute_cap\" is not a valid field to query.\n", 2, oldHead+"\n0, GeForce RTX 3090, GPU-1, 24268, 470.256.02, 4, 16\n", 0),
			[]GPU{{Vendor: "nvidia", Name: "GeForce RTX 3090", UUID: "GPU-1", Memory: 24268 * mib, PCIeGen: 4, PCIeWidth: 16}}, nil},
		{"fields without answer",
			answers(newHead+"\r\n0, NVIDIA GB10, GPU-3, [N/A], 580.95.05, [Not Supported], N/A, [Insufficient Permissions], 12.1\r\n", 0, "", unasked),
			[]GPU{{Vendor: "nvidia", Name: "NVIDIA GB10", UUID: "GPU-3", SM: 121}}, nil},
		{"a name with the separator in it",
			answers(newHead+"\n0, NVIDIA RTX, Special, Edition, GPU-4, 8192.5, 580.1, 4, 16, [N/A], 8.9\n", 0, "", unasked),
			[]GPU{{Vendor: "nvidia", Name: "NVIDIA RTX, Special, Edition", UUID: "GPU-4", Memory: 8192 * mib, SM: 89, PCIeGen: 4, PCIeWidth: 16}}, nil},
		{"one card lost, the other told",
			answers(newHead+"\n0, NVIDIA GeForce RTX 3090, GPU-1, 24576, 580.95.05, 4, 16, [N/A], 8.6\nUnable to determine the device handle for GPU 0000:02:00.0: GPU is lost.\n", 15, "", unasked),
			[]GPU{{Vendor: "nvidia", Name: "NVIDIA GeForce RTX 3090", UUID: "GPU-1", Memory: 24576 * mib, SM: 86, PCIeGen: 4, PCIeWidth: 16}},
			[]string{"stopped answering"}},
		{"a card that says nothing",
			answers(newHead+"\n1, [GPU requires reset], [GPU requires reset], [GPU requires reset], 580.1, [GPU requires reset], [GPU requires reset], [GPU requires reset], [GPU requires reset]\n", 0, "", unasked),
			nil, []string{`card 1 stopped answering, it says "[GPU requires reset]"`}},
		{"a card cut into slices",
			answers(newHead+"\n0, NVIDIA A100-SXM4-40GB, GPU-5, 40960, 580.1, 4, 16, Enabled, 8.0\n", 0, "", unasked),
			nil, []string{"MIG"}},
		{"driver not loaded",
			answers("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n", 9, "", unasked),
			nil, []string{"not running"}},
		{"no card", answers("No devices were found\n", 6, "", unasked), nil, []string{"sees no card"}},
		{"a table without rows", answers(newHead+"\n", 0, "", unasked), nil, []string{"sees no card"}},
		{"versions that do not fit", answers("Mismatch\x1b[2J in versions\n", 255, "", unasked), nil, []string{`do not fit together, it says "Mismatch\x1b[2J in versions"`}},
		{"an unheard-of exit", answers("Out of\r\ncheese\r\n", 77, "", unasked), nil, []string{`code 77, it says "Out of"`}},
		{"a warning before the table",
			answers("WARNING: infoROM is corrupted, at 01:00.0\n"+newHead+"\n0, NVIDIA L4, GPU-6, 23034, 580.1, 4, 16, [N/A], 8.9\n", 0, "", unasked),
			[]GPU{{Vendor: "nvidia", Name: "NVIDIA L4", UUID: "GPU-6", Memory: 23034 * mib, SM: 89, PCIeGen: 4, PCIeWidth: 16}}, nil},
		{"no field is known", answers("no", 2, "still no", 2), nil, []string{`code 2, it says "still no"`}},
		{"cannot run", func(...string) (string, int, error) { return "", 0, errors.New("exec format error") },
			nil, []string{"the driver's program cannot be used: exec format error"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := askSMI(tt.run)
			if diff := cmp.Diff(tt.want, f.GPUs); diff != "" {
				t.Errorf("cards: - want + got\n%s", diff)
			}
			if len(f.Tried) != len(tt.says) {
				t.Fatalf("got %d attempts %+v, want %d", len(f.Tried), f.Tried, len(tt.says))
			}
			for i, want := range tt.says {
				if a := f.Tried[i]; !strings.Contains(a.Outcome, want) || a.Help == "" || a.Source != "nvidia-smi" {
					t.Errorf("got %+v, want %q in the outcome, and help", a, want)
				}
			}
		})
	}
}

func TestExitCode(t *testing.T) {
	for code, want := range map[int]int{0: 0, 9: 9, 231: codeUnknown, 999: codeUnknown, 255: codeSMI, 1<<32 - 1: codeSMI} {
		if got := exitCode(code); got != want {
			t.Errorf("%d: got %d, want %d", code, got, want)
		}
	}
}

func TestAProgramThatNeverEndsItsAnswer(t *testing.T) {
	program(t, "while :; do echo '"+newHead+"'; done\n")
	f := fromSMI(t.Context())
	if len(f.GPUs) != 0 || len(f.Tried) != 1 || f.Tried[0].Outcome != "the driver's program cannot be used: it wrote more than 256 KiB" {
		t.Errorf("got %+v, want a refusal", f)
	}
}

func TestFindSMI(t *testing.T) {
	env := map[string]string{"SystemRoot": "W:/win", "ProgramW6432": "W:/programs"}
	system32 := filepath.Join("W:/win", "System32", "nvidia-smi.exe")
	nvsmi := filepath.Join("W:/programs", "NVIDIA Corporation", "NVSMI", "nvidia-smi.exe")
	for _, tt := range []struct {
		name, goos string
		there      []string
		want       string
	}{
		{"WSL before the search path", "linux", []string{"nvidia-smi", "/usr/lib/wsl/lib/nvidia-smi"}, "/usr/lib/wsl/lib/nvidia-smi"},
		{"search path", "linux", []string{"nvidia-smi"}, "nvidia-smi"},
		{"system folder before the search path", "windows", []string{"nvidia-smi.exe", nvsmi, system32}, system32},
		{"older drivers", "windows", []string{"nvidia-smi.exe", nvsmi}, nvsmi},
		{"nowhere", "windows", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := findSMI(tt.goos, func(k string) string { return env[k] }, func(place string) (string, error) {
				for _, p := range tt.there {
					if p == place {
						return p, nil
					}
				}
				return "", os.ErrNotExist
			})
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// program puts an nvidia-smi with this shell script first on an otherwise empty search path.
func program(t *testing.T, script string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	if _, err := os.Stat("/usr/lib/wsl/lib/nvidia-smi"); err == nil {
		t.Skip("the real program stands in the way")
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "nvidia-smi"), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder)
}

func TestFromSMIRunsTheProgram(t *testing.T) {
	program(t, `case "$1" in
*compute_cap*) echo 'Field "compute_cap" is not a valid field to query.'; exit 2;;
esac
echo '`+oldHead+`'
echo '0, GeForce GTX 1080, GPU-9, 8119, 470.256.02, 3, 16'
`)
	f := fromSMI(t.Context())
	if len(f.GPUs) != 1 || f.GPUs[0].Name != "GeForce GTX 1080" || f.Driver != "470.256.02" || len(f.Tried) != 0 {
		t.Errorf("got %+v, want the GTX 1080 of driver 470.256.02", f)
	}
}

func TestASlowProgramIsLeftAlone(t *testing.T) {
	program(t, "while :; do :; done\n")
	start := time.Now()
	f := source{"nvidia-smi", fromSMI}.within(t.Context(), 100*time.Millisecond)
	if len(f.Tried) != 1 || !strings.Contains(f.Tried[0].Outcome, "no answer within 100ms") {
		t.Errorf("got %+v, want one attempt without answer", f)
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestWithoutAProgram(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	f := fromSMI(context.Background())
	if len(f.GPUs) == 0 && (len(f.Tried) != 1 || f.Tried[0].Help == "") {
		t.Errorf("got %+v, want one attempt with help", f)
	}
}

func FuzzSMI(f *testing.F) {
	f.Add(newHead + "\n0, NVIDIA L4, GPU-1, 23034, 580.1, 4, 16, [N/A], 8.9\n")
	f.Add(oldHead + "\n0, A, B, C, D, E, F, G, H\n\n, , , , , , \n")
	f.Add("No devices were found\n")
	f.Add("name\nx\ny, z\n")
	f.Add("compute_cap, name, name\n8.6, a, b, c\n")
	f.Fuzz(func(t *testing.T, text string) {
		got := Found{Source: "nvidia-smi"}
		got.read(text)
		if lines := strings.Count(text, "\n"); len(got.GPUs)+len(got.Tried) > lines {
			t.Errorf("%d cards and %d attempts from %d lines", len(got.GPUs), len(got.Tried), lines)
		}
		for _, g := range got.GPUs {
			if g.Name == "" && g.SM == 0 && g.Memory == 0 {
				t.Error("a card of which nothing is known")
			}
			if g.SM < 0 || g.Memory < 0 || g.PCIeGen < 0 || g.PCIeWidth < 0 || g.Index < 0 {
				t.Errorf("a negative figure in %+v", g)
			}
		}
	})
}
