package plan

// patched tells whether the model's Linear layers are the wrapper's own.
func (in *Input) patched(w *Weights) Maybe {
	switch {
	case in.Patched != Unknown:
		return in.Patched
	case w.Dtype.Scaled(), w.Dtype.GGUF(), in.LoRA.High > 0:
		return Yes
	case w.Dtype == "":
		return Unknown
	}
	return No
}

// offByOne tells whether the wrapper swaps one block less than it is told. It does so where it has
// not replaced the Linear layers; the days are those on which old and new wrappers were run.
func (in *Input) offByOne(w *Weights, wrapper Days) Maybe {
	switch in.patched(w) {
	case Yes:
		return No
	case No:
		if in.LoRA.Merged {
			return wrapper.since(mergedOffByOneSince)
		}
		return wrapper.since(offByOneSince)
	}
	if wrapper.since(offByOneSince) == No && !in.LoRA.Merged {
		return No
	}
	return Unknown
}

// moved is how many blocks are really swapped.
func (in *Input) moved(w *Weights, offByOne bool) int {
	n := in.Swap.Blocks
	if in.Swap.Dead != "" || n <= 0 {
		return 0
	}
	if offByOne {
		n--
	}
	return min(n, len(w.Blocks))
}

// maxBlocks is the most that may be written for blocks_to_swap.
func (in *Input) maxBlocks() int {
	most := in.Swap.Max
	if most == 0 {
		most = 40
		if in.Wrapper.since(wideWidgetSince) == Yes {
			most = 48
		}
	}
	return min(most, len(in.likely().Blocks)+1)
}
