package main

import (
	"cmp"
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
	where = strings.ToLower(strings.TrimSpace(where))
	return strings.HasPrefix(where, "http://") || strings.HasPrefix(where, "https://")
}

// askServer returns the machine that a ComfyUI server runs on, as it says itself, with
// notes on its devices.
func askServer(address string) (*place, error) {
	stats, err := comfy.Stats(context.Background(), address)
	if err != nil {
		return nil, err
	}
	nodes, err := comfy.Classes(address)
	if err != nil {
		return nil, err
	}
	p := &place{Machine: &detect.Machine{RAM: stats.RAM, Software: software.FromServer(stats), Source: stats.Source, Nodes: nodes}}
	p.GPU, p.notes = serverCard(stats.Devices)
	return p, nil
}

// serverCard looks the server's first device up by name.
func serverCard(devices []comfy.Device) (card *gpu.GPU, notes []string) {
	if len(devices) == 0 {
		return nil, []string{"the server names no device"}
	}
	if len(devices) > 1 {
		names := make([]string, len(devices))
		for i, d := range devices {
			names[i] = cmp.Or(d.Name, d.Kind, "one without a name")
		}
		notes = []string{fmt.Sprintf("the server has %d devices, the first counts: %s", len(devices), strings.Join(names, ", "))}
	}
	first := devices[0]
	if card = knownCard(first); card == nil {
		notes = append(notes, unknownDevice(first))
	}
	return card, notes
}

// knownCard finds an NVIDIA card in the table. torch counts a little less memory than the driver,
// so its size only tells variants apart; one smaller than all of them is all there is to use.
func knownCard(d comfy.Device) *gpu.GPU {
	if d.Kind != "cuda" {
		return nil
	}
	if card, err := gpu.Parse(fmt.Sprintf("%s %dGiB", d.Name, wholeGiB(d.Memory))); err == nil {
		card.Memory = max(card.Memory, d.Memory)
		return &card
	}
	if card, err := gpu.Parse(d.Name); err == nil {
		card.Memory = cmp.Or(d.Memory, card.Memory)
		return &card
	}
	return nil
}

// unknownDevice tells how to tune for a device that is not in the table.
func unknownDevice(d comfy.Device) string {
	if d.Kind != "cuda" {
		name := cmp.Or(strings.TrimSpace(d.Kind+" "+d.Name), "a device without a name")
		return fmt.Sprintf("the server computes on %s, wanfix knows NVIDIA cards: say --gpu generic:%dGiB for its memory alone",
			name, cmp.Or(wholeGiB(d.Memory), 16))
	}
	name := strings.TrimSpace("card " + d.Name)
	return fmt.Sprintf("the server's %s is not known: say --gpu sm_86:%dGiB, with its own compute capability for the 86",
		name, cmp.Or(wholeGiB(d.Memory), 24))
}

func wholeGiB(bytes int64) int { return int(math.Round(float64(bytes) / (1 << 30))) }
