package rewrite

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/wanfix/wanfix/workflows"
)

// lowerer turns the changes of a part into edits of its file's text. It collects
// all of them first: changes may meet in one list.
type lowerer struct {
	*index
	edits []Edit
	lists map[workflows.Span]*items
	// reroutes are those of the lists that changes touch.
	reroutes map[workflows.Span][]reroute
	changes  []workflows.Change          // everything that is planned
	wants    map[taker]string            // the value that a widget of a run is to have
	spots    []spot                      // where values are set
	written  map[workflows.Span]string   // likewise
	pulled   map[place]bool              // widgets whose link is cut, for a value in its place
	cut      map[*workflows.Input]bool   // inputs whose link is cut, for nothing in its place
	takers   map[*workflows.Home][]taker // see takersOf
	cutting  map[taker]bool              // see toCut
	driven   map[*workflows.Home][]taker // what constants and primitives drive, nil until asked for
	anew     map[place]bool              // inputs that are supplied by new nodes
	growth   *growth                     // nil as long as nothing is added
	// lead is the lowerer of the prompt that the part is the companion of, which has
	// decided what is done; nil in any other part.
	lead *lowerer
}

// place is a widget of a node as it is written.
type place struct {
	home   *workflows.Home
	widget string
}

func newLowerer(ix *index, changes []workflows.Change) *lowerer {
	return &lowerer{index: ix, changes: changes, lists: map[workflows.Span]*items{}, reroutes: map[workflows.Span][]reroute{},
		wants: map[taker]string{}, written: map[workflows.Span]string{}, pulled: map[place]bool{}, cut: map[*workflows.Input]bool{}, anew: map[place]bool{}}
}

// lower plans all changes of a part, and of its companion. Its error is the reason why
// they cannot be made in one of them, so that they are not in the other.
func (ix *index) lower(changes []workflows.Change) ([]Edit, error) {
	l := newLowerer(ix, changes)
	if err := l.plan(); err != nil {
		return nil, err
	}
	if ix.part.Companion == nil {
		return l.finish(), nil
	}
	companion := newLowerer(ix.beside(), changes)
	companion.lead, companion.growth = l, l.growth
	if err := companion.plan(); err != nil {
		return nil, err
	}
	return append(l.finish(), companion.finish()...), nil
}

// plan plans all changes of a part.
func (l *lowerer) plan() error {
	for _, c := range l.changes {
		if c.Op == workflows.OpGive {
			continue // gives look at each other, and at what else is done
		}
		if err := l.add(c); err != nil {
			return l.reason(c, err)
		}
	}
	if err := l.giveAll(); err != nil {
		return err
	}
	return l.spare()
}

// reason tells which change cannot be made, and in a companion also where.
func (l *lowerer) reason(c workflows.Change, err error) error {
	if l.lead != nil {
		err = fmt.Errorf("in %s: %w", l.part.Path, err)
	}
	return fmt.Errorf("%s of #%s: %w", c.Name, c.Run, err)
}

// can tells why changes cannot be made in the part together with earlier ones, whose
// place they take, "" if they can.
func can(part *workflows.Part, earlier []workflows.Change) func([]workflows.Change) string {
	ix := &index{part: part}
	return func(changes []workflows.Change) string {
		wanted, places := map[workflows.Change]bool{}, map[taker]bool{}
		var stay, more []workflows.Change
		for _, c := range changes {
			places[placeOf(c)] = true
		}
		for _, old := range earlier {
			if !places[placeOf(old)] {
				stay = append(stay, old)
			}
		}
		for _, c := range changes {
			if !wanted[c] {
				wanted[c] = true
				more = append(more, c)
			}
		}
		if _, err := ix.lower(ix.join(stay, more)); err != nil {
			return cmp.Or(errors.Unwrap(err), err).Error()
		}
		return ""
	}
}

func placeOf(c workflows.Change) taker { return taker{c.Run, c.Name} }

// with adds a change, in the place of an earlier one for the same widget or input.
func with(changes []workflows.Change, c workflows.Change) (all []workflows.Change, isNew bool) {
	i := slices.IndexFunc(changes, func(have workflows.Change) bool { return placeOf(have) == placeOf(c) })
	switch {
	case i < 0:
		return append(changes, c), true
	case changes[i] == c:
		return changes, false
	}
	changes[i] = c
	return changes, true
}

// add plans one change that is no give. Its error is the reason why the change cannot
// be made.
func (l *lowerer) add(c workflows.Change) error {
	run, err := l.run(c.Run)
	if err != nil {
		return err
	}
	switch c.Op {
	case workflows.OpSet:
		return l.set(run, c.Name, c.Value, false)
	case workflows.OpUnplug:
		return l.unplug(run, c.Name)
	}
	return fmt.Errorf("no way is known to %s", c.Op)
}

var errGrouped = errors.New("inside a group node, where wanfix does not write: convert it to nodes or to a subgraph first")

var errTwice = errors.New("the node has two widgets of that name")

var errPlaceholder = errors.New("a placeholder stands there")

var errTwoValues = errors.New("two changes want different values of it")

// run returns the run with an id that is its own, as are those of the instances around it.
func (l *lowerer) run(id string) (*workflows.Run, error) {
	run := l.part.Run(id)
	if run == nil {
		return nil, fmt.Errorf("there is no node #%s", id)
	}
	for at := run; at != nil; at = at.Parent {
		switch {
		case l.isTwice(at.ID):
			return nil, fmt.Errorf("two nodes have the id %s", at.ID)
		case at.Home.Grouped():
			return nil, errGrouped
		}
	}
	return run, l.same(run)
}

func (l *lowerer) replace(at workflows.Span, text string) {
	l.edits = append(l.edits, Edit{at, text})
}

// list returns the members of a list or object, read once for all changes.
func (l *lowerer) list(at workflows.Span) *items {
	it, ok := l.lists[at]
	if !ok {
		it = itemsOf(l.part.File.Value(at))
		l.lists[at] = it
	}
	return it
}

// remove takes the member that covers an offset out of a list or object.
func (l *lowerer) remove(container workflows.Span, offset int) {
	it := l.list(container)
	if i := it.at(offset); i >= 0 {
		it.gone[i] = true
	}
}

// finish returns the edits of everything that was added. What lies inside a member
// that is removed goes with it.
func (l *lowerer) finish() []Edit {
	l.dropReroutes()
	l.grow()
	byStart := func(a, b workflows.Span) int { return cmp.Compare(a.Start, b.Start) }
	var edits []Edit
	for _, at := range slices.SortedFunc(maps.Keys(l.lists), byStart) {
		within := func(e Edit) bool { return e.Start <= at.Start && at.End <= e.End }
		if it := l.lists[at]; len(it.gone)+len(it.added) > 0 && !slices.ContainsFunc(edits, within) {
			edits = append(edits, it.edits(at, l.separator(at, it))...)
		}
	}
	return append(l.edits, edits...)
}
