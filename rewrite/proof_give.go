package rewrite

import (
	"fmt"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// proveGives looks whether every taker is supplied with what it was to be given,
// nobody else with anything but before, and no node is new without need.
func proveGives(before, after *workflows.Part, changes []workflows.Change) error {
	needed := map[*workflows.Home]bool{}
	for _, c := range changes {
		if c.Op != workflows.OpGive {
			continue
		}
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
	return nil
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
