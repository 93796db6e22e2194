package plan

import "strings"

// scenario is one way in which the unknown inputs may turn out.
type scenario struct {
	in       *Input
	weights  *Weights
	era      era
	days     Days // of the wrapper, within the era
	rope     string
	compile  bool
	offByOne bool
}

// scenarios are all ways, the likeliest first.
func (in *Input) scenarios() (all []scenario) {
	for i := range in.Weights {
		w := &in.Weights[i]
		for _, era := range in.Wrapper.possible() {
			days := in.Wrapper.within(era)
			for _, rope := range in.ropes(w) {
				for _, compile := range ways(in.Compile, false) {
					for _, offByOne := range ways(in.offByOne(w, days), in.patched(w) == No) {
						all = append(all, scenario{in, w, era, days, rope, compile, offByOne})
					}
				}
			}
		}
	}
	return all
}

// unknown names the inputs that are not known and widen the numbers.
func (in *Input) unknown() (names []string) {
	w := in.likely()
	ropes := in.ropes(w)
	for _, one := range []struct {
		name    string
		unknown bool
	}{
		{"the wrapper's day", len(in.Wrapper.possible()) > 1},
		{"the weights", len(in.Weights) > 1},
		{"whether the modulation is fp32", w.FP32Norms == Unknown},
		{"how many blocks are really swapped", in.Swap.Dead == "" && in.Swap.Blocks > 0 && in.offByOne(w, in.Wrapper) == Unknown},
		{"the rope function", len(ropes) > 1},
		{"whether rope is one kernel", in.FusedRope == Unknown && ropes[0] == "comfy"},
		{"whether torch.compile is at work", in.Compile == Unknown},
		{"the attention mode", in.Attention == "" && in.Compile != No},
		{"whether tokens have timesteps of their own", in.PerToken == Unknown && w.Model.Family == "ti2v"},
		{"the size of the LoRAs", in.LoRA.Low < in.LoRA.High},
		{"whether the model leaves the card between windows", in.Loop != nil && in.Loop.Kind != "s2v" && in.Loop.ForceOffload == Unknown},
		{"the number of tokens", in.partial()},
	} {
		if one.unknown {
			names = append(names, one.name)
		}
	}
	return names
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
