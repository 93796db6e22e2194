package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/wanfix/wanfix/workflows/carrier"
)

const (
	standardStream = "-"
	standardInput  = "<standard input>"

	// maxInput is a little more than a workflow may have, so that a larger one is
	// refused for its size and not for being cut off.
	maxInput = 64<<20 + 1<<10
)

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

// input is a workflow as it was read.
type input struct {
	label string // the file's name in reports
	text  []byte
	// from is the text's place in a picture or video, nil for a workflow file.
	from *carrier.Text
}

// name tells where lines and columns count: "result.png:workflow" inside of a picture.
func (in *input) name() string {
	if in.from == nil {
		return in.label
	}
	return in.label + ":" + string(in.from.Key)
}

// readInput reads a file, or standard input for "-". Of a picture or video it reads
// the first of the keys that is in it. What it returns has a label in any case.
func readInput(name string, stdin io.Reader, keys []carrier.Key) (*input, error) {
	if name == standardStream {
		in := &input{label: standardInput}
		return in, in.read(stdin, nil, 0, keys)
	}
	in := &input{label: name}
	f, err := os.Open(name)
	if err != nil {
		return in, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return in, err
	}
	if info.IsDir() {
		return in, fmt.Errorf("it is a folder, a workflow file is wanted")
	}
	if !info.Mode().IsRegular() {
		return in, in.read(f, nil, 0, keys)
	}
	return in, in.read(f, f, info.Size(), keys)
}

// read reads a stream of some size, as far as it is known. A picture or video is read
// by seeking in file, or as a whole where that is nil.
func (in *input) read(stream io.Reader, file io.ReaderAt, size int64, keys []carrier.Key) error {
	head := make([]byte, carrier.HeadSize)
	n, err := io.ReadFull(stream, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return err
	}
	var all bytes.Buffer
	embedded := carrier.Recognise(head[:n]) != ""
	if !embedded || file == nil {
		all.Grow(int(min(size, maxInput)) + bytes.MinRead) // so that it is read in one go
		all.Write(head[:n])
		if _, err := all.ReadFrom(io.LimitReader(stream, maxInput-carrier.HeadSize)); err != nil {
			return err
		}
		file, size = bytes.NewReader(all.Bytes()), int64(all.Len())
	}
	if !embedded {
		in.text = all.Bytes()
		return nil
	}
	if all.Len() == maxInput {
		return fmt.Errorf("a picture or video of more than %d MiB cannot be read from a pipe: name the file", maxInput>>20)
	}
	from, err := carrier.Read(file, size, keys...)
	if err != nil {
		return err
	}
	in.from, in.text = from, from.JSON
	return nil
}
