package main

import (
	"strconv"
	"strings"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
)

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
		words = append(words, gpu.GiB(card.Memory))
	}
	if len(words) == 0 {
		words = append(words, "a card of which nothing is known")
	}
	return words
}

// cardShort is the card's name as people say it: "RTX 3090".
func cardShort(card gpu.GPU) string {
	if card.Name == "" {
		return "sm_" + strconv.Itoa(card.SM)
	}
	return strings.TrimPrefix(strings.TrimPrefix(card.Name, "NVIDIA "), "GeForce ")
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
