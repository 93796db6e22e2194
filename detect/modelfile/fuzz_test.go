package modelfile

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"testing"
)

// FuzzRead reads files of any content with any number of zeros behind. It wants an offset inside of
// the file for every error, parts that add up for every answer, and agreement with encoding/json.
func FuzzRead(f *testing.F) {
	add := func(file sparse) { f.Add(file.head, uint32(file.size-int64(len(file.head)))) }
	tiny := wan{dim: 8, ffn: 256, channels: 16, latent: 16, blocks: 1, i2v: true}
	add(safetensorsFile(nil, "BF16", tiny.model()))
	add(safetensorsFile(nil, "F8_E4M3", scaled(join(tiny.vace(1), pairsOf("kohya", 1, 1)), "weight_scale")))
	wide := wan{dim: 256, ffn: 256, channels: 16, latent: 16, blocks: 1}
	add(ggufModel(nil, "wan", "F16", stored(wide.model(), "Q4_K", matrix)))
	f.Add(framed(`{"__metadata__":{"a":["\u0000",-1.5e3,null]},"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4],"b":{}},"c":{"dtype":"F4","shape":[4],"data_offsets":[0,2]}} `), uint32(4))
	f.Add([]byte("GGUF\x03\x00\x00\x00"), uint32(64))
	g := newGGUF(1, 3)
	g.text("general.alignment").u32(4).u32(64).text("comfy.gguf.orig_shape.a").u32(9).u32(11).u64(1).u64(7).text("x").u32(9).u32(9).u64(1).u32(8).u64(1).text("y")
	g.tensor("a", "Q8_0", 64, 32)
	f.Add(g.Bytes(), uint32(500))
	f.Fuzz(func(t *testing.T, head []byte, zeros uint32) {
		file := sparse{nil, head, int64(len(head)) + int64(zeros)}
		h, err := ReadFrom(file, file.size)
		if err != nil {
			var fault *Error
			if !errors.As(err, &fault) || fault.Offset < 0 || fault.Offset > file.size || fault.Reason == "" || h != nil {
				t.Fatalf("got %+v and the error %v in a file of %d bytes", h, err, file.size)
			}
			return
		}
		addsUp(t, h, file)
		if h.Format == Safetensors {
			agrees(t, h, head)
		}
	})
}

func addsUp(t *testing.T, h *Header, file sparse) {
	var all, linears Tally
	for _, one := range h.Dtypes {
		all.Tensors, all.Bytes = all.Tensors+one.Tensors, all.Bytes+one.Bytes
	}
	for _, one := range h.Linears {
		linears.Tensors, linears.Bytes = linears.Tensors+one.Tensors, linears.Bytes+one.Bytes
	}
	places := h.Outside + h.VACEBytes()
	for _, bytes := range h.Blocks {
		places += bytes
	}
	if all != (Tally{h.Tensors, h.Bytes}) || places != h.Bytes || h.Bytes > file.size || linears.Bytes > h.Bytes-h.Outside {
		t.Fatalf("a file of %d bytes: %d tensors of %d bytes, by type %+v, by place %d, linears %+v", file.size, h.Tensors, h.Bytes, all, places, linears)
	}
	if h.Dim < 0 || h.InChannels < 0 || h.FFN < 0 || h.LoRA.MinRank < 0 || h.LoRA.MinRank > h.LoRA.MaxRank {
		t.Fatalf("got %+v", h)
	}
}

// agrees reads the header once more, as the standard library does it.
func agrees(t *testing.T, h *Header, head []byte) {
	text := head[8:]
	if length := binary.LittleEndian.Uint64(head); length < uint64(len(text)) {
		text = text[:length]
	}
	var tensors map[string]json.RawMessage
	if err := json.Unmarshal(text, &tensors); err != nil {
		t.Fatalf("encoding/json refuses what was read: %v", err)
	}
	delete(tensors, "__metadata__")
	var bytes int64
	for name, raw := range tensors {
		var fields map[string]json.RawMessage // a struct would take DTYPE for dtype
		var offsets [2]int64
		if err := json.Unmarshal(raw, &fields); err != nil {
			t.Fatalf("encoding/json refuses %q: %v", name, err)
		}
		if err := json.Unmarshal(fields["data_offsets"], &offsets); err != nil {
			t.Fatalf("encoding/json refuses the offsets of %q: %v", name, err)
		}
		bytes += offsets[1] - offsets[0]
	}
	if len(tensors) != h.Tensors || bytes != h.Bytes {
		t.Fatalf("got %d tensors of %d bytes, encoding/json finds %d of %d", h.Tensors, h.Bytes, len(tensors), bytes)
	}
}
