package modelfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// expectFault wants an error at an offset that says certain words.
func expectFault(t *testing.T, file sparse, offset int, words string) {
	t.Helper()
	h, err := ReadFrom(file, file.size)
	var fault *Error
	if !errors.As(err, &fault) {
		t.Fatalf("got %+v and the error %v, want an *Error", h, err)
	}
	if h != nil || fault.Offset != int64(offset) || !strings.Contains(fault.Reason, words) {
		t.Errorf("got %q, want %q at byte %d", err, words, offset)
	}
	if len(err.Error()) > 400 {
		t.Errorf("the message has %d bytes", len(err.Error()))
	}
}

// TestHostileSafetensors has a ¦ where the error belongs.
func TestHostileSafetensors(t *testing.T) {
	deep := strings.Repeat("[", 100_000)
	many := func(n int, item string) string { return strings.TrimSuffix(strings.Repeat(item+",", n), ",") }
	long := strings.Repeat("\U000e0001", maxName/4)
	var tensors strings.Builder
	for i := range maxTensors {
		fmt.Fprintf(&tensors, `"%d":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},`, i)
	}
	for _, tt := range []struct{ name, text, words string }{
		{"cut off in a key", `{¦"blocks.0`, "never ends"},
		{"cut off behind a key", `{"a"¦`, `the header ends where ':' belongs`},
		{"cut off in a tensor", `{"a":{"dtype":"BF16"¦`, `the header ends where ',' belongs`},
		{"no object", `{"a":¦[]}`, `'[' stands where '{' belongs`},
		{"a comma too many", `{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},¦}`, `'}' stands where '"' belongs`},
		{"something behind", `{} ¦x`, "follows the end"},
		{"a zero byte behind", "{}¦\x00", "follows the end"},
		{"a second object", `{}¦{}`, "follows the end"},
		{"a control character", "{\"a¦\n\":1}", "control character"},
		{"not UTF-8", "{\"a¦\xff\":1}", "not UTF-8"},
		{"a wrong escape", `{¦"a\x":1}`, "not JSON"},
		{"a wrong escape in skipped text", `{"__metadata__":{"a":¦"\x"}}`, "backslash"},
		{"a word that is no value", `{"__metadata__":¦nil}`, "a value belongs here"},
		{"no value", `{"__metadata__":¦}`, "a value belongs here"},
		{"deep", `{"__metadata__":` + many(1, strings.Repeat("[", maxNesting)) + `¦` + deep, "nested more than 16"},
		{"deep in an unknown field", `{"a":{"more":` + strings.Repeat(`{"a":`, maxNesting) + `¦` + strings.Repeat(`{"a":`, 100_000), "nested more than 16"},
		{"a long name", `{¦"` + strings.Repeat("a", maxName+1) + `":{}}`, "a name of 1025 bytes: at most 1024"},
		{"a tensor twice", `{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},¦"a":{}}`, "written twice"},
		{"a tensor twice, escaped", `{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},¦"\u0061":{}}`, "written twice"},
		{"a long tensor twice", `{"` + long + `":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},¦"` + long + `":1}`, "written twice"},
		{"a field twice", `{"a":{"dtype":"U8",¦"dtype":"BF16"}}`, "dtype is written twice"},
		{"a field missing", `{¦"a":{"dtype":"U8","shape":[1]}}`, "lacks its dtype, shape or data_offsets"},
		{"a dtype that is a number", `{"a":{"dtype":¦1}}`, `where '"' belongs`},
		{"a negative size", `{"a":{"shape":[¦-1]}}`, "a whole number"},
		{"a broken size", `{"a":{"shape":[¦1.5]}}`, "a whole number"},
		{"a size in powers", `{"a":{"shape":[¦1e3]}}`, "a whole number"},
		{"a size with a zero before", `{"a":{"shape":[¦01]}}`, "begins with 0"},
		{"a huge number", `{"a":{"shape":[¦99999999999999999999]}}`, "beyond all sizes"},
		{"a huge shape", `{¦"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`, "a shape beyond all sizes"},
		{"a shape that overflows to its size", `{¦"a":{"dtype":"F64","shape":[288230376151711744,64],"data_offsets":[0,0]}}`, "a shape beyond all sizes"},
		{"bits that overflow to its size", `{¦"a":{"dtype":"F64","shape":[288230376151711744],"data_offsets":[0,0]}}`, "has 0 bytes"},
		{"many dimensions", `{"a":{"shape":[` + many(maxDims, "1") + `,¦` + many(99, "1") + `]}}`, "more than 16 dimensions"},
		{"three offsets", `{"a":{"data_offsets":[0,1¦,2]}}`, `',' stands where ']' belongs`},
		{"one offset", `{"a":{"data_offsets":[0¦]}}`, `']' stands where ',' belongs`},
		{"an end before the beginning", `{¦"a":{"dtype":"U8","shape":[1],"data_offsets":[2,1]}}`, "ends before it begins"},
		{"a wrong size", `{¦"a":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,6]}}`, "has 6 bytes, BF16[2 3] needs 12"},
		{"half a byte", `{¦"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}`, "needs 1"},
		{"data behind the file", `{¦"a":{"dtype":"U8","shape":[99],"data_offsets":[2,101]}}`, "bytes 2 to 101, the file has 100 of data: was the download cut off?"},
		{"an overlap", `{"b":{"dtype":"U8","shape":[9],"data_offsets":[0,9]},¦"a":{"dtype":"U8","shape":[9],"data_offsets":[8,17]}}`, `"a" overlaps that of "b"`},
		{"an overlap out of order", `{¦"b":{"dtype":"U8","shape":[9],"data_offsets":[8,17]},"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}`, `"b" overlaps that of "a"`},
		{"one inside another", `{"a":{"dtype":"U8","shape":[99],"data_offsets":[0,99]},¦"b":{"dtype":"U8","shape":[1],"data_offsets":[50,51]}}`, `"b" overlaps`},
		{"many tensors", `{` + tensors.String() + `¦"last":{}}`, "more than 100000 tensors"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			head := framed(strings.Replace(tt.text, "¦", "", 1))
			expectFault(t, sparse{t, head, int64(len(head)) + 100}, 8+strings.Index(tt.text, "¦"), tt.words)
		})
	}
}

// TestHostileLengths is about files whose first bytes are wrong.
func TestHostileLengths(t *testing.T) {
	length := func(n uint64) string { return string(binary.LittleEndian.AppendUint64(nil, n)) }
	for _, tt := range []struct {
		name, head string
		size       int64
		words      string
	}{
		{"empty", "", 0, "the file is empty"},
		{"one byte", "{", 1, "neither"},
		{"a length alone", length(2), 8, "neither"},
		{"a header cut off", length(1000) + `{"a":`, 500, "said to have 1000 bytes, the file has 500"},
		{"a header that just misses", length(20) + `{                  }`, 27, "said to have 20 bytes, the file has 27"},
		{"a header beyond all sizes", length(1<<64-1) + `{`, 1 << 40, "said to have"},
		{"a header of 2 GB", length(2e9) + `{`, 1 << 40, "a header of 2000 MB: at most 100 MB are read"},
		{"text", "Once upon a time there was a model", 34, "neither a safetensors nor a GGUF file"},
		{"a PyTorch file", "PK\x03\x04" + strings.Repeat("\x00", 99), 103, "a PyTorch file"},
		{"an old PyTorch file", "\x80\x02}q\x00X", 1 << 30, "a PyTorch file"},
		{"a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0", 133, "Git LFS pointer"},
		{"a web page", "<!DOCTYPE html><html>", 5000, "a web page"},
		{"zeros", "", 1 << 34, "begins with zeros"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			expectFault(t, sparse{t, []byte(tt.head), tt.size}, 0, tt.words)
		})
	}
}

func TestHostileGGUF(t *testing.T) {
	nested := func() *ggufFile {
		g := newGGUF(0, 1).text("deep").u32(9)
		for range maxNesting {
			g.u32(9).u64(1)
		}
		return g
	}
	for _, tt := range []struct {
		name  string
		file  *ggufFile
		size  int64 // of data behind the header
		words string
	}{
		{"cut off in the counts", newGGUF(1, 0).cut(20).at(16), 0, "the file ends inside of the header: 8 more bytes"},
		{"cut off behind a count beyond all sizes", newGGUF(1<<64-1, 0).cut(20).at(16), 0, "8 more bytes"},
		{"cut off in a name", newGGUF(1, 0).text("blocks.0").cut(36).at(32), 0, "the file ends inside of the header"},
		{"cut off before a tensor", newGGUF(1, 0).here(), 0, "8 more bytes belong here"},
		{"version 1", newGGUF(0, 0).patch(4, 1).at(4), 0, "GGUF version 1: versions 2 and 3"},
		{"big-endian", newGGUF(0, 0).patch(4, 3<<24).at(4), 0, "big-endian"},
		{"many tensors", newGGUF(1<<60, 0).at(8), 1 << 30, "1152921504606846976 tensors: at most 100000"},
		{"many keys", newGGUF(0, 1<<60).at(16), 1 << 30, "keys: at most 100000"},
		{"a long key", newGGUF(0, 1).here().u64(maxName + 1), 1 << 30, "a name of 1025 bytes"},
		{"a key beyond all sizes", newGGUF(0, 1).here().u64(1<<64 - 1), 1 << 30, "beyond all sizes"},
		{"a key behind the file", newGGUF(0, 1).u64(500).here(), 99, "500 more bytes"},
		{"an unknown value", newGGUF(0, 1).text("a").here().u32(13), 99, "a value of the type 13"},
		{"text behind the file", newGGUF(0, 1).text("a").u32(8).u64(1e9).here(), 99, "1000000000 more bytes"},
		{"text beyond what is read", newGGUF(0, 1).text("a").u32(8).u64(1e9).here(), 1 << 40, "at most the first 100 MB"},
		{"an array behind the file", newGGUF(0, 1).text("a").u32(9).u32(4).u64(1000).here(), 99, "4000 more bytes"},
		{"an array beyond all sizes", newGGUF(0, 1).text("a").u32(9).here().u32(10).u64(1 << 61), 99, "an array of 2305843009213693952 values"},
		{"an array of strings without end", newGGUF(0, 1).text("a").u32(9).u32(8).u64(1 << 61).u64(0).here(), 7, "8 more bytes"},
		{"an array of unknown values", newGGUF(0, 1).text("a").u32(9).here().u32(77).u64(1), 99, "type 77"},
		{"deep arrays", nested().here().u32(9).u64(1).at(nested().Len() - 12), 99, "nested more than 16"},
		{"an alignment of 0", newGGUF(0, 1).text("general.alignment").here().u32(4).u32(0), 99, "an alignment of 0"},
		{"an alignment of 3", newGGUF(0, 1).text("general.alignment").here().u32(4).u32(3), 99, "want a power of two"},
		{"an original shape of text", newGGUF(0, 1).text("comfy.gguf.orig_shape.a").u32(9).here().u32(8).u64(1), 99, "an original shape"},
		{"an original shape without end", newGGUF(0, 1).text("comfy.gguf.orig_shape.a").u32(9).here().u32(5).u64(1 << 40), 99, "an original shape"},
		{"a tensor twice", newGGUF(2, 0).tensor("a", "F32", 0, 8).here().tensor("a", "F32", 32, 8), 999, `"a" is written twice`},
		{"many dimensions", newGGUF(1, 0).here().text("a").u32(1 << 31), 99, "has 2147483648 dimensions"},
		{"a size beyond all sizes", newGGUF(1, 0).here().text("a").u32(1).u64(1<<64 - 1), 99, "beyond all sizes"},
		{"a shape that overflows", newGGUF(1, 0).here().tensor("a", "F32", 0, 1<<32, 1<<32), 99, "which F32 cannot store"},
		{"bytes that overflow", newGGUF(1, 0).here().text("a").u32(1).u64(1 << 61).u32(28).u64(0), 99, "which F64 cannot store"},
		{"rows that make no blocks", newGGUF(1, 0).here().tensor("a", "Q4_K", 0, 256, 128), 1 << 20, "has the shape [256 128], which Q4_K cannot store"},
		{"a type that was given up", newGGUF(1, 0).here().text("a").u32(1).u64(32).u32(4).u64(0), 99, "the type 4"},
		{"a type of the future", newGGUF(1, 0).here().text("a").u32(1).u64(32).u32(1000).u64(0), 99, "the type 1000"},
		{"data behind the file", newGGUF(1, 0).here().tensor("a", "F32", 0, 1000), 99, "was the download cut off?"},
		{"data behind the file by the padding", newGGUF(1, 0).here().tensor("a", "F32", 0, 8), 32, "bytes 0 to 32, the file has 25"},
		{"data beyond all sizes", newGGUF(1, 0).here().tensor("a", "F32", -1, 1), 99, "beyond all sizes"},
		{"an overlap", newGGUF(2, 0).tensor("a", "F32", 32, 8).here().tensor("b", "F32", 60, 8), 999, `"b" overlaps that of "a"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			expectFault(t, sparse{nil, tt.file.Bytes(), int64(tt.file.Len()) + tt.size}, tt.file.mark, tt.words)
		})
	}
}

// at marks an offset, cut shortens the file, patch overwrites four bytes.
func (g *ggufFile) at(offset int) *ggufFile { g.mark = offset; return g }
func (g *ggufFile) cut(to int) *ggufFile    { g.Truncate(to); return g }
func (g *ggufFile) patch(at int, v uint32) *ggufFile {
	binary.LittleEndian.PutUint32(g.Bytes()[at:], v)
	return g
}

// TestHarmless is what is odd and still read.
func TestHarmless(t *testing.T) {
	for _, tt := range []struct{ name, text string }{
		{"blanks everywhere", " {\n\t\"a\" : { \"shape\" : [ 2 ,3 ] , \"data_offsets\":[ 0 , 12 ] ,\"dtype\": \"BF16\" } }\r\n "},
		{"an unknown field", `{"a":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12],"more":[1.5e3,{"a":null},true]}}`},
		{"an unknown type", `{"a":{"dtype":"F3_E1M1","shape":[2,3],"data_offsets":[0,12]}}`},
		{"a gap before", `{"a":{"dtype":"BF16","shape":[2,3],"data_offsets":[80,92]}}`},
		{"an escaped name", `{"\u0061\ud83d\ude00":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]}}`},
		{"metadata of all sorts", `{"__metadata__":{"a":"\"}]","b":[[[["x"]]]],"c":-1.5e-9},"a":{"dtype":"BF16","shape":[6],"data_offsets":[0,12]}}`},
		{"a replacement character", `{"__metadata__":{"a":"` + "\ufffd" + `"},"a":{"dtype":"BF16","shape":[6],"data_offsets":[0,12]}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			head := framed(tt.text)
			if h := read(t, sparse{t, head, int64(len(head)) + 100}); h.Tensors != 1 || h.Bytes != 12 {
				t.Errorf("got %d tensors of %d bytes", h.Tensors, h.Bytes)
			}
		})
	}
}

// TestBlockNumbers counts as blocks what can be one.
func TestBlockNumbers(t *testing.T) {
	for key, want := range map[string]int{
		"blocks.0.x": 1, "blocks.999.x": 1000, "blocks.1000.x": 0, "blocks.99999999999999999999.x": 0,
		"blocks..x": 0, "blocks.-1.x": 0, "blocks.7": 0, "blocks.7x.y": 0, "blocks.": 0, "my_blocks.7.x": 0, "controlnet_blocks.3.x": 0,
		"face_adapter.fuser_blocks.2.x": 11, "lora_unet_blocks_3_x.lora_up.weight": 4, "lora_unet_blocks_x": 0, "lora_unet_": 0,
	} {
		t.Run(key, func(t *testing.T) {
			h := read(t, safetensorsFile(t, "U8", []part{p(key, 5)}))
			if len(h.Blocks) != want || h.BlockBytes()+h.Outside != 5 {
				t.Errorf("got %d blocks, %d bytes in and %d out of them; want %d blocks", len(h.Blocks), h.BlockBytes(), h.Outside, want)
			}
		})
	}
}
