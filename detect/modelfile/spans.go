package modelfile

import (
	"cmp"
	"math/bits"
	"slices"
)

// span is where the data of a tensor stands, counted from where all data begins.
type span struct {
	begin, end int64
	name       string
	at         int64 // of the tensor's entry in the file
}

// spans are those of all tensors that have data.
type spans struct {
	all      []span
	unsorted bool
}

func (s *spans) add(next span) {
	if next.begin == next.end {
		return
	}
	if n := len(s.all); n > 0 && next.begin < s.all[n-1].end {
		s.unsorted = true // or they overlap
	}
	s.all = append(s.all, next)
}

// check reports data that two tensors share or that ends behind the file, which has size bytes of
// data. Gaps and bytes behind the last tensor mislead nobody and are let pass.
func (s *spans) check(size int64) error {
	if s.unsorted {
		slices.SortFunc(s.all, func(a, b span) int { return cmp.Compare(a.begin, b.begin) })
	}
	for i, one := range s.all {
		if one.end > size {
			return errorAt(one.at, "the data of %s is bytes %d to %d, the file has %d of data: was the download cut off?",
				short(one.name), one.begin, one.end, max(size, 0))
		}
		if i > 0 && one.begin < s.all[i-1].end {
			return errorAt(one.at, "the data of %s overlaps that of %s", short(one.name), short(s.all[i-1].name))
		}
	}
	return nil
}

// product is how many values a tensor of that shape has; false if it is more than 2^62.
func product(shape []int64) (int64, bool) {
	n := uint64(1)
	for _, size := range shape {
		high, low := bits.Mul64(n, uint64(size))
		if high > 0 || low > 1<<62 {
			return 0, false
		}
		n = low
	}
	return int64(n), true
}
