package rewrite

import (
	"fmt"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// consequences are the changes that others may be made by beside their own: values set
// where the taker of a give is supplied from now, or at the node that drives a widget.
func consequences(before *workflows.Part, changes []workflows.Change) (sets []workflows.Change) {
	for _, c := range changes {
		if by := before.Run(c.Run).Value(c.Name).From; c.Op == workflows.OpSet && by != nil && isDriver(by) {
			sets = append(sets, workflows.Change{Op: workflows.OpSet, Run: by.ID, Name: by.Home.Signature.Fields[workflows.FieldValue], Value: c.Value})
		}
		if c.Op != workflows.OpGive {
			continue
		}
		class := before.File.Class(c.Class)
		for _, from := range rules.SupplyOf(before.Run(c.Run), c.Name).Runs {
			for widget, value := range (&gift{Change: c, class: class}).values(from.Home.Signature) {
				sets = append(sets, workflows.Change{Op: workflows.OpSet, Run: from.ID, Name: widget, Value: value})
				switch by := from.Value(widget).From; {
				case by == nil:
				case by.Home.Signature == nil: // the instance that shows it
					sets = append(sets, workflows.Change{Op: workflows.OpSet, Run: by.ID, Name: widget, Value: value})
				default:
					sets = append(sets, workflows.Change{Op: workflows.OpSet, Run: by.ID, Name: by.Home.Signature.Fields[workflows.FieldValue], Value: value})
				}
			}
		}
	}
	return sets
}

// proveGives looks whether every taker is supplied with what it was to be given,
// nobody else with anything but before, and no node is new without need.
func proveGives(before, after *workflows.Part, changes []workflows.Change) error {
	needed := map[*workflows.Home]bool{}
	given := false
	for _, c := range changes {
		if c.Op != workflows.OpGive {
			continue
		}
		given = true
		if err := proveGive(before, after, c, changes); err != nil {
			return err
		}
		for _, from := range rules.SupplyOf(after.Run(c.Run), c.Name).Runs {
			needed[from.Home] = true
		}
	}
	results := graphsOf(after)
	for i, graph := range graphsOf(before) {
		for _, home := range results[i].Homes[min(len(graph.Homes), len(results[i].Homes)):] {
			if !needed[home] || graph.Home(home.ID) != nil {
				return fmt.Errorf("%s is new, and nothing asked for it", home.Name())
			}
		}
	}
	if !given {
		return nil
	}
	return proveOthers(before, after, changes)
}

// proveOthers looks whether everything that changes do not name is supplied by the
// same nodes as before, and these hold the same.
func proveOthers(before, after *workflows.Part, changes []workflows.Change) error {
	made := consequences(before, changes)
	takers := takersOf(before, nil)
	for _, run := range before.Runs {
		if before.Run(run.ID) != run {
			continue // a broken file, where another node has the same id
		}
		result := after.Run(run.ID)
		if result == nil {
			return fmt.Errorf("%s is gone", run)
		}
		for i := range run.Home.Inputs() {
			in := &run.Home.Inputs()[i]
			name := nameOf(run, in)
			was, is := run.Wire(name), result.Wire(name)
			pulled := is.Kind == workflows.Nothing && about(made, run.ID, name)
			if pulled || about(changes, run.ID, name) || was.Kind == is.Kind && was.Slot == is.Slot && sameRun(was.From, is.From) {
				continue
			}
			return fmt.Errorf("%s of %s is supplied otherwise, and nothing asked for it", name, run)
		}
		if run.Home.Signature == nil {
			continue
		}
		for _, widget := range run.Home.Signature.Widgets() {
			if about(changes, run.ID, widget) || sameJSON(run.Value(widget).Result, result.Value(widget).Result) {
				continue
			}
			for _, t := range takers[run.Home] {
				if !about(changes, t.run, t.input) && !about(made, t.run, t.input) {
					return fmt.Errorf("%s of %s was changed, which also serves #%s", widget, run, t.run)
				}
			}
		}
	}
	return nil
}

// about reports whether one of some changes is about a widget or input.
func about(changes []workflows.Change, run, name string) bool {
	return slices.ContainsFunc(changes, func(c workflows.Change) bool { return c.Run == run && c.Name == name })
}

func sameRun(a, b *workflows.Run) bool { return a == b || a != nil && b != nil && a.ID == b.ID }

// proveGive looks at what supplies one taker: the same nodes as before or clones of
// them, or one new node.
func proveGive(before, after *workflows.Part, c workflows.Change, changes []workflows.Change) error {
	was, is := rules.SupplyOf(before.Run(c.Run), c.Name), rules.SupplyOf(after.Run(c.Run), c.Name)
	g := &gift{Change: c, class: before.File.Class(c.Class)}
	if wire := is.Wire; wire.Kind != workflows.Given || wire.Slot != 0 || is.Open != "" {
		return fmt.Errorf("nothing supplies %s of #%s", c.Name, c.Run)
	}
	inserted := !was.Wire.Arrives()
	if inserted && (len(is.Runs) != 1 || before.Run(is.Runs[0].ID) != nil || is.Runs[0].Home.Class != c.Class) || !inserted && len(is.Runs) != len(was.Runs) {
		return fmt.Errorf("%s of #%s is supplied by %s", c.Name, c.Run, is.Runs[0])
	}
	for i, from := range is.Runs {
		wanted := g.values(from.Home.Signature)
		for _, widget := range from.Home.Signature.Widgets() {
			want, ok := gjson.Parse(wanted[widget]), wanted[widget] != ""
			switch {
			case ok:
			case inserted:
				want = gjson.Parse(from.Home.Signature.Input(widget).DefaultText())
			default:
				want = was.Runs[i].Value(widget).Result
				for _, other := range changes {
					if other.Op == workflows.OpSet && other.Run == was.Runs[i].ID && other.Name == widget {
						want = gjson.Parse(other.Value)
					}
				}
			}
			if v := from.Value(widget); !sameJSON(v.Result, want) {
				return fmt.Errorf("%s of %s is %s, not %s", widget, from, v.Raw, want.Raw)
			}
		}
	}
	return nil
}
