package carrier

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"math/bits"
	"testing"
)

// Writers of the formats, after their specifications. They share nothing with the
// readers.

var (
	be = binary.BigEndian
	le = binary.LittleEndian
)

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func packed(text string) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write([]byte(text))
	z.Close()
	return b.Bytes()
}

// chunk is a chunk of PNG: length, type, data, checksum of both.
func chunk(kind string, data ...string) []byte {
	body := []byte(kind)
	for _, d := range data {
		body = append(body, d...)
	}
	b := be.AppendUint32(nil, uint32(len(body)-4))
	return be.AppendUint32(append(b, body...), crc32.ChecksumIEEE(body))
}

// png is a picture of one grey point with chunks in front of its data, and an end.
func png(chunks ...[]byte) []byte {
	return join([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", "\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00"),
		join(chunks...), chunk("IDAT", string(packed("\x00\x80"))), chunk("IEND"))
}

// exif is EXIF data with texts in the fields from 0x010e on.
func exif(order binary.AppendByteOrder, texts ...string) []byte {
	b := []byte("II*\x00")
	if order == binary.AppendByteOrder(be) {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint16(order.AppendUint32(b, 8), uint16(len(texts)+1))
	at := 8 + 2 + 12*(len(texts)+1) + 4
	var values []byte
	for i, text := range texts {
		b = order.AppendUint16(order.AppendUint16(b, uint16(0x10e+i)), 2)
		b = order.AppendUint32(order.AppendUint32(b, uint32(len(text)+1)), uint32(at+len(values)))
		values = append(append(values, text...), 0)
	}
	b = order.AppendUint16(order.AppendUint16(b, 0x112), 3) // the orientation, a number
	b = order.AppendUint16(order.AppendUint16(order.AppendUint32(b, 1), 1), 0)
	return append(order.AppendUint32(b, 0), values...)
}

// riff is a chunk of WebP: type, length, data, a zero where that is odd.
func riff(kind string, data []byte) []byte {
	b := append(le.AppendUint32([]byte(kind), uint32(len(data))), data...)
	return append(b, make([]byte, len(data)%2)...)
}

func webp(chunks ...[]byte) []byte {
	return riff("RIFF", join(append([][]byte{[]byte("WEBP"), riff("VP8X", make([]byte, 10)), riff("ALPH", []byte{7})}, chunks...)...))
}

// segment is a segment of JPEG, whose length counts itself.
func segment(marker byte, data []byte) []byte {
	return append(be.AppendUint16([]byte{0xff, marker}, uint16(len(data)+2)), data...)
}

func jpeg(segments ...[]byte) []byte {
	return join([]byte{0xff, 0xd8}, join(segments...), segment(0xda, []byte{1}), []byte("picture\xff\xd9"))
}

// mp4 is a box: length with itself, type, content.
func mp4(kind string, content ...[]byte) []byte {
	body := join(content...)
	return append(append(be.AppendUint32(nil, uint32(8+len(body))), kind...), body...)
}

// long is a box with a length of 64 bits.
func long(kind string, content ...[]byte) []byte {
	body := join(content...)
	return append(be.AppendUint64(append([]byte{0, 0, 0, 1}, kind...), uint64(16+len(body))), body...)
}

func ftyp() []byte { return mp4("ftyp", []byte("isom\x00\x00\x02\x00isommp41")) }

var (
	fullBox = []byte{0, 0, 0, 0} // version and flags
	handler = mp4("hdlr", make([]byte, 8), []byte("mdta"), make([]byte, 13))
)

// meta is a box of metadata by keys: keys and values in turn.
func meta(pairs ...string) []byte { return mp4("meta", fullBox, keysAndValues(pairs...)) }

func keysAndValues(pairs ...string) []byte {
	var keys, items []byte
	for i := 0; i < len(pairs); i += 2 {
		keys = append(keys, mp4("mdta", []byte(pairs[i]))...)
		index := string(be.AppendUint32(nil, uint32(i/2+1)))
		items = append(items, mp4(index, dataBox(pairs[i+1]))...)
	}
	count := be.AppendUint32(nil, uint32(len(pairs)/2))
	return join(handler, mp4("keys", fullBox, count, keys), mp4("ilst", items))
}

// dataBox is a value: UTF-8 text, no language.
func dataBox(text string) []byte { return mp4("data", []byte{0, 0, 0, 1, 0, 0, 0, 0}, []byte(text)) }

// element is an element of Matroska. The id is written as it is, the length with a
// marker in front, in as few bytes as it needs.
func element(id uint32, content ...[]byte) []byte {
	body := join(content...)
	width := (bits.Len64(uint64(len(body))+1) + 6) / 7 // all ones would be an unknown length
	size := be.AppendUint64(nil, uint64(len(body))|1<<(7*width))
	return join(idBytes(id), size[8-width:], body)
}

// endless is an element of unknown length.
func endless(id uint32, content ...[]byte) []byte {
	return join(idBytes(id), []byte{0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, join(content...))
}

func idBytes(id uint32) []byte { return bytes.TrimLeft(be.AppendUint32(nil, id), "\x00") }

func simpleTag(name, text string) []byte {
	return element(0x67c8, element(0x45a3, []byte(name)), element(0x447a, []byte("und")), element(0x4487, []byte(text)))
}

func tags(simple ...[]byte) []byte {
	return element(0x1254c367, element(0x7373, element(0x63c0), join(simple...)))
}

func webm(children ...[]byte) []byte {
	return join(ebmlHead(), element(0x18538067, children...))
}

func ebmlHead() []byte { return element(0x1a45dfa3, element(0x4282, []byte("webm"))) }

// flac is a file of metadata blocks alone: the last has the highest bit of its type.
func flac(blocks ...[]byte) []byte {
	return join([]byte("fLaC"), flacBlock(0, make([]byte, 34)), join(blocks...), flacBlock(0x81, make([]byte, 3)))
}

func flacBlock(kind byte, content []byte) []byte {
	return append(be.AppendUint32(nil, uint32(kind)<<24|uint32(len(content))), content...)
}

func vorbis(texts ...string) []byte {
	b := []byte("\x04\x00\x00\x00Lavf")
	b = le.AppendUint32(b, uint32(len(texts)))
	for _, text := range texts {
		b = append(le.AppendUint32(b, uint32(len(text))), text...)
	}
	return b
}

// safetensors is a header with eight bytes of data.
func safetensors(header string) []byte {
	return append(append(le.AppendUint64(nil, uint64(len(header))), header...), make([]byte, 8)...)
}

func read(t *testing.T, file []byte, keys ...Key) (*Text, error) {
	t.Helper()
	return Read(bytes.NewReader(file), int64(len(file)), keys...)
}
