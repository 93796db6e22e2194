//go:build unix

package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/wanfix/wanfix/detect/gpu"
)

// smiCard is what nvidia-smi answers for a card, by field.
type smiCard map[string]string

// but returns the card with other answers, as in but("name", "NVIDIA L4").
func (c smiCard) but(changes ...string) smiCard {
	c = maps.Clone(c)
	for pair := range slices.Chunk(changes, 2) {
		c[pair[0]] = pair[1]
	}
	return c
}

// smi plays an nvidia-smi: the cards it knows, or only what it says and its exit code.
type smi struct {
	cards         []smiCard
	apps          string // the programs that use them, a line each; "" refuses to tell
	before, after string // messages around the table
	says          string
	exit          int
	newline       string // "\r\n" on Windows
	file          string // the program itself, instead of all that
	absent        bool
}

var smi3090 = smiCard{"index": "0", "name": "NVIDIA GeForce RTX 3090", "uuid": "GPU-3090", "memory.total": "24576", "driver_version": "580.95.05",
	"pcie.link.gen.max": "4", "pcie.link.width.max": "16", "mig.mode.current": "[N/A]", "compute_cap": "8.6"}

// before510 is the card as drivers tell it that know fewer fields.
func before510(c smiCard) smiCard {
	c = c.but("driver_version", "470.256.02")
	delete(c, "compute_cap")
	return c
}

// silent is a card that answers every question in the same way.
func silent(answer string) smiCard {
	c := maps.Clone(smi3090)
	for field := range c {
		c[field] = answer
	}
	return c.but("index", "0", "driver_version", "580.95.05")
}

// TestNvidiaSMI plays drivers for the program as it is built without a C compiler, which has only
// nvidia-smi to ask, as on Windows.
func TestNvidiaSMI(t *testing.T) {
	t.Parallel()
	program := withoutC(t)
	for _, tt := range []struct {
		name  string
		smi   smi
		exit  int // of wanfix gpu
		says  []string
		never []string
		check int    // the exit code of wanfix check: 1 where the card cannot compile the workflow's e4m3fn weights
		card  string // what it says first, "" to leave it out
	}{
		{name: "one card", smi: smi{cards: []smiCard{smi3090}},
			says:  []string{"* 0  NVIDIA GeForce RTX 3090 · sm_86 · 24 GiB · ampere · 82 SMs · 936 GB/s · PCIe 4.0 x16\n", "found by nvidia-smi, driver 580.95.05\n"},
			check: 1, card: "card  NVIDIA GeForce RTX 3090 · sm_86 · 24 GiB  from nvidia-smi"},
		{name: "several cards", smi: smi{cards: []smiCard{
			smi3090,
			smi3090.but("index", "1", "name", "NVIDIA GeForce RTX 5090", "memory.total", "32607", "compute_cap", "12.0", "pcie.link.gen.max", "5"),
			smi3090.but("index", "2", "name", "Quadro RTX 5000", "memory.total", "16384", "compute_cap", "7.5", "pcie.link.gen.max", "3"),
		}},
			says: []string{"  0  NVIDIA GeForce RTX 3090", "* 1  NVIDIA GeForce RTX 5090 · sm_120 · 31.8 GiB", "  2  Quadro RTX 5000 · sm_75 · 16 GiB", "of 3 cards the one with the most memory"},
			card: "card  NVIDIA GeForce RTX 5090 · sm_120 · 31.8 GiB  from nvidia-smi"},
		{name: "a driver that knows no compute_cap", smi: smi{cards: []smiCard{before510(smi3090.but("name", "GeForce RTX 3090", "memory.total", "24268"))}},
			says:  []string{"* 0  GeForce RTX 3090 · sm_86 · 23.7 GiB", "driver 470.256.02"},
			check: 1, card: "card  GeForce RTX 3090 · sm_86"},
		{name: "Windows ends lines in its own way", smi: smi{cards: []smiCard{smi3090, smi3090.but("index", "1")}, newline: "\r\n"},
			says:  []string{"* 0  NVIDIA GeForce RTX 3090 · sm_86 · 24 GiB", "  1  NVIDIA GeForce RTX 3090 · sm_86 · 24 GiB", "one of 2 alike"},
			check: 1, card: "card  NVIDIA GeForce RTX 3090 · sm_86 · 24 GiB"},

		{name: "fields without an answer", smi: smi{cards: []smiCard{
			smi3090.but("memory.total", "[N/A]", "pcie.link.gen.max", "[Not Supported]", "pcie.link.width.max", "[Unknown Error]", "uuid", "N/A", "compute_cap", "[Insufficient Permissions]")}},
			says:  []string{"* 0  NVIDIA GeForce RTX 3090 · sm_86 · ampere · 82 SMs"},
			never: []string{"GiB", "[", "N/A"},
			check: 1, card: "card  NVIDIA GeForce RTX 3090 · sm_86  from nvidia-smi"},
		{name: "GB10 has the computer's memory", smi: smi{cards: []smiCard{
			smi3090.but("name", "NVIDIA GB10", "memory.total", "[N/A]", "compute_cap", "12.1", "pcie.link.gen.max", "[N/A]", "pcie.link.width.max", "[N/A]")}},
			says: []string{"* 0  NVIDIA GB10 · sm_121" + sharedMemory() + " · blackwell · 48 SMs · 273 GB/s"},
			card: "card  NVIDIA GB10 · sm_121"},
		{name: "Jetson Orin tells its name only", smi: smi{cards: []smiCard{silent("[N/A]").but("name", "Orin (nvgpu)")}},
			says:  []string{"* 0  Orin (nvgpu) · sm_87" + sharedMemory() + " · ampere"},
			check: 1, card: "card  Orin (nvgpu) · sm_87"},
		{name: "a name with escape sequences", smi: smi{cards: []smiCard{smi3090.but("name", "RTX\x1b[31m \u202e3090\x1b]0;gone\a")}},
			says:  []string{`* 0  RTX\x1b[31m \u202e3090\x1b]0;gone\a · sm_86 · 24 GiB`},
			check: 1, card: `card  RTX\x1b[31m \u202e3090`},
		{name: "a name with the separator in it", smi: smi{cards: []smiCard{smi3090.but("name", "NVIDIA 3090, gold, 'signed'")}},
			says:  []string{"* 0  NVIDIA 3090, gold, 'signed' · sm_86 · 24 GiB"},
			check: 1, card: "card  NVIDIA 3090, gold, 'signed' · sm_86"},
		{name: "warnings around the table", smi: smi{cards: []smiCard{smi3090}, before: "WARNING: the clock, it is wrong\n\n", after: "WARNING: infoROM is corrupted at gpu 0000:01:00.0\n"},
			says:  []string{"* 0  NVIDIA GeForce RTX 3090 · sm_86 · 24 GiB"},
			never: []string{"WARNING"},
			check: 1, card: "card  NVIDIA GeForce RTX 3090"},

		{name: "who uses the memory", smi: smi{cards: []smiCard{smi3090.but("memory.used", "3277")}, apps: "GPU-3090, 4711, /usr/bin/python3, 2970\nGPU-3090, 5, /opt/a, b, 300\n"},
			says: []string{"     in use                     3.2 of 24 GiB: 2.9 GiB python3 (4711), 0.3 GiB a, b (5)\n"}},
		{name: "Windows tells no memory of a program", smi: smi{cards: []smiCard{smi3090.but("memory.used", "3277")}, newline: "\r\n",
			apps: "GPU-3090, 4711, C:\\ComfyUI\\python\\python.exe, [N/A]\r\nGPU-3090, 9, C:\\x\x1b[2J.exe, [N/A]\r\nGPU-3090, 5, [Insufficient Permissions], [N/A]\r\n"},
			says: []string{`     in use                     3.2 of 24 GiB: process 5, x\x1b[2J.exe (9), python.exe (4711)` + "\n"}},
		{name: "nobody uses the memory", smi: smi{cards: []smiCard{smi3090.but("memory.used", "0")}, apps: "\n"},
			says: []string{"     in use                     0 of 24 GiB\n"}},
		{name: "what is in use is not told", smi: smi{cards: []smiCard{smi3090.but("memory.used", "[N/A]")}, apps: "No running processes found\n"},
			says: []string{"found by nvidia-smi"}, never: []string{"in use"}},

		{name: "no card", smi: smi{says: "No devices were found\n", exit: 6}, exit: 1,
			says: []string{"no NVIDIA card was found", "nvidia-smi the NVIDIA driver runs but sees no card", "on a laptop whether its settings have switched it off", "wanfix workflow.json --gpu 3090"},
			card: "      the NVIDIA driver runs but sees no card\n"},
		{name: "no card, and all is well", smi: smi{says: "No devices were found\n"}, exit: 1,
			says: []string{"the NVIDIA driver runs but sees no card"},
			card: "      the NVIDIA driver runs but sees no card\n"},
		{name: "driver not running", smi: smi{says: "NVIDIA-SMI has failed: no driver\r\n", exit: 9}, exit: 1,
			says: []string{"no NVIDIA card answered", "nvidia-smi the NVIDIA driver is installed but not running", "restart the computer; if that does not help, install the driver again"},
			card: "      the NVIDIA driver is installed but not running\n"},
		{name: "library missing", smi: smi{says: "NVIDIA-SMI couldn't find libnvidia-ml.so\n", exit: 12}, exit: 1,
			says: []string{"nvidia-smi no NVIDIA driver library", "with an NVIDIA card, install its driver"},
			card: "      no NVIDIA driver library (libnvidia-ml.so.1)\n"},
		{name: "driver updated while it ran", smi: smi{says: "Failed to initialize NVML\n", exit: 18}, exit: 1,
			says: []string{"the NVIDIA driver and its library have different versions", "restart the computer"},
			card: "      the NVIDIA driver and its library have different versions\n"},
		{name: "nvidia-smi of another version", smi: smi{says: "Mismatch in versions\n", exit: 255}, exit: 1,
			says: []string{"the NVIDIA driver and nvidia-smi do not fit together, it says \"Mismatch in versions\"", "restart the computer"},
			card: "      the NVIDIA driver and nvidia-smi do not fit together"},
		{name: "WSL keeps the card", smi: smi{says: "Failed to initialize NVML\n", exit: 17}, exit: 1,
			says: []string{"the operating system keeps the card to itself", "run wsl --update in Windows"},
			card: "      the operating system keeps the card to itself\n"},
		{name: "no permission", smi: smi{says: "Failed to initialize NVML\n", exit: 4}, exit: 1,
			says: []string{"no permission to use the card", "let this user open /dev/nvidia*"},
			card: "      no permission to use the card\n"},
		{name: "a container after its devices were taken", smi: smi{says: "Failed to initialize NVML\n", exit: 999}, exit: 1, // the shell leaves 231 of it
			says: []string{"the NVIDIA driver failed and does not know why", "restart the container"},
			card: "      the NVIDIA driver failed and does not know why"},
		{name: "an exit code of tomorrow", smi: smi{says: "\x1b[2JOut of cheese\r\nand more\r\n", exit: 77}, exit: 1,
			says: []string{`the NVIDIA driver answered with code 77, it says "\x1b[2JOut of cheese"` + "\n", "see what nvidia-smi says when run by hand"},
			card: "      the NVIDIA driver answered with code 77"},
		{name: "it knows none of the fields", smi: smi{cards: []smiCard{{"index": "0"}}}, exit: 1,
			says: []string{`the NVIDIA driver answered with code 2, it says "Field \"name\" is not a valid field to query."`},
			card: "      the NVIDIA driver answered with code 2"},

		{name: "a lost card beside a good one", smi: smi{cards: []smiCard{smi3090}, after: "Unable to find the device handle for GPU 0000:02:00.0: GPU is lost\n", exit: 15},
			says:  []string{"* 0  NVIDIA GeForce RTX 3090", `the card stopped answering, it says "Unable to find the device handle for GPU 0000:02:00.0: GPU is lost"`, "look at the card's power cables and its slot"},
			check: 1, card: "card  NVIDIA GeForce RTX 3090"},
		{name: "a card that waits for a reset", smi: smi{cards: []smiCard{silent("[GPU requires reset]").but("index", "1")}}, exit: 1,
			says: []string{"no NVIDIA card answered", `card 1 stopped answering, it says "[GPU requires reset]"`, "restart the computer"},
			card: "      card 1 stopped answering"},
		{name: "a card cut into slices", smi: smi{cards: []smiCard{smi3090.but("name", "NVIDIA H100 80GB HBM3", "memory.total", "81559", "compute_cap", "9.0", "mig.mode.current", "Enabled")}}, exit: 1,
			says:  []string{"card 0 is cut into MIG slices, whose memory nvidia-smi does not tell", "give the memory of the slice: --gpu sm_90:20GiB"},
			never: []string{"79"},
			card:  "      card 0 is cut into MIG slices"},

		{name: "it hangs", smi: smi{file: "#!/bin/sh\nkill -STOP $$\n"}, exit: 1,
			says: []string{"nvidia-smi the NVIDIA driver gave no answer within 5s", "the driver may hang on a broken card: restart the computer"}},
		{name: "its answer never ends", smi: smi{file: "#!/bin/sh\nwhile :; do echo index, name; done\n"}, exit: 1,
			says: []string{"nvidia-smi the driver's program cannot be used: it wrote more than 256 KiB", "see whether nvidia-smi works when run by hand"}},
		{name: "it crashes", smi: smi{file: "#!/bin/sh\nkill -SEGV $$\n"}, exit: 1,
			says: []string{"nvidia-smi the driver's program cannot be used: signal: segmentation fault"},
			card: "      the driver's program cannot be used: signal: segmentation fault"},
		{name: "it is built for another computer", smi: smi{file: "\x7fELF of another computer"}, exit: 1,
			says: []string{"nvidia-smi the driver's program cannot be used: fork/exec /", "nvidia-smi: exec format error"},
			card: "      the driver's program cannot be used: fork/exec /"},
		{name: "it is not there", smi: smi{absent: true}, exit: 1,
			says: []string{"no NVIDIA card was found", "nvidia-smi not installed: it comes with the NVIDIA driver",
				"with an NVIDIA card, install its driver", "with an AMD, Intel or Apple chip, give its memory: --gpu generic:16GiB"},
			never: []string{"NVML"},
			card:  "      no card was found\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env := []string{"PATH=" + tt.smi.install(t)}
			runAs(t, program, env, tt.exit, tt.says, tt.never, "gpu")
			if tt.card != "" {
				runAs(t, program, env, tt.check, []string{tt.card}, nil, "check", "wan22-high-low.json")
			}
		})
	}
}

// sharedMemory is the amount that a card without its own memory has, where it can be told.
func sharedMemory() string {
	var kib int64
	text, _ := os.ReadFile("/proc/meminfo")
	if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &kib); err != nil {
		return "" // not Linux, where no such card is
	}
	return " · " + gpu.GiB(kib<<10) + " shared with the computer (from /proc/meminfo)"
}

// withoutC builds the program as it is where there is no C compiler.
func withoutC(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat("/usr/lib/wsl/lib/nvidia-smi"); err == nil {
		t.Skip("under WSL the real nvidia-smi comes first")
	}
	return goBuild(t, "wanfix", ".", "CGO_ENABLED=0")
}

// install writes a program that answers as nvidia-smi does, and returns its folder.
func (s smi) install(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	file := s.file
	switch {
	case s.absent:
		return folder
	case file != "":
	case s.cards == nil:
		file = fmt.Sprintf("#!/bin/sh\nprintf %%s %s\nexit %d\n", shellWord(s.says), s.exit&0xff)
	default:
		file = s.table()
	}
	// A program that is forked while the file is open for writing keeps it from being run.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(filepath.Join(folder, "nvidia-smi"), []byte(file), 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

// table is a script that prints the fields it is asked for, or refuses all for one it does not know.
func (s smi) table() string {
	newline := s.newline
	if newline == "" {
		newline = "\n"
	}
	var b strings.Builder
	b.WriteString("#!/bin/sh\nIFS=,\nvalue() { case $1 in\n")
	for i, card := range s.cards {
		for _, field := range slices.Sorted(maps.Keys(card)) {
			fmt.Fprintf(&b, "%d/%s) printf %%s %s;;\n", i, field, shellWord(card[field]))
		}
	}
	b.WriteString("/memory.total) printf %s 'memory.total [MiB]';;\n/*) printf %s \"${1#/}\";;\n*) return 1\nesac; }\n")
	fmt.Fprintf(&b, "newline=%s\n", shellWord(newline))
	if s.apps == "" {
		b.WriteString("apps() { echo 'ERROR: Option --query-compute-apps is not recognized.'; exit 2; }\n")
	} else {
		fmt.Fprintf(&b, "apps() { printf %%s %s; exit 0; }\n", shellWord(s.apps))
	}
	b.WriteString(`head=yes
for option; do case $option in
--query-gpu=*) fields=${option#*=};;
--query-compute-apps=gpu_uuid,pid,process_name,used_memory) apps;;
--format=csv,nounits) ;;
--format=csv,noheader,nounits) head=;;
*) echo "ERROR: Option $option is not recognized."; exit 2
esac; done
for field in $fields; do
	value "0/$field" >/dev/null || { printf 'Field "%s" is not a valid field to query.%s' "$field" "$newline"; exit 2; }
done
row() {
	comma=
	for field in $fields; do printf %s "$comma"; value "$1/$field"; comma=', '; done
	printf %s "$newline"
}
`)
	fmt.Fprintf(&b, "printf %%s %s\n[ -z \"$head\" ] || row ''\n", shellWord(s.before))
	for i := range s.cards {
		fmt.Fprintf(&b, "row %d\n", i)
	}
	fmt.Fprintf(&b, "printf %%s %s\nexit %d\n", shellWord(s.after), s.exit)
	return b.String()
}

// shellWord makes text one word of a shell script.
func shellWord(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
