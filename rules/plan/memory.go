package plan

// Memory is what a model path takes of the computer's own memory. Low is what waits there for
// its turn: the swapped blocks. High is with the model's file, whose tensors stay loaded unless
// the system drops them. Text encoders and the pictures are not in it.
func Memory(in Input) Span { return in.scenarios()[0].memory() }

func (s *scenario) memory() Span {
	waiting := s.waiting()
	if vace := s.vaceMoved(); vace > 0 {
		waiting += sum(s.weights.VACE[len(s.weights.VACE)-vace:])
	}
	all := waiting + s.weights.File
	return Span{waiting, all, all}
}

// waiting is the bytes of the swapped blocks in the computer's memory: more than their own where
// they are pinned, for torch rounds each tensor up to a power of two then.
func (s *scenario) waiting() int64 {
	w := s.weights
	bytes := sum(w.Blocks[len(w.Blocks)-s.in.moved(w, s.offByOne):])
	if s.in.Swap.NonBlocking {
		bytes = int64(float64(bytes) * w.padding())
	}
	return bytes
}
