package rules

import (
	"strings"

	"github.com/wanfix/wanfix/workflows"
)

// Finding is a rule that fired on a part.
type Finding struct {
	Rule     *Rule
	Severity Severity
	// Certain is false where an exception may apply and nobody knows.
	Certain bool
	// Stacks are those it fired on, with the same facts and the same fix; none where it
	// is about a node alone.
	Stacks []*Stack
	// At is the run to look at.
	At *workflows.Run
	// Widget is the one whose value does not fit, "" where it is about a stack.
	Widget  string
	Message string
	// Why are the tests that decided, Doubt those of the exceptions that could not be.
	Why, Doubt []Trace
	// Fixes are the alternatives that are possible here, best first.
	Fixes []Offer
}

// Offer is one alternative of a finding.
type Offer struct {
	Say     string
	Safety  Safety
	Changes []workflows.Change
	State   State
	// BlockedBy is the reason of the state Blocked. OverruledBy is the rule of the user's
	// that wants something else, where that is the reason.
	BlockedBy   string
	OverruledBy *Rule

	rule *Rule
}

// State tells what became of a fix.
type State string

// States of fixes.
const (
	Applied State = "applied"
	Offered State = "offered" // possible, but not asked for or not needed
	Blocked State = "blocked" // cannot be made in this file

	// What a preset wants has these besides.
	Stood     State = "stood"     // it is so in the end
	Overruled State = "overruled" // a rule or a fact wants it otherwise
)

// Wanted returns the changes of the alternative that is applied, nil if none is.
func (f *Finding) Wanted() []workflows.Change {
	if offer := f.applied(); offer != nil {
		return offer.Changes
	}
	return nil
}

// fill puts facts into a text with {fact} in it.
func fill(text string, s *scene) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			out.WriteString("{" + rest)
			return out.String()
		}
		a := s.ask(name)
		out.WriteString(a.String())
		if fact := s.facts[name]; fact != nil && fact.Unit != "" && a.Known() {
			out.WriteString(" " + fact.Unit)
		}
		text = after
	}
}
