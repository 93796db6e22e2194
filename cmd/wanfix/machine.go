package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/comfy"
	"github.com/wanfix/wanfix/detect/gpu"
)

// findMachine returns the machine to tune for: the card that --gpu names, of which
// nothing else is known but what the other flags say, or the one that a ComfyUI
// server runs on, or this computer. The note says what had to be chosen or could not
// be found.
func (j *judging) findMachine() (m *detect.Machine, note string, err error) {
	m = &detect.Machine{}
	switch {
	case isServer(j.Comfy):
		m, note, err = askServer(j.Comfy)
	case j.GPU == "":
		m, note = thisMachine()
	}
	if err == nil && j.GPU != "" {
		var card gpu.GPU
		card, err = gpu.Parse(j.GPU)
		m.GPU, m.Source, note = &card, "--gpu "+j.GPU, ""
	}
	if err == nil {
		err = assume(m, j.Assume)
	}
	return m, note, err
}

// thisMachine asks the driver of this computer.
func thisMachine() (m *detect.Machine, note string) {
	found := gpu.Probe(context.Background())
	m = &detect.Machine{OS: runtime.GOOS, Source: found.Source}
	card, note, ok := found.Pick(os.LookupEnv)
	if ok {
		m.GPU = &card
	}
	return m, note
}

// findModels finds the model files: where the flags say, or in the ComfyUI around
// the first workflow or around here. With --gpu nothing is looked for, or the result
// would depend on where it was made.
func (j *judging) findModels(names []string) (detect.Models, error) {
	switch {
	case isServer(j.Comfy):
		return nil, nil
	case j.Comfy != "":
		install, err := comfy.Open(j.Comfy)
		if err != nil {
			return nil, err
		}
		return detect.ModelsIn(install), nil
	case j.Models != "":
		install, err := comfy.OpenModels(j.Models)
		if err != nil {
			return nil, err
		}
		return detect.ModelsIn(install), nil
	case j.GPU != "":
		return nil, nil
	}
	if install, ok := comfy.Find(filepath.Dir(names[0]), "."); ok {
		return detect.ModelsIn(install), nil
	}
	return nil, nil
}

// cardLine describes the machine's card in one line: name, capability, memory.
func cardLine(m *detect.Machine) string {
	if m.GPU == nil {
		return "no card known"
	}
	return strings.Join(cardWords(*m.GPU), " · ")
}

func cardWords(card gpu.GPU) []string {
	var words []string
	if card.Name != "" {
		words = append(words, plain(card.Name))
	}
	if card.SM != 0 {
		words = append(words, "sm_"+strconv.Itoa(card.SM))
	}
	if card.Memory != 0 {
		words = append(words, gibibytes(card.Memory))
	}
	if len(words) == 0 {
		words = append(words, "a card of which nothing is known")
	}
	return words
}

// gibibytes writes bytes as GiB, with one digit after the point where it matters.
func gibibytes(bytes int64) string {
	gib := float64(bytes) / (1 << 30)
	return strings.TrimSuffix(strconv.FormatFloat(gib, 'f', 1, 64), ".0") + " GiB"
}

// cardSlug is the card's name as part of a file name: "rtx-3090".
func cardSlug(m *detect.Machine) string {
	if m.GPU == nil || m.GPU.Name == "" {
		return "tuned"
	}
	name := strings.ToLower(m.GPU.Name)
	for _, maker := range []string{"nvidia ", "geforce "} {
		name = strings.TrimPrefix(name, maker)
	}
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, name), "-")
}
