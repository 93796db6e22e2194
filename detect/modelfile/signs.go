package modelfile

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// sign is one key of a signature, compiled.
type sign struct {
	key    int // in the index
	absent bool
	sizes  [2][]int64 // allowed for the first dimensions; empty is any
}

// index numbers all keys that are looked for, and has the signatures in those numbers.
type index struct {
	keys  map[string]int
	signs [][]sign // beside signatures
}

// compiled is made when the first file is read.
var compiled = sync.OnceValue(func() index {
	x := index{keys: make(map[string]int)}
	for _, s := range signatures {
		var signs []sign
		for _, word := range strings.Fields(s.keys) {
			signs = append(signs, x.sign(word))
		}
		x.signs = append(x.signs, signs)
	}
	for _, key := range facts {
		x.number(key)
	}
	return x
})

// sign reads "key", "!key" or "key[5120|1536,*]".
func (x *index) sign(word string) sign {
	key, brackets, _ := strings.Cut(strings.TrimSuffix(word, "]"), "[")
	key, absent := strings.CutPrefix(key, "!")
	s := sign{key: x.number(key), absent: absent}
	for axis, sizes := range strings.Split(brackets, ",") {
		for _, size := range strings.Split(sizes, "|") {
			if n, err := strconv.ParseInt(size, 10, 64); err == nil {
				s.sizes[axis] = append(s.sizes[axis], n)
			}
		}
	}
	return s
}

func (x *index) number(key string) int {
	n, ok := x.keys[key]
	if !ok {
		n = len(x.keys)
		x.keys[key] = n
	}
	return n
}

// sighting is a key that is looked for and was found, with its first dimensions.
type sighting struct {
	seen  bool
	sizes [2]int64
	dtype string
}

// sight notes t if its key is looked for.
func (v *survey) sight(key string, t tensor) {
	n, ok := compiled().keys[key]
	if !ok {
		return
	}
	if v.signs == nil {
		v.signs = make([]sighting, len(compiled().keys))
	}
	s := sighting{seen: true, dtype: t.dtype}
	copy(s.sizes[:], t.shape)
	v.signs[n] = s
}

// saw is what was seen of a key that is looked for.
func (v *survey) saw(key string) sighting {
	if n, ok := compiled().keys[key]; ok && v.signs != nil {
		return v.signs[n]
	}
	return sighting{}
}

// size is the first or second dimension of the first of the keys that was seen; 0 if none was.
func (v *survey) size(axis int, keys ...string) int {
	for _, key := range keys {
		if s := v.saw(key); s.seen && s.sizes[axis] < 1<<31 {
			return int(s.sizes[axis])
		}
	}
	return 0
}

// judge tells what the file is for and to which family it belongs.
func (v *survey) judge() (Kind, string) {
	full := v.saw("patch_embedding.weight").seen
	if v.lora.Count+v.lora.Full > 0 && !full {
		return LoRA, ""
	}
	if v.signs == nil {
		return "", ""
	}
	for i, signs := range compiled().signs {
		if !slices.ContainsFunc(signs, v.contradicts) {
			kind := signatures[i].kind
			switch {
			case kind != "":
			case full:
				kind = Diffusion
			default:
				kind = Module
			}
			return kind, signatures[i].family
		}
	}
	return "", ""
}

// contradicts reports whether the file is not as s wants it.
func (v *survey) contradicts(s sign) bool {
	seen := v.signs[s.key]
	if seen.seen == s.absent {
		return true
	}
	for axis, allowed := range s.sizes {
		if len(allowed) > 0 && !slices.Contains(allowed, seen.sizes[axis]) {
			return true
		}
	}
	return false
}
