package rewrite

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// lowerer turns the changes of a part into edits of its file's text. It collects
// all of them first: changes may meet in one list.
type lowerer struct {
	part  *workflows.Part
	edits []Edit
	lists map[workflows.Span]*items
}

func newLowerer(part *workflows.Part) *lowerer {
	return &lowerer{part: part, lists: map[workflows.Span]*items{}}
}

// lower plans all changes of a part.
func lower(part *workflows.Part, changes []workflows.Change) ([]Edit, error) {
	l := newLowerer(part)
	for _, c := range changes {
		if err := l.add(c); err != nil {
			return nil, fmt.Errorf("%s of #%s: %w", c.Name, c.Run, err)
		}
	}
	return l.finish(), nil
}

// can tells why a change cannot be made in the part, "" if it can.
func can(part *workflows.Part) func(workflows.Change) string {
	return func(c workflows.Change) string {
		if err := newLowerer(part).add(c); err != nil {
			return err.Error()
		}
		return ""
	}
}

// add plans one change. Its error is the reason why the change cannot be made.
func (l *lowerer) add(c workflows.Change) error {
	run := l.part.Run(c.Run)
	switch {
	case run == nil:
		return fmt.Errorf("there is no node #%s", c.Run)
	case run.Inside():
		return fmt.Errorf("inside a subgraph, where wanfix does not write yet")
	}
	switch c.Op {
	case workflows.OpSet:
		return l.set(run, c.Name, c.Value)
	case workflows.OpUnplug:
		return l.unplug(run, c.Name)
	}
	return fmt.Errorf("no way is known to %s", c.Op)
}

func (l *lowerer) set(run *workflows.Run, widget, value string) error {
	v := run.Value(widget)
	switch v.Source {
	case workflows.Literal:
		for _, site := range v.Sites {
			l.replace(site.Span, value)
		}
		return nil
	case workflows.ByLink, workflows.ByPrimary:
		return fmt.Errorf("%s drives it: change it there", v.From)
	case workflows.ByBorder:
		return fmt.Errorf("it stands on %s: change it there", v.From)
	case workflows.Template:
		return fmt.Errorf("%s", v.Why)
	}
	if l.part.Form == workflows.API {
		return l.insertKey(run.Home, widget, value)
	}
	if v.Source != workflows.Default {
		return fmt.Errorf("its place is not known: %s", v.Why)
	}
	return l.appendWidget(run.Home, widget, value)
}

func (l *lowerer) replace(at workflows.Span, text string) {
	l.edits = append(l.edits, Edit{at, text})
}

// unplug cuts the link that is written at an input.
func (l *lowerer) unplug(run *workflows.Run, input string) error {
	in := run.Home.Input(input)
	if in == nil || !in.Linked {
		return fmt.Errorf("nothing is linked there")
	}
	if l.part.Form == workflows.API {
		l.remove(run.Home.InputsSpan(), in.Key.Start)
		return nil
	}
	l.replace(in.Span, "null")
	graph := run.Home.Graph
	if link, ok := graph.Link(in.Link); ok {
		l.remove(graph.LinkTable(), link.Span.Start)
		l.forgetAtOrigin(graph.Home(link.Origin), in.Link)
	}
	l.forgetReroutes(graph, in.Link)
	return nil
}

// forgetAtOrigin takes a link out of the outputs of the node it starts at.
func (l *lowerer) forgetAtOrigin(origin *workflows.Home, link int64) {
	if origin == nil {
		return
	}
	for _, output := range origin.Outputs() {
		for i, id := range output.Links {
			if id == link {
				l.list(output.Span).gone[i] = true
			}
		}
	}
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
	byStart := func(a, b workflows.Span) int { return cmp.Compare(a.Start, b.Start) }
	var removals []Edit
	for _, at := range slices.SortedFunc(maps.Keys(l.lists), byStart) {
		within := func(e Edit) bool { return e.Start <= at.Start && at.End <= e.End }
		if it := l.lists[at]; len(it.gone) > 0 && !slices.ContainsFunc(removals, within) {
			removals = append(removals, it.removals(at)...)
		}
	}
	return append(l.edits, removals...)
}

// insertKey writes an input that an API prompt leaves out, in the way its
// neighbours are written.
func (l *lowerer) insertKey(home *workflows.Home, name, value string) error {
	at := home.InputsSpan()
	if at.Empty() {
		return fmt.Errorf("the node has no inputs to add it to")
	}
	it := l.list(at)
	member := string(gjson.AppendJSONString(nil, name)) + ": " + value
	if n := len(it.spans); n > 0 {
		inputs := home.Inputs()
		colon := l.part.File.Text(workflows.Span{Start: inputs[n-1].Key.End, End: inputs[n-1].Span.Start})
		member = l.separator(at, it) + string(gjson.AppendJSONString(nil, name)) + colon + value
		l.replace(workflows.Span{Start: it.spans[n-1].End, End: it.spans[n-1].End}, member)
		return nil
	}
	l.replace(workflows.Span{Start: at.Start + 1, End: at.Start + 1}, member)
	return nil
}

// appendWidget writes a widget that the stored list is too short for, and the
// defaults of those between.
func (l *lowerer) appendWidget(home *workflows.Home, widget, value string) error {
	at, stored, between, ok := home.Missing(widget)
	if !ok || stored == 0 {
		return fmt.Errorf("it is not written, and the list of values cannot be made longer")
	}
	it := l.list(at)
	separator := l.separator(at, it)
	text := ""
	for _, fallback := range between {
		text += separator + fallback
	}
	end := it.spans[stored-1].End
	l.replace(workflows.Span{Start: end, End: end}, text+separator+value)
	return nil
}

// separator returns what stands between two members of a list or object.
func (l *lowerer) separator(at workflows.Span, it *items) string {
	if len(it.spans) > 1 {
		return l.part.File.Text(workflows.Span{Start: it.spans[0].End, End: it.spans[1].Start})
	}
	return "," + l.part.File.Text(workflows.Span{Start: at.Start + 1, End: it.spans[0].Start})
}
