package rules_test

import (
	"fmt"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

func ExampleSet_Judge() {
	file, err := workflows.Parse([]byte(`{
		"1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "wan2.1-t2v-14b-Q8_0.gguf", "quantization": "fp8_e4m3fn"}}
	}`), rules.BuiltinNodes())
	if err != nil {
		fmt.Println(err)
		return
	}
	verdict, err := rules.Builtin().Judge(file.Parts[0], &detect.Machine{}, rules.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, finding := range verdict.Findings {
		fmt.Printf("%s: %s: %s\n", finding.Severity, finding.At, finding.Message)
		for _, fix := range finding.Fixes {
			fmt.Printf("  %s (%s, %s)\n", fix.Say, fix.Safety, fix.State)
		}
	}
	// Output:
	// error: #1 WanVideoModelLoader: a GGUF file brings its own quantization, the loader refuses it with quantization fp8_e4m3fn
	//   quantization disabled: the only value the loader takes for GGUF (lossless, applied)
}
