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

// low is the entry of lows that a key belongs to; -1 is none.
func low(key string) int {
	if strings.HasSuffix(key, ".bias") || strings.HasSuffix(key, ".lokr_w1_b") {
		return -1
	}
	for i := range lows {
		if strings.Contains(key, lows[i].part) {
			return i
		}
	}
	return -1
}

// isFull reports whether a key is of a tensor that is added as it is.
func isFull(key string) bool {
	return strings.HasSuffix(key, ".diff") || strings.HasSuffix(key, ".diff_b")
}

func countsForLoRA(key string) bool { return isFull(key) || low(key) >= 0 }

// note counts a tensor that counts for a LoRA.
func (p *Pairs) note(t tensor) {
	if isFull(t.name) {
		p.Full++
		return
	}
	p.Count++
	if axis := lows[low(t.name)].axis; axis >= 0 && axis < len(t.shape) {
		p.rank(t.shape[axis])
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
