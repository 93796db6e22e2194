package main

import (
	"fmt"
	"iter"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

func numbers(n int, taken *atomic.Int64) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			taken.Add(1)
			if !yield(i) {
				return
			}
		}
	}
}

func TestInOrder(t *testing.T) {
	slowFirst := func(i int) int {
		time.Sleep(time.Duration(100-i) * 20 * time.Microsecond)
		return i * i
	}
	for _, workers := range []int{1, 2, 7} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) {
			var taken atomic.Int64
			got := slices.Collect(inOrder(numbers(100, &taken), workers, slowFirst))
			if len(got) != 100 || !slices.IsSorted(got) || got[99] != 99*99 {
				t.Errorf("got %d results: %v", len(got), got)
			}
		})
	}
}

// TestInOrderWaits has a first item that takes long: the others must not pile up behind it.
func TestInOrderWaits(t *testing.T) {
	var taken atomic.Int64
	release := make(chan struct{})
	const workers = 3
	most := int64(5*workers + 2) // those that wait, those in work, and one in hand
	go func() {
		for last := int64(-1); last != taken.Load(); time.Sleep(20 * time.Millisecond) {
			last = taken.Load()
		}
		if taken.Load() > most {
			t.Errorf("%d items were taken, at most %d can wait", taken.Load(), most)
		}
		close(release)
	}()
	count := 0
	for i := range inOrder(numbers(10_000, &taken), workers, func(i int) int {
		if i == 0 {
			<-release
		}
		return i
	}) {
		if i != count {
			t.Fatalf("got %d, want %d", i, count)
		}
		count++
	}
	if count != 10_000 {
		t.Errorf("got %d results", count)
	}
}

func TestInOrderEndsEarly(t *testing.T) {
	for _, workers := range []int{1, 4} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) {
			var taken, working atomic.Int64
			for i := range inOrder(numbers(10_000, &taken), workers, func(i int) int {
				working.Add(1)
				defer working.Add(-1)
				return i
			}) {
				if i == 10 {
					break
				}
			}
			if working.Load() != 0 || taken.Load() > 1000 {
				t.Errorf("%d still at work, %d taken", working.Load(), taken.Load())
			}
		})
	}
}
