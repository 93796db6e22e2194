package examples

import (
	"fmt"

	"github.com/wanfix/wanfix/rules"
)

// TryPreset lets a preset without the pages in without work on one form of an example, and
// returns in a sentence each what comes out otherwise than its page says, whose verdict is the
// state of the one value that the preset wants. It is for the tests of presets.
func (e Example) TryPreset(set *rules.Set, preset string, without []string, text []byte) (failures []string, err error) {
	machine, err := e.Given.machine()
	if err != nil {
		return nil, err
	}
	o := rules.Options{Preset: preset, Ignore: without, Unsafe: e.Given.Unsafe}
	result, failures := tuneTwice(set.Assume(e.Given.Facts, "assumed"), machine, text, o)
	if result == nil {
		return failures, nil
	}
	state := Silent
	for _, cell := range result.Parts[0].Preset {
		state = string(cell.State)
	}
	if n := len(result.Parts[0].Preset); n > 1 || state != e.Verdict {
		failures = append(failures, fmt.Sprintf("%d values, the last is %s, the page says %s", n, state, e.Verdict))
	}
	different, err := e.patched(result)
	return append(failures, different...), err
}
