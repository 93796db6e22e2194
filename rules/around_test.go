package rules_test

import (
	"testing"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/rules"
)

// TestAround asks for advice about what stands around a workflow: it is no finding, it is
// not missed where facts lack, and it waits until nothing more is wanted.
func TestAround(t *testing.T) {
	const advice = `{"severity": "info", "around": true, "fix": [{"say": "so", "safety": "advice"}]}`
	set := pages(map[string]string{
		"test/always":  ruleJSON(t, advice),
		"test/unknown": ruleJSON(t, advice, `{"when": {"software.torch": {"<": "2.0"}}}`),
		"test/mends":   ruleJSON(t, `{"when": {"loader.quantization": "fp8_e4m3fn", "loader.base_precision": "fp32"}}`, fixes("lossless", `{"set": {"loader.base_precision": "bf16"}}`)),
	})
	tests := []struct {
		name, loader string
		ignore       []string
		around       int
	}{
		{"nothing is wanted", "quantization=fp8_e4m3fn base_precision=fp16", nil, 1},
		{"something is wanted", "quantization=fp8_e4m3fn base_precision=fp32", nil, 0},
		{"another workflow", "quantization=disabled base_precision=fp16", nil, 0},
		{"ignored", "quantization=fp8_e4m3fn base_precision=fp16", []string{"always"}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			part := parseAPI(t, graph("1 WanVideoModelLoader model=a.safetensors load_device=offload_device "+test.loader))
			v, err := set.Judge(part, &detect.Machine{}, rules.Options{Ignore: test.ignore})
			if err != nil {
				t.Fatal(err)
			}
			if len(v.Around) != test.around || len(v.Unjudged) > 0 {
				t.Errorf("%d pieces of advice, want %d; unjudged %v", len(v.Around), test.around, v.Unjudged)
			}
			for _, f := range v.Findings {
				if f.Rule.Around {
					t.Errorf("%s is among the findings", f.Rule.ID)
				}
			}
		})
	}
}

// TestAroundOnlyAdvises refuses pages that do more.
func TestAroundOnlyAdvises(t *testing.T) {
	tests := []struct{ name, page, want string }{
		{"a warning", ruleJSON(t, `{"severity": "warning", "around": true}`), `test/a.md:4:61: what is around a workflow is info, found "warning"`},
		{"a fix", ruleJSON(t, `{"severity": "info", "around": true}`, fixes("lossless", `{"unplug": "compile"}`)), `test/a.md:4:22: what is around a workflow is advice, found "lossless"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := pages(map[string]string{"test/a": test.page}).Rules()
			if err == nil || err.Error() != test.want {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}
