package comfy

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"unicode/utf8"

	"github.com/wanfix/wanfix/workflows"
)

// ObjectInfo is a saved answer of a ComfyUI to /object_info: how it defines its node
// classes. Real ones have 5 to 50 MB, most of it lists of model files. Only the places of
// the classes are kept. It is safe for concurrent use.
type ObjectInfo struct {
	path    string
	file    io.ReaderAt
	classes map[string]extent

	mu      sync.Mutex
	trouble string
}

// extent is where the value of a class stands in the file, in bytes.
type extent struct{ from, size int64 }

// OpenObjectInfo reads a saved answer. Its error has the place of what is wrong, as
// "FILE:line:col: reason". The file stays open.
func OpenObjectInfo(path string) (*ObjectInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the object_info: %w", err)
	}
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		_ = f.Close()
		return nil, fmt.Errorf("%q is no file: want one with what ComfyUI answers to /object_info", path)
	}
	classes, err := indexClasses(f)
	if err != nil {
		err = fmt.Errorf("%s:%w", path, placed(f, err))
		_ = f.Close()
		return nil, err
	}
	return &ObjectInfo{path: path, file: f, classes: classes}, nil
}

// Definition implements detect.Nodes.
func (o *ObjectInfo) Definition(class string) (text string, ok bool) {
	at, ok := o.classes[class]
	if !ok {
		return "", false
	}
	all := make([]byte, at.size)
	if _, err := o.file.ReadAt(all, at.from); err != nil {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.trouble = fmt.Sprintf("read %s: %v", o.path, err)
		return "", false
	}
	return string(all), true
}

// Source implements detect.Nodes.
func (o *ObjectInfo) Source() string { return "the object_info of " + o.path }

// Trouble implements detect.Nodes.
func (o *ObjectInfo) Trouble() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.trouble
}

// misplaced is a reason why a file is no object_info, and where: at an offset, or at a
// place that is counted from it.
type misplaced struct {
	offset int64
	reason *workflows.Error
}

func (m *misplaced) Error() string { return m.reason.Error() }

// placed counts the lines of a file up to where it is wrong.
func placed(file io.ReadSeeker, err error) error {
	var m *misplaced
	if !errors.As(err, &m) {
		return fmt.Errorf(" %w", err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf(" %w", err)
	}
	at, err := positionOf(io.LimitReader(file, m.offset))
	if err != nil {
		return fmt.Errorf(" %w", err)
	}
	here := *m.reason
	if here.Line == 1 {
		here.Col += at.Col - 1
	}
	here.Line += at.Line - 1
	return &here
}

// positionOf returns the position behind a text.
func positionOf(text io.Reader) (workflows.Position, error) {
	at := workflows.Position{Line: 1, Col: 1}
	in := bufio.NewReader(text)
	if start, _ := in.Peek(len(byteOrderMark)); string(start) == byteOrderMark {
		_, _ = in.Discard(len(byteOrderMark))
	}
	for {
		line, err := in.ReadSlice('\n')
		if bytes.HasSuffix(line, []byte("\n")) {
			at = workflows.Position{Line: at.Line + 1, Col: 1}
		} else {
			at.Col += utf8.RuneCount(line)
		}
		switch err {
		case nil, bufio.ErrBufferFull:
		case io.EOF:
			return at, nil
		default:
			return at, err
		}
	}
}
