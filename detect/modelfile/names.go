package modelfile

import "hash/maphash"

// names is a set of names that keeps only their hashes. The seed is secret, so nobody can choose two
// names that share one, and by chance it happens once in a billion hostile files.
type names struct {
	seed  maphash.Seed
	slots []uint64 // a power of two, 0 is free
	used  int
}

// newNames makes room for about n names.
func newNames(n int64) names {
	size := int64(64)
	for size < 2*n {
		size *= 2
	}
	return names{seed: maphash.MakeSeed(), slots: make([]uint64, size)}
}

// add reports whether the name was not there before.
func (s *names) add(name string) bool {
	if 2*s.used >= len(s.slots) {
		old := s.slots
		s.slots = make([]uint64, 2*len(old))
		for _, hash := range old {
			if hash != 0 {
				*s.slot(hash) = hash
			}
		}
	}
	hash := maphash.String(s.seed, name) | 1
	slot := s.slot(hash)
	if *slot == hash {
		return false
	}
	*slot = hash
	s.used++
	return true
}

// slot is where a hash is, or would be.
func (s *names) slot(hash uint64) *uint64 {
	for i := hash >> 1; ; i++ {
		if slot := &s.slots[i&uint64(len(s.slots)-1)]; *slot == hash || *slot == 0 {
			return slot
		}
	}
}
