package rules

import (
	"slices"
	"time"

	"github.com/wanfix/wanfix/detect/software"
)

// judge tells whether an answer passes. Of a day of which only bounds are known the
// test must come out alike whichever day it is.
func (t test) judge(s *scene, a Answer) Truth {
	span, ok := a.Value.(software.Span)
	if !ok {
		return t.holds(s, a)
	}
	lowest, highest := Yes, No
	for _, day := range t.turns(s, span) {
		result := t.holds(s, known(day, a.Source))
		lowest, highest = min(lowest, result), max(highest, result)
	}
	if lowest != highest {
		return Unsure
	}
	return lowest
}

// turns are days of a span that stand for all of them: the first, those with which the
// test compares, and those after them. On no other day does a result change.
func (t test) turns(s *scene, span software.Span) []string {
	days := []string{span.First}
	for _, o := range t.operands {
		text, _ := o.answer(s).Value.(string)
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			continue
		}
		days = append(days, text, day.AddDate(0, 0, 1).Format(time.DateOnly))
	}
	return slices.DeleteFunc(days, func(day string) bool { return !span.Has(day) })
}
