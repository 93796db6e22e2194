package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/rewrite"
)

// totals count what became of many files.
type totals struct {
	files, changed, skipped, failed int
	findings                        map[string]int      // by rule
	undecided                       bool                // it was told that nobody knows the card
	fail                            func(failure) error // tells of a file that failed; nil is nobody
}

// file counts a file by what became of it, and tells why it failed, if it did.
func (t *totals) file(src source, err error, to io.Writer) (fine bool) {
	var all *undecided
	switch holds := errors.As(err, &all); {
	case err == nil:
		t.files++
		return true
	case errors.Is(err, errForeign):
		t.skipped++
		return true
	case !holds || !t.undecided:
		fmt.Fprintf(to, "wanfix: %s\n", plain(err.Error()))
		if t.fail != nil {
			if err := t.fail(failureOf(src, err)); err != nil {
				fmt.Fprintf(to, "wanfix: %v\n", err)
			}
		}
		t.undecided = t.undecided || holds
	}
	t.failed++
	return false
}

// judged counts a file that was judged, on each of its cards.
func (t *totals) judged(on []*job) {
	changed := false
	for _, j := range on {
		changed = changed || j.result.Changed
		for i := range j.result.Parts {
			t.count(&j.result.Parts[i])
		}
	}
	if changed {
		t.changed++
	}
}

func (t *totals) count(part *rewrite.PartResult) {
	for _, f := range shown(part, false) {
		t.findings[f.Rule.ID]++
	}
}

// print tells them: files, then findings by rule, the most frequent first.
func (t *totals) print(to io.Writer, changed string) error {
	words := []string{counted(t.files, "file", "files")}
	for _, count := range []struct {
		n    int
		what string
	}{{t.changed, changed}, {t.failed, "failed"}, {t.skipped, "skipped: no workflow"}} {
		if count.n > 0 && count.what != "" {
			words = append(words, fmt.Sprintf("%d %s", count.n, count.what))
		}
	}
	if _, err := fmt.Fprintf(to, "\n%s\n", strings.Join(words, " · ")); err != nil {
		return err
	}
	rules := slices.SortedFunc(maps.Keys(t.findings), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.findings[b], t.findings[a]), cmp.Compare(a, b))
	})
	for _, rule := range rules {
		if _, err := fmt.Fprintf(to, "  %6d  %s\n", t.findings[rule], rule); err != nil {
			return err
		}
	}
	return nil
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
