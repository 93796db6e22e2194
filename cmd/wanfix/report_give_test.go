package main

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
)

// TestTellGive tells of gives that insert, clone and set, before and after they are made.
func TestTellGive(t *testing.T) {
	const page = "# giving\n\n```json\n" + `{"severity": "warning", "on": "stack", "message": "it wants more",
		"when": {"loader.file": "a.safetensors", "any": [{"swap.linked": false}, {"swap.blocks": {"<": 30}}]},
		"fix": [{"say": "swap blocks", "safety": "%s", "do": [{"give": {"swap": {"blocks": 30}}}]}]}` + "\n```\n"
	loader := func(file, more string) string {
		return `{"class_type": "WanVideoModelLoader", "inputs": {"model": "` + file + `", "base_precision": "fp16", "quantization": "disabled", "load_device": "offload_device"` + more + `}}`
	}
	const swap = `"5": {"class_type": "WanVideoBlockSwap", "inputs": {"blocks_to_swap": 20}}`
	tests := []struct {
		name, text   string
		offered, now string // lines of the report
		from, to     string // JSON
	}{
		{"insert", `{"1": ` + loader("a.safetensors", "") + `}`,
			"none → WanVideoBlockSwap, blocks_to_swap 30", "none → new #2 WanVideoBlockSwap, blocks_to_swap 30",
			`null`, `{"node":{"run":"2","home":"root#2","type":"WanVideoBlockSwap"},"type":"WanVideoBlockSwap","values":{"blocks_to_swap":30}}`},
		{"clone", `{"1": ` + loader("a.safetensors", `, "block_swap_args": ["5", 0]`) + `, "2": ` + loader("b.safetensors", `, "block_swap_args": ["5", 0]`) + `, ` + swap + `}`,
			"#5 WanVideoBlockSwap, blocks_to_swap 20 → WanVideoBlockSwap, blocks_to_swap 30", "#5 WanVideoBlockSwap, blocks_to_swap 20 → copy #6 WanVideoBlockSwap, blocks_to_swap 30",
			`{"node":{"run":"5","home":"root#5","type":"WanVideoBlockSwap"},"type":"WanVideoBlockSwap","values":{"blocks_to_swap":20}}`, `{"node":{"run":"6","home":"root#6","type":"WanVideoBlockSwap"},"type":"WanVideoBlockSwap","values":{"blocks_to_swap":30}}`},
		{"set", `{"1": ` + loader("a.safetensors", `, "block_swap_args": ["5", 0]`) + `, ` + swap + `}`,
			"#5 WanVideoBlockSwap, blocks_to_swap 20 → WanVideoBlockSwap, blocks_to_swap 30", "#5 WanVideoBlockSwap, blocks_to_swap 20 → #5 WanVideoBlockSwap, blocks_to_swap 30",
			`{"node":{"run":"5","home":"root#5","type":"WanVideoBlockSwap"},"type":"WanVideoBlockSwap","values":{"blocks_to_swap":20}}`, `{"node":{"run":"5","home":"root#5","type":"WanVideoBlockSwap"},"type":"WanVideoBlockSwap","values":{"blocks_to_swap":30}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tell := func(safety string) (line string, change jsonChange) {
				page := strings.ReplaceAll(page, "%s", safety)
				set := rules.Load(fstest.MapFS{"test/giving.md": &fstest.MapFile{Data: []byte(page)}})
				r, err := rewrite.Tune([]byte(test.text), &detect.Machine{}, set, rules.Options{})
				if err != nil {
					t.Fatal(err)
				}
				part := &r.Parts[0]
				c := part.Findings[0].Fixes[0].Changes[0]
				return changeLine(part, c), changeOf(part, c)
			}
			line, _ := tell("unsafe")
			if diff := cmp.Diff("#1 WanVideoModelLoader · block_swap_args: "+test.offered, line); diff != "" {
				t.Errorf("offered (-want +got):\n%s", diff)
			}
			line, change := tell("lossless")
			if diff := cmp.Diff("#1 WanVideoModelLoader · block_swap_args: "+test.now, line); diff != "" {
				t.Errorf("made (-want +got):\n%s", diff)
			}
			want := jsonChange{Op: "give", At: &ref{"1", "root#1", "WanVideoModelLoader", ""}, Input: "block_swap_args", From: json.RawMessage(test.from), To: json.RawMessage(test.to)}
			if diff := cmp.Diff(want, change); diff != "" {
				t.Errorf("JSON (-want +got):\n%s", diff)
			}
		})
	}
}
