package comfy

import (
	"fmt"
	"strings"

	"github.com/tidwall/gjson"
)

// SystemStats is what a ComfyUI server says about itself. Every version says more than the one
// before it, so that each field may be unknown, which is its zero value.
//
// The texts are as they came: they may hold anything, escape sequences for a terminal too.
type SystemStats struct {
	// Source is the address that was asked, without a password.
	Source string
	// OS is "linux", "windows" or "darwin". Older servers tell Windows from the rest only: there it
	// is "windows" or "".
	OS string
	// RAM is the main memory in bytes.
	RAM int64
	// Torch is the version of torch, "2.9.1", and TorchBuild what it was built for: "cu128",
	// "rocm6.4", "cpu".
	Torch, TorchBuild string
	// Python is the version of Python, "3.13.2".
	Python string
	// Embedded says that it is the Python of the portable package for Windows.
	Embedded bool
	// ComfyUI is the version of ComfyUI, "0.3.64".
	ComfyUI string
	// Args are the words of the command line behind python: "main.py", "--use-sage-attention".
	Args []string
	// Devices are what torch computes on, the one in use first.
	Devices []Device
}

// How much of a list or of a text is kept.
const (
	maxDevices = 64
	maxArgs    = 256
	maxText    = 256     // bytes
	maxMemory  = 1 << 50 // bytes; more is no figure of a computer
)

// parseStats reads an answer, which is valid JSON. What has another type than it should have is
// unknown; only an answer with none of ComfyUI's parts is an error.
func parseStats(text []byte) (*SystemStats, error) {
	answer := gjson.ParseBytes(text)
	system, devices := answer.Get("system"), answer.Get("devices")
	if !system.IsObject() && !devices.IsArray() {
		return nil, fmt.Errorf("it answers with JSON that has neither system nor devices: %w", errNotComfy)
	}
	s := &SystemStats{
		OS:       platform(textOf(system.Get("os"))),
		RAM:      bytesOf(system.Get("ram_total")),
		ComfyUI:  textOf(system.Get("comfyui_version")),
		Embedded: system.Get("embedded_python").Type == gjson.True,
	}
	s.Python, _, _ = strings.Cut(textOf(system.Get("python_version")), " ")
	s.Torch, s.TorchBuild, _ = strings.Cut(textOf(system.Get("pytorch_version")), "+")
	for _, word := range head(system.Get("argv"), maxArgs) {
		if word.Type == gjson.String {
			s.Args = append(s.Args, clip(word.Str))
		}
	}
	for _, d := range head(devices, maxDevices) {
		if d.IsObject() {
			s.Devices = append(s.Devices, device(d, s.TorchBuild))
		}
	}
	if s.Embedded && s.OS == "" { // only Windows has it
		s.OS = "windows"
	}
	return s, nil
}

// platform reads Python's sys.platform, or os.name of older servers.
func platform(name string) string {
	switch name {
	case "win32", "nt":
		return "windows"
	case "linux", "darwin":
		return name
	}
	return "" // "posix" may be either
}

func textOf(value gjson.Result) string {
	if value.Type != gjson.String {
		return ""
	}
	return clip(value.Str)
}

func clip(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), maxText)], "")
}

// bytesOf reads an amount of memory; 0 where it is none.
func bytesOf(value gjson.Result) int64 {
	if value.Type != gjson.Number || value.Num < 1 || value.Num > maxMemory {
		return 0
	}
	return int64(value.Num)
}

// head returns the first of a list, without looking at the rest.
func head(list gjson.Result, most int) []gjson.Result {
	if !list.IsArray() {
		return nil
	}
	var first []gjson.Result
	list.ForEach(func(_, value gjson.Result) bool {
		first = append(first, value)
		return len(first) < most
	})
	return first
}
