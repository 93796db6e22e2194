package rules

import (
	"slices"

	"github.com/wanfix/wanfix/workflows"
)

// scene is what rules see: one stack on one machine, or one widget whose value does not
// fit. It remembers what it was
// asked, so that a fact is worked out once however many rules ask for it.
type scene struct {
	*stage
	stack   *Stack  // nil where a widget is judged
	misfit  *misfit // nil where a stack is judged
	asked   map[string]Answer
	file    *evidence // of the loader's model file, once it has been asked for
	needs   *needs    // of the model path, once they have been asked for
	planned *Plan     // once the planner has been asked
}

// ask returns what is known of a fact.
func (s *scene) ask(name string) Answer {
	if a, ok := s.asked[name]; ok {
		return a
	}
	s.asked[name] = unknown("it asks for itself")
	var a Answer
	fact := s.facts[name]
	switch on := aboutOf(name, fact); {
	case on != "" && on != s.on():
		a = unknown("it is a fact of another thing than what is judged")
	case fact != nil:
		a = fact.answer(s)
	default:
		a = s.field(splitFact(name))
	}
	s.asked[name] = a
	return a
}

// at is the run that is judged, the loader of a stack.
func (s *scene) at() *workflows.Run {
	if s.misfit != nil {
		return s.misfit.run
	}
	return s.stack.Loader
}

// on is what is judged.
func (s *scene) on() string {
	if s.misfit != nil {
		return onWorkflow
	}
	return onStack
}

// holds reports whether all of some facts are known to be true.
func (s *scene) holds(facts ...string) bool {
	return !slices.ContainsFunc(facts, func(name string) bool { return s.ask(name).Value != true })
}

// runs returns the runs that have a role in the stack, and why the list of them
// may be longer than what can be seen.
func (s *scene) runs(role string) (runs []*workflows.Run, open string) {
	switch role {
	case roleLoader:
		return []*workflows.Run{s.stack.Loader}, ""
	case roleSampler:
		if s.stack.Sampler == nil {
			return nil, ""
		}
		return []*workflows.Run{s.stack.Sampler}, ""
	case roleDecode:
		return s.decoders(), ""
	case roleVAE:
		return s.decodingVAE(), ""
	case takesT5:
		return s.textEncoderLoaders(), ""
	case roleCLIP:
		return s.clipLoaders(), ""
	}
	supply := s.stack.roles[role]
	return supply.Runs, supply.Open
}

// field returns what a role's nodes hold for a field.
func (s *scene) field(role, field string) Answer {
	runs, open := s.runs(role)
	switch {
	case len(runs) == 0:
		return idle("no " + role + " is linked")
	case runs[0].Home.Role() == roleList:
		return listField(role, runs, open, field)
	}
	return fieldOf(runs[0], field)
}

func fieldOf(run *workflows.Run, field string) Answer {
	if run.Home.Signature == nil {
		return unknown("the class " + run.Home.Class + " is not known")
	}
	widget, ok := run.Home.Signature.Fields[field]
	if !ok {
		return unknown(run.Home.Class + " has no " + field)
	}
	return widgetOf(run, widget)
}

// widgetOf returns what a widget of a known class holds.
func widgetOf(run *workflows.Run, widget string) Answer {
	v := run.Value(widget)
	if !v.Exists() {
		return unknown(run.String() + " · " + widget + ": " + v.Why)
	}
	if in := run.Home.Signature.Input(widget); in != nil && !in.Accepts(v.Result) {
		return unknown(run.String() + " · " + widget + " holds " + v.Raw)
	}
	return answerOf(v.Result, sourceOf(run, widget, v))
}

// sourceOf says where a value stands.
func sourceOf(run *workflows.Run, widget string, v workflows.Value) string {
	place := run.String() + " · " + widget
	switch {
	case v.Source == workflows.Default:
		return place + ", not written: the default"
	case v.From != nil:
		return place + ", given by " + v.From.String()
	}
	return place
}
