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
	part  *workflows.Part
	edits []Edit
	lists map[workflows.Span]*items
	// reroutes are those of the lists that changes touch.
	reroutes map[workflows.Span][]reroute
	values   map[place]string            // what is set
	changes  []workflows.Change          // everything that is planned, to look at
	takers   map[*workflows.Home][]taker // likewise
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

func newLowerer(part *workflows.Part) *lowerer {
	return &lowerer{part: part, lists: map[workflows.Span]*items{}, reroutes: map[workflows.Span][]reroute{}, values: map[place]string{}, anew: map[place]bool{}}
}

// lower plans all changes of a part, and of its companion. Its error is the reason why
// they cannot be made in one of them, so that they are not in the other.
func lower(part *workflows.Part, changes []workflows.Change) ([]Edit, error) {
	l := newLowerer(part)
	if err := l.plan(changes); err != nil {
		return nil, err
	}
	if part.Companion == nil {
		return l.finish(), nil
	}
	companion := newLowerer(part.Companion)
	companion.lead, companion.growth = l, l.growth
	if err := companion.plan(changes); err != nil {
		return nil, err
	}
	return append(l.finish(), companion.finish()...), nil
}

// plan plans all changes of a part.
func (l *lowerer) plan(changes []workflows.Change) error {
	l.changes = changes
	for _, c := range changes {
		if c.Op == workflows.OpGive {
			continue // gives look at each other, and at what else is done
		}
		if err := l.add(c); err != nil {
			return l.reason(c, err)
		}
	}
	return l.giveAll()
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
	return func(changes []workflows.Change) string {
		all := slices.DeleteFunc(slices.Clone(earlier), func(old workflows.Change) bool {
			return slices.ContainsFunc(changes, func(c workflows.Change) bool { return samePlace(c, old) })
		})
		for _, c := range changes {
			if !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
		if _, err := lower(part, all); err != nil {
			return cmp.Or(errors.Unwrap(err), err).Error()
		}
		return ""
	}
}

// with adds a change, in the place of an earlier one for the same widget or input.
func with(changes []workflows.Change, c workflows.Change) (all []workflows.Change, isNew bool) {
	i := slices.IndexFunc(changes, func(have workflows.Change) bool { return samePlace(have, c) })
	switch {
	case i < 0:
		return append(changes, c), true
	case changes[i] == c:
		return changes, false
	}
	changes[i] = c
	return changes, true
}

func samePlace(a, b workflows.Change) bool { return a.Run == b.Run && a.Name == b.Name }

// add plans one change that is no give. Its error is the reason why the change cannot
// be made.
func (l *lowerer) add(c workflows.Change) error {
	run, err := l.run(c.Run)
	if err == nil {
		err = l.allRuns(run, c)
	}
	switch {
	case err != nil:
		return err
	case run.Inside():
		return errInside
	}
	switch c.Op {
	case workflows.OpSet:
		return l.set(run, c.Name, c.Value)
	case workflows.OpUnplug:
		return l.unplug(run, c.Name)
	}
	return fmt.Errorf("no way is known to %s", c.Op)
}

var errInside = errors.New("inside a subgraph, where wanfix does not write yet")

var errGrouped = errors.New("inside a group node, where wanfix does not write: convert it to nodes or to a subgraph first")

var errTwice = errors.New("the node has two widgets of that name")

var errPlaceholder = errors.New("a placeholder stands there")

var errTwoValues = errors.New("two changes want different values of it")

// run returns the run with an id that is its own.
func (l *lowerer) run(id string) (*workflows.Run, error) {
	run := l.part.Run(id)
	switch {
	case run == nil:
		return nil, fmt.Errorf("there is no node #%s", id)
	case slices.ContainsFunc(l.part.Runs, func(r *workflows.Run) bool { return r.ID == run.ID && r != run }):
		return nil, fmt.Errorf("two nodes have the id %s", run.ID)
	case run.Home.Grouped():
		return nil, errGrouped
	}
	return run, l.same(run)
}

func (l *lowerer) set(run *workflows.Run, widget, value string) error {
	if isNew, err := l.note(place{run.Home, widget}, value); err != nil || !isNew {
		return err
	}
	v := run.Value(widget)
	if run.Home.Twice(widget) {
		return errTwice
	}
	switch v.Source {
	case workflows.Literal:
		for _, site := range v.Sites {
			l.replace(site.Span, value)
		}
		return nil
	case workflows.ByLink, workflows.ByPrimary:
		driver, why := l.driver(run, widget)
		if why != "" {
			return fmt.Errorf("%s drives it%s: change it there", v.From, why)
		}
		return l.setDriver(driver, run, widget, value)
	case workflows.ByBorder:
		return fmt.Errorf("it stands on %s: change it there", v.From)
	case workflows.Template:
		return fmt.Errorf("%s", v.Why)
	}
	switch {
	case run.Home.Input(widget) != nil && run.Home.Input(widget).Linked:
		return fmt.Errorf("what is linked there cannot be followed: %s", v.Why)
	case l.part.Form == workflows.API:
		return l.insertKey(run.Home, widget, value)
	case v.Source != workflows.Default:
		return fmt.Errorf("its place is not known: %s", v.Why)
	}
	return l.appendWidget(run.Home, widget, value)
}

// note remembers what is set, which several changes may want. isNew is false where it
// has been set already.
func (l *lowerer) note(at place, value string) (isNew bool, err error) {
	have, known := l.values[at]
	if known && have != value {
		return false, errTwoValues
	}
	l.values[at] = value
	return !known, nil
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
