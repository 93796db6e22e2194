package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"

	"github.com/wanfix/wanfix/workflows"
)

// maxLine is the most that a line may have, in bytes: a workflow of the largest size, and
// some for what is around it.
const maxLine = 64<<20 + 1<<20

// lines reads a stream line by line. It keeps one line, whatever the stream sends.
type lines struct {
	in  *bufio.Reader
	err error // why the stream ended early; nil if it was read to its end
}

// line is a line that is not blank, without its end.
type line struct {
	number int // from 1
	text   []byte
	err    error // why there is no text
}

func newLines(in io.Reader) *lines { return &lines{in: bufio.NewReaderSize(in, 64<<10)} }

// all yields the lines.
func (l *lines) all() iter.Seq[line] {
	return func(yield func(line) bool) {
		for number := 1; ; number++ {
			one := line{number: number}
			var end error
			one.text, end = l.next()
			if len(one.text) > maxLine {
				one.text, one.err = nil, &lineError{Line: number, Message: fmt.Sprintf("the line has too much text: at most %d MiB are read", maxLine>>20)}
			}
			if end != nil && end != io.EOF {
				l.err = end
				return
			}
			one.text = bytes.TrimPrefix(one.text, []byte("\xef\xbb\xbf"))
			if (len(bytes.TrimSpace(one.text)) > 0 || one.err != nil) && !yield(one) || end != nil {
				return
			}
		}
	}
}

// next reads to the end of the line. Of a line that is too long it keeps a little more
// than is allowed.
func (l *lines) next() (text []byte, err error) {
	for {
		piece, err := l.in.ReadSlice('\n')
		if len(text) <= maxLine {
			text = append(text, piece...)
		}
		if err != bufio.ErrBufferFull {
			return bytes.TrimRight(text, "\r\n"), err
		}
	}
}

// lineError is why a line cannot be answered, and where in it: columns count characters
// from 1.
type lineError struct {
	Line    int    `json:"line"`
	Col     int    `json:"col,omitempty"`
	Message string `json:"message"`
}

func (e *lineError) Error() string { return e.Message }

// wrong is an error at a byte of the line.
func (l line) wrong(at int, format string, args ...any) error {
	return &lineError{l.number, utf8.RuneCount(l.text[:at]) + 1, fmt.Sprintf(format, args...)}
}

// within is an error in a value that begins at a byte of the line. A value in a line has
// one line.
func (l line) within(at int, err *workflows.Error) error {
	return &lineError{l.number, utf8.RuneCount(l.text[:at]) + err.Col, err.Reason}
}

// located is any error about the line.
func (l line) located(err error) *lineError {
	var here *lineError
	var unread *workflows.Error
	switch {
	case errors.As(err, &here):
		return here
	case errors.As(err, &unread):
		return &lineError{l.number, unread.Col, unread.Reason}
	}
	return &lineError{Line: l.number, Message: err.Error()}
}
