package plan

import (
	"fmt"
	"sort"
)

// Remedy is a change beyond block swap that makes it fit, with everything swapped.
type Remedy struct {
	// What is the change: "rope_function comfy_chunked", "torch.compile", "weights as Q4_K_M",
	// "at most 20000 tokens".
	What string
	// High is the forecast's high end then, in bytes.
	High int64
	// Tokens is the number of tokens that fit where the remedy is a smaller size, fewer frames or
	// a context window; else 0.
	Tokens int
	// Dtype is what to look for where the remedy is another file; else "".
	Dtype Dtype
}

// ladder are the dtypes to look for, from the largest to the smallest.
var ladder = []Dtype{"e4m3fn_scaled", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M", "Q2_K"}

// remedies tries what else would make it fit, from what costs nothing to what changes the video.
func (t *trial) remedies() []Remedy {
	in := t.in
	if in.Swap.Dead == "" {
		in.Swap = t.most(in.Swap)
	}
	var all []Remedy
	add := func(r Remedy, in Input) bool {
		r.High = in.need(in.scenarios(), high)
		fits := r.High <= t.budget.Bytes
		if fits {
			all = append(all, r)
		}
		return fits
	}
	if in.Rope != "comfy_chunked" && in.likely().Model.Rope == "" && in.Tokens.High > chunked {
		with := in
		with.Rope = "comfy_chunked"
		add(Remedy{What: "rope_function comfy_chunked"}, with)
	}
	if in.Compile == No {
		with := in
		with.Compile = Yes
		add(Remedy{What: "torch.compile"}, with)
	}
	for _, w := range t.smaller() {
		with := in
		with.Weights = []Weights{w}
		if add(Remedy{What: "weights as " + string(w.Dtype), Dtype: w.Dtype}, with) {
			break
		}
	}
	if !in.partial() {
		with := in
		with.Tokens.Low = 0
		scenarios := with.scenarios() // they look at with, whose Tokens are what is tried
		over := sort.Search(in.Tokens.High, func(n int) bool {
			with.Tokens.High = n + 1
			return with.need(scenarios, high) > t.budget.Bytes
		})
		if with.Tokens.High = over; over > 0 {
			add(Remedy{What: fmt.Sprintf("at most %d tokens", over), Tokens: over}, with)
		}
	}
	return all
}

// smaller are the model's weights in the dtypes that make them smaller, from the largest on.
func (t *trial) smaller() []Weights {
	if t.ladder == nil {
		t.ladder = []Weights{}
		for _, dtype := range ladder {
			w, err := t.in.likely().Model.Weights(dtype)
			if err == nil && w.total() < t.in.likely().total() && !w.Model.Module {
				t.ladder = append(t.ladder, w)
			}
		}
	}
	return t.ladder
}
