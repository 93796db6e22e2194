package main

import (
	"strings"
	"testing"

	"github.com/wanfix/wanfix/detect/gpu"
)

func TestAskCard(t *testing.T) {
	found := gpu.Found{GPUs: []gpu.GPU{
		{Name: "NVIDIA GeForce RTX 3090", SM: 86, UUID: "GPU-aa"},
		{Name: "NVIDIA GeForce RTX \x1b[31m4090", SM: 89, UUID: "GPU-bb", Index: 1},
	}}
	for _, tt := range []struct {
		name, answer string
		person       bool
		window       bool
		want         string // UUID
		fails        string
	}{
		{"a number", "2\n", true, false, "GPU-bb", ""},
		{"a number and the end", " 1 ", true, false, "GPU-aa", ""},
		{"somebody dropped a file", "1\r\n\n", false, true, "GPU-aa", ""},
		{"a number too large", "3\n", true, false, "", `want a number from 1 to 2, found "3"`},
		{"nothing but Enter", "\n", true, false, "", `want a number from 1 to 2, found ""`},
		{"the end", "", true, false, "", "nobody answers"},
		{"a pipe", "1\n", false, false, "", `say --gpu-index 0 (NVIDIA GeForce RTX 3090) or --gpu-index 1 (`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var asked strings.Builder
			s := streams{in: strings.NewReader(tt.answer), err: &asked, window: tt.window, person: func() bool { return tt.person }}
			card, err := s.askCard(found)
			if tt.fails != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fails) {
					t.Errorf("got %v, want %q", err, tt.fails)
				}
				return
			}
			if err != nil || card.UUID != tt.want {
				t.Errorf("got %q and %v, want %q", card.UUID, err, tt.want)
			}
			if !strings.Contains(asked.String(), "1  NVIDIA GeForce RTX 3090 · sm_86\n") || strings.Contains(asked.String(), "\x1b") {
				t.Errorf("it asks %q", asked.String())
			}
		})
	}
}
