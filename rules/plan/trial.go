package plan

import "sort"

// trial tries settings on an input.
type trial struct {
	in     Input
	all    []scenario
	budget Budget
	// What has been worked out, whatever the budget.
	needs     map[question]int64
	forecasts map[Swap]Forecast
	ladder    []Weights
}

// question is what settings need at a level.
type question struct {
	swap Swap
	l    level
}

func newTrial(in Input) *trial {
	t := &trial{in: in, needs: map[question]int64{}, forecasts: map[Swap]Forecast{}}
	t.all = t.in.scenarios() // they look at t.in, whose Swap is what is tried
	return t
}

func (t *trial) with(s Swap, blocks int) Swap {
	s.Blocks = blocks
	return s
}

func (t *trial) fits(s Swap, l level) bool { return t.need(s, l) <= t.budget.Bytes }

// need is what settings need at a level.
func (t *trial) need(s Swap, l level) int64 {
	asked := question{s, l}
	need, known := t.needs[asked]
	if !known {
		defer func(was Swap) { t.in.Swap = was }(t.in.Swap)
		t.in.Swap = s
		need = t.in.need(t.all, l)
		t.needs[asked] = need
	}
	return need
}

// forecast is [Estimate] of the settings that are tried now.
func (t *trial) forecast() Forecast {
	f, known := t.forecasts[t.in.Swap]
	if !known {
		f = Estimate(t.in)
		t.forecasts[t.in.Swap] = f
	}
	return f
}

// moved is how many blocks settings most likely move.
func (t *trial) moved(s Swap) int {
	defer func(was Swap) { t.in.Swap = was }(t.in.Swap)
	t.in.Swap = s
	return t.in.moved(t.all[0].weights, t.all[0].offByOne)
}

// cost is the bytes that a forward copies.
func (t *trial) cost(s Swap) int64 {
	defer func(was Swap) { t.in.Swap = was }(t.in.Swap)
	t.in.Swap = s
	return t.all[0].copied()
}

// mayLower reports whether the estimate is good enough to lower what somebody set.
func (t *trial) mayLower() bool {
	return len(t.in.Weights) == 1 && t.in.likely().Header && t.in.Tokens.Source == Exact
}

// fewest is the least blocks_to_swap that fits at a level with the other settings as they are; -1
// is none.
func (t *trial) fewest(l level) int { return t.fewestOf(t.in.Swap, l) }

func (t *trial) fewestOf(s Swap, l level) int {
	most := t.in.maxBlocks()
	n := sort.Search(most+1, func(n int) bool { return t.fits(t.with(s, n), l) })
	if n > most {
		return -1
	}
	return n
}

// best are the cheapest settings that fit at the high end: prefetched blocks are given up, VACE
// blocks and blocks are swapped. Nothing is lowered unless it may be.
func (t *trial) best(written Swap) (best Swap, found bool) {
	vace := max(written.VACE, len(t.in.likely().VACE))
	for prefetch := written.Prefetch; prefetch >= 0; prefetch = min(prefetch-1, 1) {
		for v := written.VACE; v <= vace; v++ {
			s := Swap{VACE: v, Prefetch: prefetch, NonBlocking: written.NonBlocking, Max: written.Max, Dead: written.Dead}
			n := t.fewestOf(s, high)
			if n < 0 {
				continue
			}
			if s.Blocks = n; !t.mayLower() {
				s.Blocks = max(n, written.Blocks)
			}
			if !found || t.cost(s) < t.cost(best) {
				best, found = s, true
			}
		}
	}
	return best, found
}

// most are the settings that take the least memory.
func (t *trial) most(written Swap) Swap {
	s := written
	s.Blocks, s.VACE, s.Prefetch = max(written.Blocks, t.in.maxBlocks()), max(written.VACE, len(t.in.likely().VACE)), 0
	return s
}
