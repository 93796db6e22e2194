package examples_test

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/wanfix/wanfix/rewrite/examples"
	"github.com/wanfix/wanfix/rules"
)

// FuzzExamples reads examples as somebody may have written them, and runs what can be run:
// whatever they are, the answer is a failure or an error.
func FuzzExamples(f *testing.F) {
	f.Add(fmt.Sprintf(shown, "warning", `{"1": {"inputs": {"quantization": "disabled"}}}`) + "\n| `1.quantization = disabled` | silent |\n")
	f.Add("```json example\n" + `{"given": {"files": {"a": "gguf 14B"}}, "1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a", "compile_args": ["1", -1]}}}` + "\n```\n```json after silent\n{}\n```\n")
	f.Add("```json example\n[]\n```\n```json after silent\n{\"1\": null}\n```\n| a | b | c |\n")
	f.Fuzz(func(t *testing.T, text string) {
		set := rules.Load(fstest.MapFS{"test/mine.md": {Data: []byte(page + text)}})
		all, err := set.Rules()
		if err != nil {
			t.Fatal(err)
		}
		shown, err := examples.Of(set, all[0])
		if err != nil {
			return
		}
		for _, e := range shown[:min(len(shown), 3)] {
			_, _ = e.Run(set, all[0])
		}
	})
}
