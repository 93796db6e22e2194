package plan

// Cost is what block swap costs: every swapped block is copied to the card and back in each
// forward. With cfg above 1 a step has two forwards.
type Cost struct {
	Bytes   int64   // over the link, both ways
	Seconds float64 // a forward; an estimate from two logged copies
}

// lane is GB/s (10^9 bytes) a lane after the protocol's overhead, by generation.
var lane = [...]float64{1: 0.19, 2: 0.38, 3: 0.75, 4: 1.5, 5: 3}

// pageable is GB/s to and from memory that is not pinned, which the CPU copies once more.
const pageable = 5.5

// rate is GB/s in either direction.
func (l Link) rate(pinned bool) float64 {
	if l.Generation <= 0 || l.Width <= 0 {
		l = Link{3, 16}
	}
	rate := lane[min(l.Generation, len(lane)-1)] * float64(l.Width)
	if !pinned {
		rate = min(rate, pageable)
	}
	return rate
}

// CostOf is what the settings of an input cost over a link.
func CostOf(in Input, link Link) Cost {
	all := in.scenarios()
	return Cost{Bytes: 2 * all[0].copied()}.over(link, in.Swap)
}

// over is the cost over a link, by settings that say whether memory is pinned.
func (c Cost) over(link Link, s Swap) Cost {
	c.Seconds = float64(c.Bytes) / 1e9 / link.rate(s.NonBlocking)
	return c
}

// copied is the bytes that a forward copies to the card: blocks with their share of LoRAs, VACE
// blocks, and the hints that swapping those keeps off the card.
func (s *scenario) copied() int64 {
	in, w := s.in, s.weights
	moved := in.moved(w, s.offByOne)
	bytes := sum(w.Blocks[len(w.Blocks)-moved:])
	if n := len(w.Blocks); n > 0 {
		bytes += in.LoRA.High * int64(moved) / int64(n)
	}
	if vace := s.vaceMoved(); vace > 0 {
		hint := int64(in.tokens(likely)) * int64(w.Model.Dim) * 2
		bytes += sum(w.VACE[len(w.VACE)-vace:]) + hint*int64(len(w.VACE))
	}
	return bytes
}

// Pinned is the system memory that use_non_blocking takes for the swapped blocks: torch rounds each
// tensor up to a power of two. The file's own bytes come on top.
func Pinned(in Input) int64 {
	in.Swap.NonBlocking = true
	return in.scenarios()[0].waiting()
}

// padding is what rounding up makes of a block's bytes.
func (w *Weights) padding() float64 {
	p := w.Model.Block
	square := int64(w.Model.Dim) * int64(w.Model.Dim)
	wide := int64(w.Model.Dim) * int64(w.Model.FFN)
	if p.Linear < wide || p.FFN2 < wide || square == 0 {
		return 1.5 // as most
	}
	squares := (p.Linear - wide + p.V) / square
	return float64(squares*powerOfTwo(square)+2*powerOfTwo(wide)) / float64(squares*square+2*wide)
}

func powerOfTwo(n int64) int64 {
	up := int64(1)
	for up < n {
		up *= 2
	}
	return up
}
