package software

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
)

// maxObject is the largest commit that is read, in bytes; real ones have some hundred.
const maxObject = 1 << 20

// loose reads a commit that lies in a file of its own.
func loose(objects, hash string) (body []byte, source string, err error) {
	path := filepath.Join(objects, hash[:2], hash[2:])
	text, err := head(path, maxObject)
	if err != nil {
		return nil, "", err
	}
	whole, err := inflate(bytes.NewReader(text))
	if err != nil {
		return nil, "", err
	}
	_, body, ok := bytes.Cut(whole, []byte{0})
	if !ok {
		return nil, "", errors.New("the object has no header")
	}
	return body, path, verify(body, hash)
}

// inflate unpacks an object, up to a limit.
func inflate(r io.Reader) ([]byte, error) {
	z, err := zlib.NewReader(r)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	whole, err := io.ReadAll(io.LimitReader(z, maxObject+1))
	if err == nil && len(whole) > maxObject {
		err = fmt.Errorf("the object has more than %d KiB", maxObject>>10)
	}
	return whole, err
}

// verify proves that a body is the commit of that hash: whatever went wrong on the way to it, another
// one is not taken for it.
func verify(body []byte, hash string) error {
	sum := sha1Sum(append(fmt.Appendf(nil, "commit %d\x00", len(body)), body...))
	if hex.EncodeToString(sum[:]) != hash {
		return errors.New("the object is not the commit that it should be")
	}
	return nil
}
