package software

import (
	"bytes"
	"crypto/sha1"
	"fmt"
	"testing"
)

func TestSHA1(t *testing.T) {
	for n := range 200 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			text := bytes.Repeat([]byte{byte(n) | 0x80}, n)
			if got, want := sha1Sum(text), sha1.Sum(text); got != want {
				t.Errorf("got %x, want %x", got, want)
			}
		})
	}
}

func FuzzSHA1(f *testing.F) {
	f.Add([]byte("commit 0\x00"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if got, want := sha1Sum(text), sha1.Sum(text); got != want {
			t.Errorf("got %x, want %x", got, want)
		}
	})
}
