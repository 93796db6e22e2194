package rewrite

import (
	"maps"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// layer is what a preset wants of a file, under the rules. What a rule finds bad of it
// becomes what the rule wants, or is left as the file has it: the rules are asked about the
// file with the layer until they have nothing against it. So a rule's finding about the
// preset's own doing is told beside the value, and not as one about the file.
type layer struct {
	preset *rules.Preset
	wants  [][]*want // by part
	gaps   []map[string]rules.Gap
}

// want is a cell of a preset with what is written for it now.
type want struct {
	*rules.Cell
	now   []workflows.Change
	tries int // how often a rule had something against it
}

// newLayer asks the preset that is wanted about the file as it is.
func (t *tuning) newLayer() (l *layer, err error) {
	l = &layer{wants: make([][]*want, len(t.before.Parts))}
	if t.options.Preset == "" {
		return l, nil
	}
	if l.preset, err = t.set.Preset(t.options.Preset); err != nil {
		return nil, err
	}
	for i, part := range t.before.Parts {
		o := t.options
		o.Can = can(part, nil)
		cells, gaps, err := l.preset.Cells(part, t.machine, o, false)
		if err != nil {
			return nil, err
		}
		for _, cell := range cells {
			l.wants[i] = append(l.wants[i], &want{Cell: cell, now: cell.Changes})
		}
		l.gaps = append(l.gaps, gaps)
	}
	return l, nil
}

// changes are what the layer writes into the parts of a file.
func (l *layer) changes() [][]workflows.Change {
	all := make([][]workflows.Change, len(l.wants))
	for i, wants := range l.wants {
		for _, w := range wants {
			for _, c := range w.now {
				all[i], _ = with(all[i], c)
			}
		}
	}
	return all
}

// settle finds the file that the rules are content with, on top of the layer.
func (l *layer) settle(t *tuning) (*workflows.File, error) {
	for {
		after, err := t.settle(l.changes())
		if err != nil || !l.yield(t) {
			return after, err
		}
	}
}

// yield gives way to what the rules found in the last rounds. It reports whether something
// else is to be written now. A cell gives way twice at most: to what a rule wants in its
// place, then to what the file has.
func (l *layer) yield(t *tuning) (yields bool) {
	for i, wants := range l.wants {
		if len(wants) == 0 {
			continue
		}
		for _, w := range wants {
			if w.tries == 0 {
				w.By = nil
			}
		}
		given := map[*want]bool{}
		for round, verdicts := range t.verdicts {
			for _, f := range verdicts[i].Findings {
				if f.Wanted() == nil && (f.Severity == rules.Info || round < len(t.verdicts)-1) {
					continue
				}
				hit, own := against(f, wants)
				for _, w := range hit {
					w.By = f
					given[w] = given[w] || own
				}
			}
		}
		for w, own := range given {
			yields = own && w.tries < 2 && w.giveWay(t, i) || yields
		}
	}
	return yields
}

// giveWay takes what a rule wants in the place of the preset's value, else nothing.
func (w *want) giveWay(t *tuning, part int) (yields bool) {
	var instead []workflows.Change
	for _, c := range t.changes[part] {
		if c.Op == workflows.OpSet && at(w.Sets, c) && !rules.IsSo(t.before.Parts[part], c) {
			instead = append(instead, c)
		}
	}
	if w.tries++; w.tries > 1 || slices.Equal(instead, w.now) {
		w.tries, instead = 2, nil
	}
	yields = !slices.Equal(instead, w.now)
	w.now = instead
	return yields
}

// against returns the cells that a finding is against: those whose values it writes, else
// those it rests on, else those it cuts off. own tells whether it is about something that
// the layer wrote, and not about the file.
func against(f *rules.Finding, wants []*want) (hit []*want, own bool) {
	var written, rests, cut []*want
	isNow := func(w *want) bool { return len(w.now) > 0 }
	for _, w := range wants {
		for _, c := range f.Wanted() {
			switch {
			case at(w.Sets, c):
				written = append(written, w)
			case at(w.Cuts, c):
				cut = append(cut, w)
			}
		}
		if w.under(f) {
			rests = append(rests, w)
		}
	}
	switch {
	case len(written) > 0:
		return written, len(rests) > 0 || slices.ContainsFunc(written, isNow)
	case len(rests) > 0:
		return rests, true
	}
	return cut, slices.ContainsFunc(cut, isNow)
}

// at reports whether a change writes to the place of another.
func at(changes []workflows.Change, c workflows.Change) bool {
	return slices.ContainsFunc(changes, func(have workflows.Change) bool { return placeOf(have) == placeOf(c) })
}

// under reports whether a finding rests on what is written for the cell.
func (w *want) under(f *rules.Finding) bool {
	shared := slices.ContainsFunc(f.Stacks, func(s *rules.Stack) bool { return s.Loader.ID == w.Stack.Loader.ID })
	return shared && slices.ContainsFunc(f.Why, func(t rules.Trace) bool {
		return t.Fact == w.Target && slices.ContainsFunc(w.now, func(c workflows.Change) bool {
			return gjson.Parse(c.Value).String() == t.Found.String()
		})
	})
}

// outcome tells what became of what the preset wants in a part, which is after now.
func (l *layer) outcome(t *tuning, i int, after *workflows.Part) ([]*rules.Cell, map[string]rules.Gap, error) {
	if l.preset == nil {
		return nil, nil, nil
	}
	var cells []*rules.Cell
	for _, w := range l.wants[i] {
		switch {
		case w.By != nil:
			w.State = rules.Overruled
		case w.State == rules.Applied:
			w.State = rules.Stood
		}
		w.Changes = w.now
		cells = append(cells, w.Cell)
	}
	planned, gaps, err := l.preset.Cells(after, t.machine, t.options, true)
	maps.Copy(gaps, l.gaps[i])
	return append(cells, planned...), gaps, err
}
