package workflows

import "strings"

// bypass follows the input that ComfyUI's editor connects to the output of a
// bypassed node: the one at the same place if its type fits, else the first that fits.
func (t *tracer) bypass(r *Run, slot int) Wire {
	inputs := r.Home.Inputs()
	given := ""
	if outputs := r.Home.Outputs(); slot >= 0 && slot < len(outputs) {
		given = outputs[slot].Type
	}
	fits := func(in *Input) bool { return matches(in.Type, given) && matches(in.Type, t.wanted) }
	if slot >= 0 && slot < len(inputs) && (anyType(t.wanted) || fits(&inputs[slot])) {
		return t.into(r, &inputs[slot])
	}
	if anyType(t.wanted) {
		return t.first(r)
	}
	for i := range inputs {
		if inputs[i].Type == t.wanted {
			return t.into(r, &inputs[i])
		}
	}
	for i := range inputs {
		if fits(&inputs[i]) {
			return t.into(r, &inputs[i])
		}
	}
	return t.lost("%s is bypassed", r)
}

func anyType(kind string) bool { return kind == "" || kind == "*" || kind == "0" }

// matches reports whether the editor lets an output of one type into an input of
// the other; both may list several types with commas.
func matches(a, b string) bool {
	if anyType(a) || anyType(b) {
		return true
	}
	for one := range strings.SplitSeq(a, ",") {
		for other := range strings.SplitSeq(b, ",") {
			if strings.EqualFold(strings.TrimSpace(one), strings.TrimSpace(other)) {
				return true
			}
		}
	}
	return false
}
