// Package programs runs other programs.
package programs

import (
	"context"
	"io"
	"os/exec"
	"strings"
	"time"
)

// Output takes what a program writes, and stops one that writes more than Limit bytes.
type Output struct {
	strings.Builder
	Limit   int64
	TooLong bool
}

func (o *Output) Write(p []byte) (int, error) {
	if o.TooLong = o.TooLong || int64(o.Len()+len(p)) > o.Limit; o.TooLong {
		return 0, io.ErrShortWrite
	}
	return o.Builder.Write(p)
}

// Command is a program that ends with ctx, also where a child of it holds its output open.
func Command(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.WaitDelay = time.Second
	return cmd
}
