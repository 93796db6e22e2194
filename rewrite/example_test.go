package rewrite_test

import (
	"fmt"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rewrite"
	"github.com/wanfix/wanfix/rules"
)

func ExampleTune() {
	workflow := []byte(`{
  "1": {"class_type": "WanVideoModelLoader", "inputs": {
    "model": "wan2.1-i2v-14b-480p-Q8_0.gguf", "base_precision": "fp16",
    "quantization": "fp8_e4m3fn", "load_device": "offload_device"}}
}`)
	card, err := gpu.Parse("RTX 3090")
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := rewrite.Tune(workflow, &detect.Machine{GPU: &card}, rules.Builtin(), rules.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, finding := range result.Parts[0].Findings {
		fmt.Println(finding.Severity, finding.Message)
	}
	fmt.Println(string(result.Out))
	// Output:
	// error a GGUF file brings its own quantization, the loader refuses it with quantization fp8_e4m3fn
	// {
	//   "1": {"class_type": "WanVideoModelLoader", "inputs": {
	//     "model": "wan2.1-i2v-14b-480p-Q8_0.gguf", "base_precision": "fp16",
	//     "quantization": "disabled", "load_device": "offload_device"}}
	// }
}
