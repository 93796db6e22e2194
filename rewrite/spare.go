package rewrite

import (
	"fmt"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// spot is a widget of a run that is set.
type spot struct {
	run    *workflows.Run
	widget string
	given  bool // by a give, which knows whom the node serves
	here   bool // where it is written at the run itself, not at a node that drives it
}

// spare looks whether values are set just for the runs that want them. What is inside a
// subgraph is written once for all instances, an instance may drive several widgets, and
// so may a constant.
func (l *lowerer) spare() error {
	seen := map[place]bool{}
	for _, s := range l.spots {
		err := l.spareTakers(s)
		if at := (place{s.run.Home, s.widget}); err == nil && s.here && s.run.Inside() {
			err = l.spareReaders(s)
			if err == nil && !s.given && !seen[at] {
				seen[at] = true
				err = l.spareTwins(s)
			}
		}
		if err != nil {
			return l.reason(workflows.Change{Name: s.widget, Run: s.run.ID}, err)
		}
	}
	return nil
}

// spareTakers looks at what a constant or a primitive drives.
func (l *lowerer) spareTakers(s spot) error {
	if s.given || !isDriver(s.run) {
		return nil
	}
	for _, t := range l.drives(s.run.Home) {
		if value, wanted := l.wants[t]; !wanted || value != l.wants[taker{s.run.ID, s.widget}] {
			return fmt.Errorf("%s drives it, and %s of %s too: change it there", s.run, t.input, l.part.Run(t.run))
		}
	}
	return nil
}

// spareTwins looks at the other runs of the same node.
func (l *lowerer) spareTwins(s spot) error {
	for _, run := range l.sharing().twins[s.run.Home] {
		switch value, wanted := l.wants[taker{run.ID, s.widget}]; {
		case wanted && value == l.wish(s) || !writtenHere(run.Value(s.widget)) || l.hasAlready(s, run, s.widget):
		case wanted:
			return fmt.Errorf("#%s, of the same subgraph, wants something else", run.ID)
		default:
			return fmt.Errorf("#%s, of the same subgraph, would change with it", run.ID)
		}
	}
	return nil
}

// spareReaders looks at the widgets of other nodes that are driven from the same place.
func (l *lowerer) spareReaders(s spot) error {
	readers := l.sharing().driven[drivenBy(s.run.Wire(s.widget))]
	for _, site := range s.run.Value(s.widget).Sites {
		readers = append(readers[:len(readers):len(readers)], l.sharing().sites[site.Span]...)
	}
	for _, t := range readers {
		run := l.part.Run(t.run)
		if value, wanted := l.wants[t]; run.Home == s.run.Home || wanted && value == l.wish(s) || l.hasAlready(s, run, t.input) {
			continue
		}
		return fmt.Errorf("%s of #%s, driven from the same place, would change with it", t.input, t.run)
	}
	return nil
}

func (l *lowerer) wish(s spot) string { return l.wants[taker{s.run.ID, s.widget}] }

func (l *lowerer) hasAlready(s spot, run *workflows.Run, widget string) bool {
	return sameJSON(run.Value(widget).Result, gjson.Parse(l.wish(s)))
}

// writtenHere reports whether what is written at a node itself counts, maybe beside copies.
func writtenHere(v workflows.Value) bool {
	return v.Source != workflows.ByLink && v.Source != workflows.ByPrimary && v.Source != workflows.Unknown
}
