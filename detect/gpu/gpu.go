// Package gpu finds the NVIDIA cards of this machine, or takes a card from its name.
//
// [Probe] asks the driver, [Parse] reads what a person typed. Both complete the answer from a table
// of known cards (gpus.json, one card a line); what a driver says outranks the table.
//
// Names come from drivers and from people: they are not trusted text. Whoever prints one escapes it.
package gpu

import (
	"strconv"
	"strings"
)

// GPU is one card, or one MIG slice of a card. Every field may be unknown, which is its zero value.
type GPU struct {
	// Name is what the driver says, or the driver's name for the card that a person named.
	Name string
	// Vendor is "nvidia" or "".
	Vendor string
	// SM is the compute capability without its dot: 86 is 8.6, 120 is 12.0.
	SM int
	// FP16 says whether the chip gets products in fp16 right, be it slowly.
	FP16 Health
	// SMs is the number of streaming multiprocessors.
	SMs int
	// Memory is what the driver calls total, in bytes: a little less than the box promises.
	Memory int64
	// Unified says that the card has no memory of its own: Memory is the computer's, and drivers
	// mostly leave it unknown.
	Unified bool
	// MemorySource is the file that Memory was read from, "" where the driver or the table told it.
	MemorySource string
	// Bandwidth is the peak of the memory in GB/s (10^9 bytes), as the vendor states it.
	Bandwidth float64
	// PCIeGen and PCIeWidth are the fastest link that card and slot agree on, not the present one,
	// which sleeps at generation 1 while the card is idle.
	PCIeGen, PCIeWidth int
	// UUID is the driver's: "GPU-…", or "MIG-…" for a slice. Only a probed card has one.
	UUID string
	// Index is the place in the driver's own order. It means nothing where UUID is unknown.
	Index int
}

// libraryName is the driver's library on Linux.
const libraryName = "libnvidia-ml.so.1"

// mib is the unit in which drivers and the table give memory.
const mib = 1 << 20

// Arch is the family that the compute capability belongs to, such as "ampere"; "" is unknown.
func (g GPU) Arch() string {
	switch sm := g.SM; {
	case sm >= 50 && sm <= 53:
		return "maxwell"
	case sm >= 60 && sm <= 62:
		return "pascal"
	case sm == 70 || sm == 72:
		return "volta"
	case sm == 75:
		return "turing"
	case sm == 80 || sm >= 86 && sm <= 88:
		return "ampere"
	case sm == 89:
		return "ada"
	case sm == 90:
		return "hopper"
	case sm >= 100 && sm <= 121:
		return "blackwell"
	}
	return ""
}

// coresPerSM turns the driver's core count into multiprocessors; 0 is a family not known here.
func coresPerSM(sm int) int {
	switch sm {
	case 60, 70, 72, 75, 80:
		return 64
	}
	if (GPU{SM: sm}).Arch() == "" {
		return 0
	}
	return 128
}

// GiB writes bytes as people say them: "24 GiB", "22.5 GiB".
func GiB(bytes int64) string {
	return strings.TrimSuffix(strconv.FormatFloat(float64(bytes)/(1<<30), 'f', 1, 64), ".0") + " GiB"
}
