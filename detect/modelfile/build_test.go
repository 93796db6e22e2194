package modelfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A part is one tensor of a model that a test makes up. Its dtype is that of the list it is in
// unless it has its own.
type part struct {
	key   string
	shape []int64
	dtype string
}

func p(key string, shape ...int64) part { return part{key: key, shape: shape} }

// as gives a part its own dtype.
func (q part) as(dtype string) part { q.dtype = dtype; return q }

// layer is a matrix with its bias.
func layer(key string, out, in int64) []part {
	return []part{p(key+".weight", out, in), p(key+".bias", out)}
}

func join(lists ...[]part) []part {
	var all []part
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

// before puts a prefix before all keys.
func before(prefix string, parts []part) []part {
	var all []part
	for _, q := range parts {
		q.key = prefix + q.key
		all = append(all, q)
	}
	return all
}

// stored gives all parts that change wants a dtype.
func stored(parts []part, dtype string, change func(part) bool) []part {
	var all []part
	for _, q := range parts {
		if change(q) {
			q.dtype = dtype
		}
		all = append(all, q)
	}
	return all
}

// matrix reports whether fp8 and GGUF files quantize the part.
func matrix(q part) bool {
	return strings.Contains(q.key, "blocks.") && strings.HasSuffix(q.key, ".weight") && len(q.shape) == 2
}

// scaled puts a scale beside every matrix.
func scaled(parts []part, suffix string) []part {
	var all []part
	for _, q := range parts {
		all = append(all, q)
		if matrix(q) {
			all = append(all, p(strings.TrimSuffix(q.key, "weight")+suffix).as("F32"))
		}
	}
	return all
}

// headerText is the JSON of a safetensors header, and how many bytes of data it promises.
func headerText(dtype string, parts []part) (string, int64) {
	var text strings.Builder
	text.WriteString(`{"__metadata__":{"format":"pt","made by":"a \"test\""}`)
	var at int64
	for _, q := range parts {
		is := dtype
		if q.dtype != "" {
			is = q.dtype
		}
		n := map[string]int64{"F32": 4, "BF16": 2, "F16": 2}[is]
		n = max(n, 1)
		for _, size := range q.shape {
			n *= size
		}
		shape := strings.Join(strings.Fields(fmt.Sprint(q.shape)), ",")
		fmt.Fprintf(&text, `,%q:{"dtype":%q,"shape":%s,"data_offsets":[%d,%d]}`, q.key, is, shape, at, at+n)
		at += n
	}
	text.WriteString("}  ")
	return text.String(), at
}

// sparse is a file of which only the head was ever written. Reading far behind it fails the test.
type sparse struct {
	testing.TB
	head []byte
	size int64
}

// readAhead is how far behind a header a buffer may reach.
const readAhead = 4096

func (s sparse) ReadAt(to []byte, at int64) (int, error) {
	if at+int64(len(to)) > int64(len(s.head))+readAhead && s.TB != nil {
		s.Errorf("%d bytes at %d are read; the header ends at %d", len(to), at, len(s.head))
	}
	if at >= s.size {
		return 0, io.EOF
	}
	clear(to)
	if at < int64(len(s.head)) {
		copy(to, s.head[at:])
	}
	if rest := s.size - at; rest < int64(len(to)) {
		return int(rest), io.EOF
	}
	return len(to), nil
}

// framed puts the length before the JSON of a header.
func framed(text string) []byte {
	return append(binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text...)
}

func safetensorsFile(tb testing.TB, dtype string, parts []part) sparse {
	text, data := headerText(dtype, parts)
	head := framed(text)
	return sparse{tb, head, int64(len(head)) + data}
}

// ggufFile builds a GGUF header piece by piece.
type ggufFile struct {
	bytes.Buffer
	mark int // where a test expects the error
}

func (g *ggufFile) u32(v uint32) *ggufFile {
	g.Write(binary.LittleEndian.AppendUint32(nil, v))
	return g
}
func (g *ggufFile) u64(v uint64) *ggufFile {
	g.Write(binary.LittleEndian.AppendUint64(nil, v))
	return g
}
func (g *ggufFile) text(s string) *ggufFile {
	g.u64(uint64(len(s))).WriteString(s)
	return g
}
func (g *ggufFile) here() *ggufFile { g.mark = g.Len(); return g }

func newGGUF(tensors, pairs uint64) *ggufFile {
	g := new(ggufFile)
	g.WriteString("GGUF")
	return g.u32(3).u64(tensors).u64(pairs)
}

// The types that the tests store, by their number in ggml.h, with values and bytes of a block.
var storable = map[string]struct {
	number        uint32
	values, bytes int64
}{"F32": {0, 1, 4}, "F16": {1, 1, 2}, "Q8_0": {8, 32, 34}, "Q4_K": {12, 256, 144}, "Q6_K": {14, 256, 210}, "BF16": {30, 1, 2}}

// tensor writes a tensor info; the shape is as in torch.
func (g *ggufFile) tensor(name, dtype string, at int64, shape ...int64) *ggufFile {
	g.text(name).u32(uint32(len(shape)))
	for i := range shape {
		g.u64(uint64(shape[len(shape)-1-i]))
	}
	return g.u32(storable[dtype].number).u64(uint64(at))
}

// ggufModel is a whole file as the usual converter writes it: pairs, then tensors, each aligned.
func ggufModel(tb testing.TB, arch, dtype string, parts []part) sparse {
	g := newGGUF(uint64(len(parts)), 4)
	g.text("general.architecture").u32(8).text(arch)
	g.text("general.quantization_version").u32(4).u32(2)
	g.text("tokenizer.ggml.tokens").u32(9).u32(8).u64(3).text("<s>").text("").text("the")
	g.text("tokenizer.ggml.scores").u32(9).u32(6).u64(3).u32(0).u32(0).u32(0)
	var at int64
	for _, q := range parts {
		is := dtype
		if q.dtype != "" {
			is = q.dtype
		}
		n := int64(1)
		for _, size := range q.shape {
			n *= size
		}
		g.tensor(q.key, is, at, q.shape...)
		at += (n/storable[is].values*storable[is].bytes + 31) / 32 * 32
	}
	head := g.Bytes()
	return sparse{tb, head, int64(len(head)+31)/32*32 + at}
}

// read reads what a test built and cannot fail.
func read(tb testing.TB, file sparse) *Header {
	tb.Helper()
	h, err := ReadFrom(file, file.size)
	if err != nil {
		tb.Fatal(err)
	}
	return h
}

// write puts a sparse file on disk.
func write(tb testing.TB, name string, file sparse) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	if err := os.WriteFile(path, file.head, 0o644); err != nil {
		tb.Fatal(err)
	}
	if err := os.Truncate(path, file.size); err != nil {
		tb.Skipf("no sparse files here: %v", err)
	}
	return path
}
