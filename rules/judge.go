package rules

import (
	"cmp"
	"slices"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/workflows"
)

// Options say which rules and fixes are wanted.
type Options struct {
	// Unsafe also applies fixes that change the picture.
	Unsafe bool
	// Select, if not empty, leaves only these rules, packs or [All]. Ignore silences some:
	// what they find is counted.
	Select, Ignore []string
	// Preset is the name of the tuning that is put under the rules, "" for none.
	Preset string
	// Can tells why changes cannot be made together in the file, "" if they can. Nil
	// allows all; rewrite.Tune, which makes the changes, fills it in.
	Can func([]workflows.Change) string
	// Held tells which of the user's rules has set the place of a change in an earlier round,
	// nil if none has; rewrite.Tune fills it in.
	Held func(workflows.Change) *Rule
}

// Verdict is what the rules say of a part.
type Verdict struct {
	*Survey
	Findings []*Finding
	// Around is advice about what stands around the workflow, once nothing more is wanted.
	Around []*Finding
	// Unjudged are, by fact, the rules that stayed silent because it is unknown, with the
	// reason why it is.
	Unjudged map[string]Gap
	// Silenced are, by silence and rule, the findings that were silenced.
	Silenced []Silenced

	silences *silences
	together map[workflows.Change]bool // changes that can be made together
	refused  map[workflows.Change]int  // how often changes of a node could not, without their run
}

// Judge asks every rule about every stack of a part, or about every widget whose value does
// not fit. Rules that read what the planner answers come after all others: they are asked
// once those want nothing more.
func (s *Set) Judge(part *workflows.Part, machine *detect.Machine, o Options) (*Verdict, error) {
	v := newVerdict(part)
	misfits := misfits(part)
	if len(v.Stacks)+len(misfits) == 0 {
		return v, nil
	}
	pages, err := s.pages()
	if err != nil {
		return nil, err
	}
	stage, err := v.on(s, machine)
	if err != nil {
		return nil, err
	}
	pages = slices.DeleteFunc(slices.Clone(pages), func(p *page) bool { return !o.selects(p.id, p.pack) })
	v.silences.all = s.silencesOf(part, o)
	for _, planned := range []bool{false, true} {
		stratum := slices.DeleteFunc(slices.Clone(pages), func(p *page) bool { return p.around || p.planned != planned })
		if err := v.judge(stage, misfits, stratum); err != nil {
			return nil, err
		}
		v.hush()
		choose(v, o)
		if slices.ContainsFunc(v.Findings, func(f *Finding) bool { return len(f.Wanted()) > 0 }) {
			return v, nil // what the planner would say of the file may be other than what it will say
		}
	}
	return v, v.advise(stage, slices.DeleteFunc(pages, func(p *page) bool { return !p.around }))
}

// advise asks the rules about what stands around the workflow. What they lack is not missed.
func (v *Verdict) advise(stage *stage, pages []*page) error {
	around := &Verdict{Survey: v.Survey, Unjudged: map[string]Gap{}, silences: v.silences, Silenced: v.Silenced}
	err := around.judge(stage, nil, pages)
	around.hush()
	v.Around, v.Silenced = around.Findings, around.Silenced
	return err
}

func newVerdict(part *workflows.Part) *Verdict {
	return &Verdict{
		Survey: Look(part), Unjudged: map[string]Gap{}, silences: &silences{naming: map[string][]*Silence{}},
		together: map[workflows.Change]bool{}, refused: map[workflows.Change]int{},
	}
}

// judge asks some of the rules.
func (v *Verdict) judge(stage *stage, misfits []*misfit, pages []*page) error {
	for _, stack := range v.Stacks {
		if err := v.ask(stage.of(stack), pages); err != nil {
			return err
		}
	}
	for _, m := range misfits {
		if err := v.ask(stage.at(m), pages); err != nil {
			return err
		}
	}
	return nil
}

// ask asks the rules that are about what a scene shows.
func (v *Verdict) ask(s *scene, pages []*page) error {
	for _, p := range pages {
		if p.on != s.on() && (p.on == onStack || p.on == onWorkflow) {
			continue // any other tells its mistake
		}
		f, gaps, err := p.judge(s)
		if err != nil {
			return err
		}
		if v.silences.of(p.id, p.pack, s.at()) == nil {
			v.miss(p.id, p.informs, gaps)
		}
		if f != nil {
			v.add(f)
		}
	}
	return nil
}

func (o Options) selects(id, pack string) bool {
	return len(o.Select) == 0 || named(o.Select, id, pack)
}

// named reports whether a rule is among those that names stand for.
func named(names []string, id, pack string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return name == id || name == pack || name == All })
}

// judge asks the rule about one stack. It returns the finding, or the tests that facts
// are missing for.
func (p *page) judge(s *scene) (f *Finding, gaps []Trace, err error) {
	if judge(&p.when, s, nil) == No {
		return nil, nil, nil
	}
	var why trace
	if judge(&p.when, s, &why) == Unsure {
		return nil, why.unsure(), nil
	}
	r, err := p.rule()
	if err != nil {
		return nil, nil, err
	}
	return r.find(s, why), nil, nil
}

// find makes the finding of a rule that fires, unless an exception excuses it.
func (r *Rule) find(s *scene, why []Trace) *Finding {
	f := &Finding{Rule: r, Severity: r.Severity, Certain: true, Why: why, At: s.at()}
	if s.misfit != nil {
		f.Widget = s.misfit.Input.Name
	} else {
		f.Stacks = []*Stack{s.stack}
	}
	if len(r.Unless) > 0 {
		var why trace
		switch r.Unless.judge(s, &why) {
		case Yes:
			return nil
		case Unsure:
			f.Severity, f.Certain = r.Unsure, false
			f.Doubt = why.unsure()
		}
	}
	f.Message = fill(r.Message, s)
	for _, fix := range r.Fixes {
		if fix.Needs.judge(s, nil) != Yes {
			continue
		}
		changes, possible := fix.changes(s)
		if possible && (len(changes) > 0 || fix.Safety == Advice) {
			f.Fixes = append(f.Fixes, Offer{Say: fill(fix.Say, s), Safety: fix.Safety, Changes: changes, State: Offered, rule: r})
		}
	}
	if len(f.Fixes) > 0 && len(f.Fixes[0].Changes) > 0 {
		f.At = f.At.Home.Graph.Part.Run(f.Fixes[0].Changes[0].Run)
	}
	return f
}

// add puts a finding into the verdict, merged with one that says the same of
// another stack.
func (v *Verdict) add(f *Finding) {
	for _, have := range v.Findings {
		if have.Rule == f.Rule && have.Severity == f.Severity && have.At == f.At && have.Message == f.Message && sameFixes(have.Fixes, f.Fixes) {
			have.Stacks = append(have.Stacks, f.Stacks...)
			for i, fix := range f.Fixes {
				for _, c := range fix.Changes {
					if !slices.Contains(have.Fixes[i].Changes, c) {
						have.Fixes[i].Changes = append(have.Fixes[i].Changes, c)
					}
				}
			}
			return
		}
	}
	v.Findings = append(v.Findings, f)
}

// sameFixes reports whether two findings are mended alike: by the same fixes, the first
// of which makes the same changes. Others may give each stack what is its own.
func sameFixes(a, b []Offer) bool {
	if len(a) > 0 && len(b) > 0 && !slices.Equal(a[0].Changes, b[0].Changes) {
		return false
	}
	return slices.EqualFunc(a, b, func(a, b Offer) bool { return a.Say == b.Say && a.Safety == b.Safety })
}

// Sort orders findings for reading: worst first, then as they were found.
func Sort(findings []*Finding) {
	rank := map[Severity]int{Error: 0, Warning: 1, Info: 2}
	slices.SortStableFunc(findings, func(a, b *Finding) int { return cmp.Compare(rank[a.Severity], rank[b.Severity]) })
}
