package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/comfy"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/detect/software"
)

// findMachine returns the machine to tune for: the card that --gpu names, of which
// nothing else is known but what the other flags say, or the one that a ComfyUI
// server runs on, or this computer. The note says what had to be chosen or could not
// be found.
func (j *judging) findMachine(names []string) (m *detect.Machine, note string, err error) {
	m = &detect.Machine{}
	switch {
	case isServer(j.Comfy):
		m, note, err = askServer(j.Comfy)
	case j.GPU == "":
		m, note, err = j.thisMachine()
	}
	if err != nil {
		return nil, "", err
	}
	if j.GPU != "" {
		card, err := gpu.Parse(j.GPU)
		if err != nil {
			return nil, "", err
		}
		m.GPU, m.Source, note = &card, "--gpu "+j.GPU, ""
	}
	install, err := j.findInstall(names)
	if err != nil {
		return nil, "", err
	}
	if install != nil {
		m.Models = detect.ModelsIn(install)
		fillIn(m, software.Read(install))
	}
	assumed, err := software.Assume(j.Assume)
	if err != nil {
		return nil, "", err
	}
	for name, value := range assumed {
		fillIn(m, software.Versions{name: {Value: value, Source: "--assume"}})
	}
	return m, note, nil
}

// thisMachine asks the driver of this computer.
func (j *judging) thisMachine() (m *detect.Machine, note string, err error) {
	found := gpu.Probe(context.Background())
	m = &detect.Machine{Source: found.Source}
	if j.Index != nil || j.UUID != "" {
		index := -1
		if j.Index != nil {
			index = *j.Index
		}
		card, err := found.At(index, j.UUID)
		if err != nil {
			return nil, "", fmt.Errorf("--gpu-index or --gpu-uuid: %w", err)
		}
		m.GPU = &card
		return m, "", nil
	}
	card, note, ok := found.Pick(os.LookupEnv)
	if ok {
		m.GPU = &card
	}
	return m, note, nil
}

// findInstall finds the ComfyUI folder: where the flags say, or around the first
// workflow, or around here. With --gpu nothing is looked for, or the result would
// depend on where it was made.
func (j *judging) findInstall(names []string) (*comfy.Install, error) {
	switch {
	case isServer(j.Comfy):
		return nil, nil
	case j.Comfy != "":
		return comfy.Open(j.Comfy)
	case j.Models != "":
		return comfy.OpenModels(j.Models)
	case j.GPU != "":
		return nil, nil
	}
	install, _ := comfy.Find(filepath.Dir(names[0]), ".")
	return install, nil
}

// fillIn adds what is not known yet of a machine's software.
func fillIn(m *detect.Machine, found software.Versions) {
	if m.Software == nil {
		m.Software = software.Versions{}
	}
	for name, fact := range found {
		if m.Software[name].Value == "" {
			m.Software[name] = fact
		}
	}
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
