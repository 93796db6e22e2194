package main

import (
	"strings"
	"testing"
	"time"
)

func TestProgress(t *testing.T) {
	var screen strings.Builder
	begun := time.Unix(0, 0)
	now := begun
	counted := make(chan bool)
	p := &progress{to: &screen, now: func() time.Time { return now }, begun: begun, count: func() int { defer close(counted); return 300 }}
	step := func(after time.Duration) string {
		screen.Reset()
		now = now.Add(after)
		p.step()
		return screen.String()
	}
	if got := step(900 * time.Millisecond); got != "" {
		t.Errorf("within the first second it says %q", got)
	}
	if got := step(100 * time.Millisecond); got != "2 files, 2 a second" {
		t.Errorf("before anybody has counted it says %q", got)
	}
	<-counted
	for p.total.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	if got := step(50 * time.Millisecond); got != "" {
		t.Errorf("too soon it says %q", got)
	}
	if got, want := step(950*time.Millisecond), "\r"+strings.Repeat(" ", 19)+"\r4 of 300 files, 2 a second, 2m28s left"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	screen.Reset()
	p.clear()
	if got := screen.String(); strings.ReplaceAll(got, " ", "") != "\r\r" {
		t.Errorf("it is taken away by %q", got)
	}
}

// TestProgressInPipe says nothing where nobody reads along.
func TestProgressInPipe(t *testing.T) {
	var pipe strings.Builder
	p := newProgress(&pipe, func() int { return 0 })
	p.begun = time.Unix(0, 0)
	p.step()
	p.clear()
	if pipe.Len() > 0 {
		t.Errorf("it says %q", pipe.String())
	}
}
