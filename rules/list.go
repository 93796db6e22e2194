package rules

import (
	"slices"
	"strings"

	"github.com/wanfix/wanfix/workflows"
)

// Fields by which the rows of a list node are known: a file and its strength,
// with the same ending where a node has several rows.
const (
	fieldFile     = "file"
	fieldStrength = "strength"
	noFile        = "none"
)

// listField asks every node of a list for a field. One that its class names under
// "any" holds when one node says so that has a part in the result; of any other,
// the first node speaks.
func listField(role string, runs []*workflows.Run, open, field string) Answer {
	missing := open
	last := unknown("no node of the " + role + " list has " + field)
	for _, run := range runs {
		if run.Home.Role() != roleList {
			continue
		}
		a := fieldOf(run, field)
		idle := Unsure
		if a.Value == true {
			idle = idleNode(run)
		}
		switch {
		case !slices.Contains(run.Home.Signature.Any, field):
			return a
		case !a.Known():
			missing = a.Why
		case a.Value == true && idle == No:
			return a
		case a.Value == true && idle == Unsure:
			missing = "whether the strength in " + run.String() + " is 0"
		default:
			last = known(false, a.Source)
		}
	}
	if missing != "" {
		return unknown("the " + role + " list is not wholly known: " + missing)
	}
	return last
}

// idleNode reports whether a list node adds nothing: the wrapper drops rows with
// the strength 0 or without a file, and with them what their node says. It keeps
// those with a strength for each step, whatever these are.
func idleNode(run *workflows.Run) Truth {
	idle := Yes
	for field := range run.Home.Signature.Fields {
		row, ok := cutRow(field)
		if !ok {
			continue
		}
		strength, file := fieldOf(run, fieldStrength+row), fieldOf(run, field)
		switch {
		case strength.Value == 0.0, file.Value == noFile:
		case driven(run, fieldStrength+row) && !strength.Known() && !scheduled(run, fieldStrength+row), driven(run, field) && !file.Known():
			idle = Unsure
		default:
			return No
		}
	}
	return idle
}

// cutRow returns what a file's field has in common with the strength's: "" or "_1".
func cutRow(field string) (row string, ok bool) { return strings.CutPrefix(field, fieldFile) }

// driven reports whether a link gives a field's value.
func driven(run *workflows.Run, field string) bool {
	in := run.Home.Input(run.Home.Signature.Fields[field])
	return in != nil && in.Linked
}

// loras answers whether lists of LoRAs add anything: Yes as soon as one row of
// one node does.
func loras(supplies []Supply) Truth {
	adds := No
	for _, supply := range supplies {
		if supply.Open != "" {
			adds = max(adds, Unsure)
		}
		for _, run := range supply.Runs {
			if run.Home.Role() != roleList {
				adds = max(adds, Unsure)
				continue
			}
			adds = max(adds, idleNode(run).not())
		}
	}
	return adds
}
