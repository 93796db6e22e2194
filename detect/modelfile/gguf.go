package modelfile

import (
	"io"
	"strings"
)

// readGGUF reads magic, counts, key-value pairs and tensor infos.
func readGGUF(r io.ReaderAt, size int64) (*Header, error) {
	b := newReader(r, size)
	b.skip(4) // the magic
	if version := b.u32(); b.err == nil && version != 2 && version != 3 {
		if version>>16 != 0 && version&0xffff == 0 {
			return nil, errorAt(4, "a big-endian GGUF file, which no loader here reads")
		}
		return nil, errorAt(4, "GGUF version %d: versions 2 and 3 are read", version)
	}
	tensors := b.u64()
	pairs := b.u64()
	switch {
	case b.err != nil:
		return nil, b.err
	case tensors > maxTensors:
		return nil, errorAt(8, "%d tensors: at most %d are read", tensors, maxTensors)
	case pairs > maxPairs:
		return nil, errorAt(16, "%d keys: at most %d are read", pairs, maxPairs)
	}
	p := infos{reader: b, survey: newSurvey(GGUF, int64(tensors)), alignment: 32}
	for ; pairs > 0 && b.err == nil; pairs-- {
		p.pair()
	}
	for ; tensors > 0 && b.err == nil; tensors-- {
		p.info()
	}
	if b.err != nil {
		return nil, b.err
	}
	if err := p.spans.check(size - (b.at+p.alignment-1)/p.alignment*p.alignment); err != nil {
		return nil, err
	}
	return p.header(), nil
}

// infos reads the two lists of a GGUF header.
type infos struct {
	*reader
	*survey
	alignment int64
	// shapes are those that tensors had before they were folded to be quantized, by tensor.
	shapes map[string][]int64
}

// pair reads one key with its value, and keeps the three that matter.
func (p *infos) pair() {
	key := p.text(maxName)
	at := p.at
	kind := p.u32()
	folded, isShape := strings.CutPrefix(key, "comfy.gguf.orig_shape.")
	switch {
	case key == "general.architecture" && kind == ggufString:
		p.architecture = p.text(maxName)
	case key == "general.alignment" && kind == ggufU32:
		p.alignment = int64(p.u32())
		if p.err == nil && (p.alignment == 0 || p.alignment&(p.alignment-1) != 0) {
			p.fail(at, "an alignment of %d: want a power of two", p.alignment)
		}
	case isShape && kind == ggufArray:
		if shape := p.numbers(); p.err == nil {
			if p.shapes == nil {
				p.shapes = make(map[string][]int64)
			}
			p.shapes[folded] = shape
		}
	default:
		p.value(at, kind, maxNesting)
	}
}

// numbers reads an array of a tensor's dimensions.
func (p *infos) numbers() []int64 {
	at := p.at
	kind, count := p.u32(), p.u64()
	if p.err != nil {
		return nil
	}
	if count > maxDims || kind != ggufI32 && kind != ggufI64 {
		p.fail(at, "an original shape belongs here: up to %d numbers of 4 or 8 bytes", maxDims)
		return nil
	}
	shape := make([]int64, count)
	for i := range shape {
		if kind == ggufI32 {
			shape[i] = int64(p.u32())
		} else {
			shape[i] = int64(p.u64() & (1<<62 - 1))
		}
	}
	return shape
}

// info reads where one tensor is and what it looks like.
func (p *infos) info() {
	at := p.at
	name := p.text(maxName)
	dims := p.u32()
	if p.err == nil && !p.names.add(name) {
		p.fail(at, "the tensor %s is written twice", short(name))
		return
	}
	if dims > maxDims {
		p.fail(at, "the tensor %s has %d dimensions: at most %d are read", short(name), dims, maxDims)
		return
	}
	shape := make([]int64, dims)
	for i := range shape {
		size := p.u64()
		if size > 1<<62 {
			p.fail(at, "the tensor %s has a shape beyond all sizes", short(name))
			return
		}
		shape[len(shape)-1-i] = int64(size) // GGUF writes the innermost first
	}
	kind := p.u32()
	begin := p.u64()
	if p.err != nil {
		return
	}
	bytes, ok := ggmlBytes(kind, shape)
	switch {
	case ggmlName(kind) == "":
		p.fail(at, "the tensor %s has the type %d, which is not known", short(name), kind)
		return
	case !ok:
		p.fail(at, "the tensor %s has the shape %v, which %s cannot store", short(name), shape, ggmlName(kind))
		return
	case begin > 1<<62:
		p.fail(at, "the data of %s begins beyond all sizes", short(name))
		return
	}
	p.spans.add(span{begin: int64(begin), end: int64(begin) + bytes, name: name, at: at})
	if original := p.shapes[name]; original != nil {
		shape = original
	}
	p.add(tensor{name: name, dtype: ggmlName(kind), shape: shape, bytes: bytes})
}
