package modelfile

import "strings"

// tensor is one as its header describes it, with the outermost dimension first.
type tensor struct {
	name, dtype string
	shape       []int64
	bytes       int64
}

// survey takes in the tensors of a file one by one and keeps what [Header] is made of.
type survey struct {
	format       Format
	architecture string
	prefix       string
	spans        spans
	names        names
	tensors      int
	bytes        int64
	dtypes       tallies
	linears      tallies
	blocks       [3][]int64 // bytes by group and index
	outside      int64
	roles        map[string]role
	signs        []sighting
	lora         Pairs
	scales       scales
	// firstFP8 is the first fp8 tensor by name: torch loads a file's tensors in that order.
	firstFP8, fp8Dtype string
}

// newSurvey makes room for about that many tensors.
func newSurvey(format Format, tensors int64) *survey {
	guess := min(tensors, 10_000) // or a hostile header would be given what it asks for
	return &survey{
		format: format,
		names:  newNames(guess),
		spans:  spans{all: make([]span, 0, guess)},
	}
}

// add takes in one tensor.
func (v *survey) add(t tensor) {
	v.tensors++
	v.bytes += t.bytes
	v.dtypes.add(t.dtype, t.bytes)
	key := plain(t.name)
	if v.prefix == "" {
		v.prefix = t.name[:len(t.name)-len(key)]
	}
	in, index, end := place(key)
	if in == outside {
		v.outside += t.bytes
		if countsForLoRA(key) {
			v.lora.note(t)
		}
	} else {
		v.blocks[in] = addAt(v.blocks[in], index, t.bytes)
		switch v.role(end) {
		case linear:
			if len(t.shape) == 2 {
				v.linears.add(t.dtype, t.bytes)
			}
		case partOfLoRA:
			v.lora.note(t)
		}
	}
	if v.format == Safetensors {
		v.scales.note(t)
		v.noteFP8(t)
	}
	if index == 0 { // no other block is looked at
		v.sight(key, t)
	}
}

// role is what a tensor inside of a block is, by the end of its key. All blocks have the same ends,
// so each is looked at once.
func (v *survey) role(end string) role {
	r, known := v.roles[end]
	if !known {
		if v.roles == nil {
			v.roles = make(map[string]role)
		}
		r = roleOf(end)
		v.roles[end] = r
	}
	return r
}

// addAt adds to a list that grows as needed.
func addAt(list []int64, index int, bytes int64) []int64 {
	for len(list) <= index {
		list = append(list, 0)
	}
	list[index] += bytes
	return list
}

// noteFP8 keeps the tensor that decides which fp8 a file is. The wrapper would also take a scale
// for it, which is fp8 in files with block scales only; those it cannot load anyway.
func (v *survey) noteFP8(t tensor) {
	if t.dtype != "F8_E4M3" && t.dtype != "F8_E5M2" || strings.HasSuffix(t.name, "_scale") {
		return
	}
	if v.fp8Dtype == "" || t.name < v.firstFP8 {
		v.firstFP8, v.fp8Dtype = t.name, t.dtype
	}
}

// tallies count by type; there are only a handful in a file.
type tallies []struct {
	dtype string
	Tally
}

func (s *tallies) add(dtype string, bytes int64) {
	for i := range *s {
		if one := &(*s)[i]; one.dtype == dtype {
			one.Tensors++
			one.Bytes += bytes
			return
		}
	}
	*s = append(*s, struct {
		dtype string
		Tally
	}{dtype, Tally{1, bytes}})
}

// count is how many tensors there are of any of the types.
func (s tallies) count(dtypes ...string) int {
	n := 0
	for _, one := range s {
		for _, dtype := range dtypes {
			if one.dtype == dtype {
				n += one.Tensors
			}
		}
	}
	return n
}

// most is the type with the most bytes, by name if there are several; "" if there are no tensors.
func (s tallies) most() string {
	var best string
	var bytes int64 = -1
	for _, one := range s {
		if one.Bytes > bytes || one.Bytes == bytes && one.dtype < best {
			best, bytes = one.dtype, one.Bytes
		}
	}
	return best
}

// table gives the counts away, and no part of the header's text with them.
func (s tallies) table() map[string]Tally {
	if len(s) == 0 {
		return nil
	}
	table := make(map[string]Tally, len(s))
	for _, one := range s {
		table[strings.Clone(one.dtype)] = one.Tally
	}
	return table
}
