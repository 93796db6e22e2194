package gpu

import (
	"os"
	"strconv"
	"strings"
)

// meminfo is where Linux tells the computer's memory. Cards without any of their own (GB10, Jetson)
// come with Linux only.
const meminfo = "/proc/meminfo"

// withMemoryOf gives a card that shares the computer's memory the amount that a file tells, where the
// driver told none. With it the table may know which of several chips this is.
func (g GPU) withMemoryOf(file string) GPU {
	if !g.Unified || g.Memory != 0 {
		return g
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return g
	}
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) == 3 && words[0] == "MemTotal:" && words[2] == "kB" {
			if kib, err := strconv.ParseUint(words[1], 10, 48); err == nil {
				g.Memory, g.MemorySource = int64(kib)<<10, file
			}
		}
	}
	return g.complete()
}
