package comfy

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// Device is what torch computes on.
type Device struct {
	// Kind is "cuda" for NVIDIA, "rocm" for AMD, "xpu" for Intel, "mps" for Apple, "cpu", "directml",
	// or what else torch calls it. torch itself says "cuda" of AMD's cards too.
	Kind string
	// Name is the card's as its driver says it, without what torch puts around it; "" where there is
	// none, as for "cpu".
	Name string
	// Index is torch's number of the device among those it sees; -1 is unknown.
	Index int
	// Memory is its total in bytes, a little less than the driver's total; 0 is unknown.
	Memory int64
}

// The ways in which names come: "cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync", "CUDA 0: NVIDIA
// A10G" from old servers, "mps" and "cpu" bare.
const (
	torchDevice  = `^([a-z][a-z0-9]*)(?::(\d{1,3}))?(?:\s+(.*))?$`
	numberedCUDA = `^CUDA (?:cuda:)?(\d{1,3}): (.*)$`
	allocator    = `(?:^|\s+):\s*\w*$`
)

// device reads one entry of devices. build is what torch was built for.
func device(entry gjson.Result, build string) Device {
	d := Device{Kind: textOf(entry.Get("type")), Index: -1, Memory: bytesOf(entry.Get("vram_total"))}
	name := textOf(entry.Get("name"))
	if m := regexp.MustCompile(torchDevice).FindStringSubmatch(name); m != nil && knownKind(m[1], d.Kind) {
		d.Kind, name = m[1], m[3]
		d.number(m[2])
	} else if m := regexp.MustCompile(numberedCUDA).FindStringSubmatch(name); m != nil {
		d.Kind, name = "cuda", m[2]
		d.number(m[1])
	}
	d.Name = strings.TrimSpace(regexp.MustCompile(allocator).ReplaceAllString(name, ""))
	if at := entry.Get("index"); at.Type == gjson.Number && at.Num >= 0 && at.Num < 1000 {
		d.Index = int(at.Num)
	}
	d.Kind = vendorKind(d.Kind, d.Name, build)
	return d
}

func (d *Device) number(digits string) {
	if n, err := strconv.Atoi(digits); err == nil {
		d.Index = n
	}
}

// knownKind reports whether the first word of a name is torch's and not the card's own.
func knownKind(word, stated string) bool {
	switch word {
	case "cuda", "xpu", "mps", "cpu", "npu", "mlu", "privateuseone", "hip":
		return true
	}
	return word == stated
}

// vendorKind tells the cards apart that torch drives under the name cuda, and gives DirectML the
// name that people know.
func vendorKind(kind, name, build string) string {
	const amd = `(?i)\b(?:AMD|Radeon|gfx\d+|Instinct)\b`
	switch {
	case kind == "privateuseone":
		return "directml"
	case kind == "hip":
		return "rocm"
	case (kind == "cuda" || kind == "") && (strings.HasPrefix(build, "rocm") || regexp.MustCompile(amd).MatchString(name)):
		return "rocm"
	}
	return kind
}
