package rules

import (
	"testing"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/workflows"
)

// TestEveryFactCanBeAsked asks for every fact, first of all and last, as rules from outside may:
// of a loader alone, with an override patch and without, and with a sampler that has nothing.
func TestEveryFactCanBeAsked(t *testing.T) {
	for name, text := range map[string]string{
		"a loader":  `{"1": {"class_type": "WanVideoModelLoader", "inputs": {}}}`,
		"a sampler": `{"1": {"class_type": "WanVideoModelLoader", "inputs": {}}, "2": {"class_type": "WanVideoSampler", "inputs": {"model": ["1", 0]}}}`,
		"a patch":   `{"1": {"class_type": "WanVideoModelLoader", "inputs": {}}, "2": {"class_type": "WanVideoSetAttentionModeOverride", "inputs": {"model": ["1", 0]}}, "3": {"class_type": "WanVideoSampler", "inputs": {"model": ["2", 0]}}}`,
	} {
		file, err := workflows.Parse([]byte(text), BuiltinNodes())
		if err != nil {
			t.Fatal(err)
		}
		for _, fact := range registry() {
			t.Run(name+"/"+fact.Name, func(t *testing.T) {
				stack := Look(file.Parts[0]).Stacks[0]
				if a := Builtin().Asker(stack, &detect.Machine{})(fact.Name); !a.Known() && a.Why == "" {
					t.Error("neither a value nor a reason")
				}
			})
		}
	}
}
