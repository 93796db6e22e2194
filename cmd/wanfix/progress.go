package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/term"
)

const (
	progressAfter = time.Second
	progressEvery = 100 * time.Millisecond
)

// progress is a line on a terminal that tells how far a long run is. The zero value, for
// everything that is no terminal, tells nothing.
type progress struct {
	to    io.Writer
	now   func() time.Time
	count func() int // of all files; it may take a while

	begun, drawn time.Time
	done         int
	total        atomic.Int64 // 0 as long as nobody has counted
	shown        int          // columns of the line that stands there
}

// newProgress begins a line on to, if that is a terminal.
func newProgress(to io.Writer, count func() int) *progress {
	f, ok := to.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &progress{}
	}
	return &progress{to: to, now: time.Now, count: count, begun: time.Now()}
}

// clear takes the line away, so that something else can be printed.
func (p *progress) clear() {
	if p.shown > 0 {
		fmt.Fprintf(p.to, "\r%s\r", strings.Repeat(" ", p.shown))
		p.shown = 0
	}
}

// step counts a file, and puts the line there again.
func (p *progress) step() {
	p.done++
	if p.to == nil {
		return
	}
	now := p.now()
	if now.Sub(p.begun) < progressAfter || p.shown > 0 && now.Sub(p.drawn) < progressEvery {
		return
	}
	if p.drawn.IsZero() {
		go func() { p.total.Store(int64(p.count())) }()
	}
	p.drawn = now
	line := progressWords(p.done, int(p.total.Load()), now.Sub(p.begun))
	p.clear()
	fmt.Fprint(p.to, line)
	p.shown = len(line)
}

// progressWords tell how many files are done, how many a second, and how long the others
// will take: "1200 of 30000 files, 410 a second, 1m10s left".
func progressWords(done, total int, since time.Duration) string {
	rate := float64(done) / since.Seconds()
	if total < done { // nobody has counted, or files are new since
		return fmt.Sprintf("%d files, %.0f a second", done, rate)
	}
	left := time.Duration(float64(total-done) / rate * float64(time.Second))
	return fmt.Sprintf("%d of %d files, %.0f a second, %s left", done, total, rate, left.Round(time.Second))
}
