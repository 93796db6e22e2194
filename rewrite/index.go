package rewrite

import "github.com/wanfix/wanfix/workflows"

// index is what the lowering of changes looks up in a part, whatever the changes are. It is
// made once, as far as it is asked for.
type index struct {
	part      *workflows.Part
	crossers  map[*workflows.Input][]taker
	shares    *sharing
	twice     map[string]bool // ids that several runs have
	companion *index          // of the part's companion
}

// beside is the index of the part's companion.
func (ix *index) beside() *index {
	if ix.companion == nil {
		ix.companion = &index{part: ix.part.Companion}
	}
	return ix.companion
}

// isTwice reports whether several runs have an id.
func (ix *index) isTwice(id string) bool {
	if ix.twice == nil {
		ix.twice = map[string]bool{}
		for _, run := range ix.part.Runs {
			if ix.part.Run(run.ID) != run {
				ix.twice[run.ID] = true
			}
		}
	}
	return ix.twice[id]
}

// sharing tells which values inside subgraphs stand in one place.
type sharing struct {
	twins  map[*workflows.Home][]*workflows.Run // the runs of a node
	driven map[drive][]taker                    // the widgets that an input of an instance drives
	sites  map[workflows.Span][]taker           // the same, by where their values are written
}

// drive is an input of a subgraph instance that is no link, but a widget.
type drive struct {
	instance *workflows.Run
	slot     int
}

// drivenBy returns the input of an instance that a wire ends at, none for another wire.
func drivenBy(wire workflows.Wire) drive {
	if wire.Kind != workflows.Promoted {
		return drive{}
	}
	return drive{wire.From, wire.Slot}
}

// sharing looks at all runs that ComfyUI executes.
func (ix *index) sharing() *sharing {
	if ix.shares != nil {
		return ix.shares
	}
	s := &sharing{map[*workflows.Home][]*workflows.Run{}, map[drive][]taker{}, map[workflows.Span][]taker{}}
	for _, run := range ix.part.Runs {
		if !run.Inside() || !run.Active() || passesOn(run) || ix.part.Run(run.ID) != run {
			continue
		}
		s.twins[run.Home] = append(s.twins[run.Home], run)
		for _, widget := range drivenWidgets(run) {
			by := drivenBy(run.Wire(widget))
			if by.instance == nil {
				continue
			}
			t := taker{run.ID, widget}
			s.driven[by] = append(s.driven[by], t)
			for _, site := range run.Value(widget).Sites {
				s.sites[site.Span] = append(s.sites[site.Span], t)
			}
		}
	}
	ix.shares = s
	return s
}

// drivenWidgets lists the widgets of a node that a link drives.
func drivenWidgets(run *workflows.Run) (names []string) {
	for i := range run.Home.Inputs() {
		if in := &run.Home.Inputs()[i]; in.Linked && in.Widget != "" {
			names = append(names, nameOf(run, in))
		}
	}
	return names
}

// crossing returns who gets something through the link into an input, itself or through
// what it passes on.
func (ix *index) crossing(in *workflows.Input) []taker {
	if ix.crossers == nil {
		ix.crossers = crossers(ix.part)
	}
	return ix.crossers[in]
}
