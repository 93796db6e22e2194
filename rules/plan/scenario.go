package plan

import "strings"

// scenario is one way in which the unknown inputs may turn out.
type scenario struct {
	in       *Input
	weights  *Weights
	era      era
	rope     string
	compile  bool
	offByOne bool
}

// scenarios are all ways, the likeliest first, and the names of what is unknown.
func (in *Input) scenarios() (all []scenario, unknown []string) {
	eras := in.Wrapper.possible()
	if len(eras) > 1 {
		unknown = append(unknown, "the wrapper's day")
	}
	if len(in.Weights) > 1 {
		unknown = append(unknown, "the weights")
	}
	if in.Rope == "" && in.likely().Model.Rope == "" {
		unknown = append(unknown, "the rope function")
	}
	if in.Compile == Unknown {
		unknown = append(unknown, "whether torch.compile is at work")
	}
	for i := range in.Weights {
		w := &in.Weights[i]
		for _, era := range eras {
			for _, rope := range in.ropes(w) {
				for _, compile := range ways(in.Compile, false) {
					for _, offByOne := range ways(in.offByOne(w), in.patched(w) == No) {
						all = append(all, scenario{in, w, era, rope, compile, offByOne})
					}
				}
			}
		}
	}
	return all, unknown
}

// ropes are the rope functions that may be used.
func (in *Input) ropes(w *Weights) []string {
	switch {
	case w.Model.Rope != "":
		return []string{w.Model.Rope}
	case in.Rope != "":
		return []string{in.Rope}
	}
	return []string{"comfy", "default", "comfy_chunked"}
}

// ways are the values that a truth may have, the likely one first.
func ways(t Maybe, likely bool) []bool {
	switch t {
	case Yes:
		return []bool{true}
	case No:
		return []bool{false}
	}
	return []bool{likely, !likely}
}

// sage tells whether attention is SageAttention, which holds quantized copies.
func (s *scenario) sage() Maybe {
	switch {
	case s.in.Attention == "":
		return Unknown
	case strings.Contains(s.in.Attention, "sage"):
		return Yes
	}
	return No
}
