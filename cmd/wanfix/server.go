package main

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/comfy"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/detect/software"
)

// isServer tells an address from a folder.
func isServer(where string) bool {
	return strings.HasPrefix(where, "http://") || strings.HasPrefix(where, "https://")
}

// askServer returns the machine that a ComfyUI server runs on, as it says itself, with
// a note where no card is known.
func askServer(address string) (*place, error) {
	stats, err := comfy.Stats(context.Background(), address)
	if err != nil {
		return nil, err
	}
	p := &place{Machine: &detect.Machine{RAM: stats.RAM, Software: software.FromServer(stats), Source: stats.Source}}
	card, note := serverCard(stats.Devices)
	if p.GPU = card; card == nil {
		p.notes = []string{note}
	}
	return p, nil
}

// serverCard looks the server's first device up by name. torch counts a little less
// memory than the driver, so the size only tells variants apart.
func serverCard(devices []comfy.Device) (card *gpu.GPU, note string) {
	if len(devices) == 0 {
		return nil, "the server names no device"
	}
	d := devices[0]
	if d.Kind != "cuda" {
		return nil, fmt.Sprintf("the server computes on %s %s, wanfix knows NVIDIA cards: say --gpu generic:16GiB for its memory alone", d.Kind, d.Name)
	}
	size := math.Round(float64(d.Memory) / (1 << 30))
	for _, name := range []string{fmt.Sprintf("%s %.0fGiB", d.Name, size), d.Name} {
		if found, err := gpu.Parse(name); err == nil {
			found.Memory = max(found.Memory, d.Memory)
			return &found, ""
		}
	}
	return nil, fmt.Sprintf("the server's card %s is not known: say --gpu sm_86:24GiB", d.Name)
}
