package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"os/signal"
	"syscall"

	"github.com/wanfix/wanfix/workflows"
)

// each works on all files, on several at a time, and tells of them one after the other, in
// their order. What work returns is told even if there is an error beside it, and a file
// that fails does not stop the others.
func each[T any](p *prepared, s streams, sum *totals, work func(source) ([]T, error), tell func([]T) (int, error)) (exit int) {
	type outcome struct {
		source
		done []T
		err  error
	}
	ctx, stop := context.Background(), func() {}
	if p.files.many {
		ctx, stop = interruptible()
	}
	defer stop()
	line := newProgress(s.err, p.files.count)
	files := until(ctx, p.files.all())
	for o := range inOrder(files, atOnce(p.files.many), func(src source) outcome {
		done, err := work(src)
		return outcome{src, done, err}
	}) {
		line.clear()
		if len(o.done) > 0 {
			code, err := tell(o.done)
			exit, o.err = max(exit, code), errors.Join(o.err, err)
		}
		if !sum.file(o.source, o.err, s.err) {
			exit = exitUsage
		}
		line.step()
	}
	line.clear()
	switch {
	case ctx.Err() != nil:
		fmt.Fprintf(s.err, "wanfix: interrupted: %s done, the others are as they were\n", counted(sum.files, "file is", "files are"))
		return exitUsage
	case sum.files+sum.failed == 0 && !p.files.listed && !p.files.lenient:
		besides := ""
		if sum.skipped > 0 {
			besides = ", only " + counted(sum.skipped, "file that is none", "files that are none")
		}
		fmt.Fprintf(s.err, "wanfix: no workflow was found%s\n", besides)
		return exitUsage
	}
	return exit
}

// interruptible is done when somebody wants the program to end. The second time it ends
// at once.
func interruptible() (context.Context, func()) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// until yields items until a context is done.
func until[T any](ctx context.Context, items iter.Seq[T]) iter.Seq[T] {
	return func(yield func(T) bool) {
		for item := range items {
			if ctx.Err() != nil || !yield(item) {
				return
			}
		}
	}
}

// errForeign is what a file is that was found in a folder and is no workflow.
var errForeign = errors.New("no workflow")

// read reads the file. Its errors have the file's name.
func (src source) read(stdin io.Reader, prompt bool) (*input, error) {
	if src.err != nil {
		return nil, fmt.Errorf("%s: %w", src.name, src.err)
	}
	in, err := readInput(src.name, stdin, keysOf(prompt))
	if err != nil {
		return nil, located(in, err)
	}
	return in, nil
}

// excuse puts the file's name in front of an error, unless it says what is no mistake in
// a file that nobody named: that there is no workflow in it.
func (src source) excuse(in *input, err error) error {
	var unread *workflows.Error
	if src.found && errors.As(err, &unread) && (unread.Foreign || !looksLikeWorkflow(in.text)) {
		return errForeign
	}
	return located(in, err)
}

// looksLikeWorkflow reports whether a text that cannot be read has words of a workflow, in
// UTF-16 too.
func looksLikeWorkflow(text []byte) bool {
	text = bytes.ReplaceAll(text, []byte{0}, nil)
	return bytes.Contains(text, []byte(`"class_type"`)) || bytes.Contains(text, []byte(`"nodes"`))
}

// located puts the file's name in front of an error, as "file:line:col: reason".
func located(in *input, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) && path.Path == in.label {
		err = path.Err
	}
	var unread *workflows.Error
	var all *undecided
	switch {
	case errors.As(err, &all):
		return err
	case errors.As(err, &unread):
		return fmt.Errorf("%s:%w", in.name(), err)
	}
	return fmt.Errorf("%s: %w", in.label, err)
}
