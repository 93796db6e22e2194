package rules_test

import (
	"testing"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
)

// TestFP16OnlyWhereItWorks asks for everything on cards without bf16: fp16 is written where the
// card is known to get it right, and nowhere else.
func TestFP16OnlyWhereItWorks(t *testing.T) {
	const workflow = `{"1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a_bf16.safetensors", "base_precision": "bf16"}}}`
	for spec, want := range map[string]string{
		"RTX 2080 Ti": "fp16", "T4": "fp16", "sm_70:16GiB": "fp16", "GRID T4-8Q": "fp16", "CMP 40HX": "fp16",
		"GTX 1650": "bf16", "GTX 1650 Ti": "bf16", "GTX 1650 Ti with Max-Q Design": "bf16", "GTX 1630": "bf16", "T400": "bf16",
		"T600 Laptop GPU": "bf16", "T1200 Laptop GPU": "bf16", "MX550": "bf16", "CMP 30HX": "bf16",
		"Quadro T1000 with Max-Q Design 4GiB": "bf16", "sm_75:4GiB": "bf16", "GTX 1080": "bf16",
	} {
		t.Run(spec, func(t *testing.T) {
			card, err := gpu.Parse(spec)
			if err != nil {
				t.Fatal(err)
			}
			result, err := rewrite.Tune([]byte(workflow), &detect.Machine{GPU: &card}, rules.Builtin(), rules.Options{Unsafe: true})
			if err != nil {
				t.Fatal(err)
			}
			if got := gjson.GetBytes(result.Out, "1.inputs.base_precision").Str; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}
