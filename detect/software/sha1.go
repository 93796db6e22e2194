package software

import (
	"encoding/binary"
	"math/bits"
)

// sha1Sum returns the SHA-1 of a text, as FIPS 180-4 has it: git names objects by it. Nothing here is
// secret, and crypto/sha1 would bring all of Go's FIPS module into every start of the program.
func sha1Sum(text []byte) (sum [20]byte) {
	h := [5]uint32{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0}
	whole := len(text) &^ 63
	for at := 0; at < whole; at += 64 {
		sha1Block(&h, text[at:at+64])
	}
	// the end: a bit of one, zeros, and how many bits the text has
	last := append(make([]byte, 0, 128), text[whole:]...)
	last = append(last, 0x80)
	for len(last)%64 != 56 {
		last = append(last, 0)
	}
	last = binary.BigEndian.AppendUint64(last, uint64(len(text))*8)
	for ; len(last) > 0; last = last[64:] {
		sha1Block(&h, last[:64])
	}
	for i, word := range h {
		binary.BigEndian.PutUint32(sum[i*4:], word)
	}
	return sum
}

// sha1Block mixes the next 64 bytes in.
func sha1Block(h *[5]uint32, block []byte) {
	var w [80]uint32
	for i := range 16 {
		w[i] = binary.BigEndian.Uint32(block[i*4:])
	}
	for i := 16; i < 80; i++ {
		w[i] = bits.RotateLeft32(w[i-3]^w[i-8]^w[i-14]^w[i-16], 1)
	}
	a, b, c, d, e := h[0], h[1], h[2], h[3], h[4]
	for i, word := range w {
		var f, k uint32
		switch {
		case i < 20:
			f, k = b&c|^b&d, 0x5A827999
		case i < 40:
			f, k = b^c^d, 0x6ED9EBA1
		case i < 60:
			f, k = b&c|b&d|c&d, 0x8F1BBCDC
		default:
			f, k = b^c^d, 0xCA62C1D6
		}
		a, b, c, d, e = bits.RotateLeft32(a, 5)+f+e+k+word, a, bits.RotateLeft32(b, 30), c, d
	}
	h[0], h[1], h[2], h[3], h[4] = h[0]+a, h[1]+b, h[2]+c, h[3]+d, h[4]+e
}
