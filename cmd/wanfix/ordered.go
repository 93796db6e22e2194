package main

import (
	"iter"
	"runtime"
	"sync"
)

// atOnce is how many items are worked on at a time: as many as there are cores, or a single one
// right here, for which starting others costs more than it gives.
func atOnce(many bool) (workers int) {
	if many {
		return runtime.GOMAXPROCS(0)
	}
	return 1
}

// inOrder works on items, on some at a time, and yields the results in the order of the items.
// Behind a slow one few others wait, so that what it keeps does not grow with the number of
// items.
func inOrder[In, Out any](items iter.Seq[In], workers int, work func(In) Out) iter.Seq[Out] {
	type task struct {
		item In
		done chan Out
	}
	return func(yield func(Out) bool) {
		if workers == 1 {
			for item := range items {
				if !yield(work(item)) {
					return
				}
			}
			return
		}
		tasks, stop := make(chan task), make(chan struct{})
		ordered := make(chan chan Out, 4*workers)
		var group sync.WaitGroup
		defer group.Wait()
		defer close(stop)
		for range workers {
			group.Go(func() {
				for t := range tasks {
					t.done <- work(t.item)
				}
			})
		}
		group.Go(func() {
			defer close(ordered)
			defer close(tasks)
			for item := range items {
				t := task{item, make(chan Out, 1)}
				select {
				case ordered <- t.done:
					tasks <- t
				case <-stop:
					return
				}
			}
		})
		for done := range ordered {
			if !yield(<-done) {
				return
			}
		}
	}
}
