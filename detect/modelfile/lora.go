package modelfile

import "strings"

// lows are the parts of a key by which the inner matrix of a low-rank pair is known, with the axis
// that is its rank; -1 is not told. Each pair has one of them.
var lows = [...]struct {
	part string
	axis int
}{
	{".lora_A", 0},
	{".lora_down", 0},
	{".lora.down", 0},
	{"_loras.down", 0}, // Stand-In
	{".hada_w1_a", 1},
	{".lokr_w1", -1},
}

// note counts t if it is part of a LoRA.
func (p *Pairs) note(t tensor) {
	switch {
	case strings.HasSuffix(t.name, ".diff"), strings.HasSuffix(t.name, ".diff_b"):
		p.Full++
		return
	case !strings.Contains(t.name, "lo") && !strings.Contains(t.name, "hada"):
		return // nearly all tensors of other files
	}
	for _, low := range lows {
		if !strings.Contains(t.name, low.part) || strings.HasSuffix(t.name, ".lokr_w1_b") {
			continue
		}
		p.Count++
		if low.axis >= 0 && low.axis < len(t.shape) {
			p.rank(t.shape[low.axis])
		}
		return
	}
}

// rank takes in the rank of one pair. No matrix here has more than 2^31 rows.
func (p *Pairs) rank(rank int64) {
	if rank <= 0 || rank >= 1<<31 {
		return
	}
	p.MaxRank = max(p.MaxRank, int(rank))
	if p.MinRank == 0 || int(rank) < p.MinRank {
		p.MinRank = int(rank)
	}
}
