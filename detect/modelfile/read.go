package modelfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/wanfix/wanfix/detect/internal/files"
)

// What is read of a file that may be hostile. Real headers have some 5,000 tensors and, with a
// tokenizer inside, 20 MB.
const (
	maxHeader  = 100_000_000 // bytes; the safetensors library draws the same line
	maxTensors = 100_000
	maxPairs   = 100_000 // keys with a value in GGUF
	maxName    = 1024    // bytes of a tensor's name or of a key
	maxDims    = 16      // dimensions of a tensor; real ones have up to 5
	maxNesting = 16      // levels inside of a value that is skipped
	maxBlocks  = 1000    // a higher number in blocks.N. is not a block's
)

// Error is what is wrong with a file, and where in it.
type Error struct {
	Offset int64 // bytes from the start of the file
	Reason string
}

func (e *Error) Error() string { return fmt.Sprintf("byte %d: %s", e.Offset, e.Reason) }

func errorAt(offset int64, format string, args ...any) *Error {
	return &Error{Offset: offset, Reason: fmt.Sprintf(format, args...)}
}

// short quotes a name that may be long and is not trusted.
func short(name string) string {
	const enough = 80
	if len(name) <= enough {
		return strconv.Quote(name)
	}
	return strconv.Quote(name[:enough]) + "…"
}

// Read reads the header of the model file at path. A file that is not there is [os.ErrNotExist], one
// whose content is at fault has an [*Error] inside.
func Read(path string) (*Header, error) {
	f, info, err := files.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h, err := ReadFrom(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("read the header of %s: %w", path, err)
	}
	return h, nil
}

// ReadFrom reads the header of a model file of size bytes, and behind it no more than the rest of a
// buffer.
func ReadFrom(r io.ReaderAt, size int64) (*Header, error) {
	var start [16]byte
	n, err := r.ReadAt(start[:min(size, int64(len(start)))], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	begins := string(start[:n])
	length := binary.LittleEndian.Uint64(start[:8])
	switch {
	case n == 0:
		return nil, errorAt(0, "the file is empty")
	case strings.HasPrefix(begins, "GGUF"):
		return readGGUF(r, size)
	case n > 8 && strings.IndexByte("{ \t\r\n", begins[8]) >= 0 && length <= uint64(size):
		return readSafetensors(r, size, int64(length))
	}
	return nil, errorAt(0, "%s", stranger(begins, size, length))
}

// stranger says what a file is that is neither safetensors nor GGUF.
func stranger(begins string, size int64, length uint64) string {
	const neither = "neither a safetensors nor a GGUF file"
	switch {
	case strings.HasPrefix(begins, "PK\x03\x04"), strings.HasPrefix(begins, "\x80\x02"):
		return "a PyTorch file: headers are read of safetensors and GGUF files only"
	case strings.HasPrefix(begins, "version https://"):
		return "a Git LFS pointer: the model itself was not downloaded (git lfs pull)"
	case strings.HasPrefix(begins, "<"):
		return "a web page, not a model: the download link led to a page"
	case len(begins) > 8 && begins[8] == '{':
		return fmt.Sprintf("the header is said to have %d bytes, the file has %d: was the download cut off?", length, size)
	case strings.Trim(begins, "\x00") == "":
		return neither + ": it begins with zeros, as a download does that has only just begun"
	}
	return neither
}
