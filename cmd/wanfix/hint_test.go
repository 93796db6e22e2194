//go:build unix

package main

import "testing"

func TestWriteCommand(t *testing.T) {
	for _, tt := range []struct {
		name, label string
		args        []string
		want        string
	}{
		{"a file", "a.json", []string{"a.json"}, "wanfix a.json -o tuned.json"},
		{"the command has a name", "a.json", []string{"fix", "a.json", "--gpu", "3090"}, "wanfix a.json --gpu 3090 -o tuned.json"},
		{"words", "my file.json", []string{"--gpu", "RTX 3090", "my file.json"}, `wanfix "my file.json" --gpu "RTX 3090" -o tuned.json`},
		{"standard input", standardInput, []string{"-"}, "wanfix - -o tuned.json"},
		{"a name like a flag", "-w.json", []string{"--gpu=3090", "--", "-w.json"}, "wanfix ./-w.json --gpu=3090 -o tuned.json"},
		{"a name like a variable", "$HOME.json", []string{"$HOME.json"}, "wanfix '$HOME.json' -o tuned.json"},
		{"the name of the copy", "x/tuned.json", []string{"x/tuned.json"}, "wanfix x/tuned.json -o tuned-2.json"},
		{"a password", "a.json", []string{"a.json", "--comfy", "http://me:secret@host:8188"}, "wanfix a.json --comfy http://me:xxxxx@host:8188 -o tuned.json"},
		{"a password behind an equals sign", "a.json", []string{"a.json", "--comfy=http://me:secret@host:8188"}, "wanfix a.json --comfy=http://me:xxxxx@host:8188 -o tuned.json"},
		{"an escape sequence", "a\x1b[2J.json", []string{"a\x1b[2J.json"}, `wanfix 'a\x1b[2J.json' -o tuned.json`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j := &judging{subject: subject{Files: []string{tt.label}}}
			if tt.label == standardInput {
				j.Files = []string{standardStream}
			}
			if got := writeCommand(tt.label, j.flagsOf(tt.args)); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}
