package rules

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/workflows"
)

//go:embed presets
var presets embed.FS

// Preset is a tuning that somebody has published: pages in the form of rules, each of which
// wants one value of a model path. It is a layer below the rules, which have the last word.
type Preset struct {
	Name string
	// About is the Markdown text that tells what the preset is.
	About string
	// Set are its pages, and the facts they may ask for.
	*Set
}

// Presets returns the names of the presets there are.
func Presets() []string {
	files, err := fs.Glob(presets, "presets/*.md")
	if err != nil {
		panic(err) // the pattern is well formed
	}
	for i, name := range files {
		files[i] = strings.TrimSuffix(strings.TrimPrefix(name, "presets/"), ".md")
	}
	return files
}

// presetPages returns the pages of all presets, as "preset/page".
func presetPages() []string {
	pages, err := fs.Glob(presets, "presets/*/*.md")
	if err != nil {
		panic(err) // the pattern is well formed
	}
	for i, name := range pages {
		pages[i] = strings.TrimSuffix(strings.TrimPrefix(name, "presets/"), ".md")
	}
	return pages
}

// Preset returns the preset of a name, with the set's facts beside its own terms.
func (s *Set) Preset(name string) (*Preset, error) {
	if !slices.Contains(Presets(), name) {
		return nil, fmt.Errorf("there is no preset %q, there are %s", name, strings.Join(Presets(), ", "))
	}
	folder, err := fs.Sub(presets, "presets")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	about, err := fs.ReadFile(folder, name+".md")
	if err != nil {
		return nil, fmt.Errorf("read a preset: %w", err)
	}
	packs, err := packsOf(folder)
	if err != nil {
		return nil, err
	}
	pages := sync.OnceValues(func() ([]*page, error) {
		all, err := readPages(packs)
		all = slices.DeleteFunc(all, func(p *page) bool { return p.pack != name })
		for _, p := range all {
			err = errors.Join(err, p.read.checkCell())
		}
		return all, err
	})
	return &Preset{name, string(about), &Set{
		check: func() error {
			facts, err := s.facts()
			if err != nil {
				return err
			}
			return checkPacks(packs, maps.Clone(facts))
		},
		pages: pages,
		rules: sync.OnceValues(func() ([]*Rule, error) { return rulesOf(pages()) }),
		facts: sync.OnceValues(func() (map[string]*Fact, error) {
			all, err := s.facts()
			all = maps.Clone(all)
			return all, errors.Join(err, addTerms(packs, all))
		}),
	}}, nil
}

// checkCell reports a page that is no page of a preset.
func (r *Rule) checkCell() error {
	for i, fix := range r.Fixes {
		if fix.Safety != Advice && (len(fix.Do) != 1 || fix.Do[0].Op != workflows.OpSet) {
			return fmt.Errorf("%s/%s.md: fix %d: a page of a preset sets one value", r.Pack, r.ID, i+1)
		}
	}
	if r.On != onStack {
		return fmt.Errorf("%s/%s.md: a page of a preset is on a %s, this is on a %s", r.Pack, r.ID, onStack, r.On)
	}
	return nil
}

// Cell is one value that a preset wants of a model path.
type Cell struct {
	Page  *Rule
	Stack *Stack
	// At is the node to look at.
	At *workflows.Run
	// Wants says in words what is wanted, Because are the tests that say so.
	Wants   string
	Because []Trace
	// State tells what became of it: Stood, Overruled, Offered or Blocked; Applied as long
	// as the rules have not had their say.
	State State
	// By is the finding of the rule that overruled it, if a rule did; else Why is the reason
	// why it does not stand.
	By  *Finding
	Why string
	// Sets are the values that it is about, Changes what has to be written, or was, and Cuts
	// the unplugs that would leave the values without effect.
	Sets, Changes, Cuts []workflows.Change
	// Target is the field that it is about, as "role.field"; "" where it only tells.
	Target string
}

// Cells asks a preset what it wants of a part. planned chooses its pages: those that ask
// the planner, whose answer counts once everything is settled, or the others. gaps are the
// facts that pages asked for in vain.
func (p *Preset) Cells(part *workflows.Part, machine *detect.Machine, o Options, planned bool) (cells []*Cell, gaps map[string]Gap, err error) {
	pages, err := p.Rules()
	if err != nil {
		return nil, nil, err
	}
	v := newVerdict(part)
	v.silences.all = p.silencesOf(part, Options{})
	stage, err := v.on(p.Set, machine)
	if err != nil {
		return nil, nil, err
	}
	silent := map[string]map[string]bool{}
	var offers []*Offer // of the cells
	for _, stack := range v.Stacks {
		for _, page := range pages {
			if page.asksPlanner() != planned || named(o.Ignore, page.ID, page.Pack) {
				continue
			}
			s := stage.of(stack)
			var why trace
			fires := page.When.judge(s, &why)
			if fires == Unsure {
				v.miss(page.ID, false, why, silent)
			}
			if fires != Yes {
				continue
			}
			cell, offer := page.cell(s)
			if cell == nil {
				continue
			}
			cell.Because = slices.Concat(why, cell.Because)
			if offer != nil {
				offer.rule = page
				if by, _ := v.kept(offer); by != nil {
					cell.State, cell.Why, offer = Blocked, "silenced by "+by.String(), nil
				}
			}
			cells, offers = append(cells, cell), append(offers, offer)
			if offer != nil {
				f := &Finding{Rule: page, Severity: page.Severity, Certain: true, Stacks: []*Stack{stack}, At: cell.At, Fixes: []Offer{*offer}}
				v.Findings = append(v.Findings, f)
				offers[len(offers)-1] = &f.Fixes[0]
			}
		}
	}
	choose(v, Options{Unsafe: o.Unsafe, Can: o.Can})
	for i, offer := range offers {
		if offer != nil {
			cells[i].settle(offer)
		}
	}
	return cells, v.Unjudged, nil
}

// settle takes over what became of what a cell asks for.
func (c *Cell) settle(o *Offer) {
	c.State, c.Why = o.State, o.BlockedBy
	switch o.State {
	case Applied:
		c.Changes = o.Changes
	case Offered:
		c.Why = "it changes the picture: made with --unsafe"
	}
}

// asksPlanner reports whether a rule reads anywhere what the planner answers.
func (r *Rule) asksPlanner() bool {
	return r.When.asks("plan") || r.Unless.asks("plan") || slices.ContainsFunc(r.Fixes, func(f Fix) bool { return f.Needs.asks("plan") })
}

// cell makes the cell of a preset's page that fires, by the first fix whose needs are met.
// It is nil where there is none, as where a tuning leaves a value open. There is an offer
// where something has to be written.
func (r *Rule) cell(s *scene) (*Cell, *Offer) {
	c := &Cell{Page: r, Stack: s.stack, At: s.stack.Loader, Wants: fill(r.Message, s), State: Stood}
	if len(r.Unless) > 0 && r.Unless.judge(s, nil) == Yes {
		return c, nil
	}
	for _, fix := range r.Fixes {
		var why trace
		if fix.Needs.judge(s, &why) != Yes {
			continue
		}
		c.Because = why
		say := fill(fix.Say, s)
		if fix.Safety == Advice {
			c.State, c.Why = Overruled, say
			return c, nil
		}
		c.Wants = say
		action := fix.Do[0]
		c.Target = action.Target
		c.Sets, _ = action.sets(s)
		role, _ := splitFact(c.Target)
		if supply, ok := s.stack.Role(role); ok {
			c.Cuts = []workflows.Change{{Op: workflows.OpUnplug, Run: supply.At.ID, Name: supply.Input}}
		}
		changes, possible := fix.changes(s)
		switch {
		case !possible:
			c.State, c.Why = Blocked, "no node here takes it, or not all that count can be seen"
			return c, nil
		case len(changes) == 0:
			c.At = s.stack.survey.part.Run(c.Sets[0].Run)
			return c, nil
		}
		c.At = s.stack.survey.part.Run(changes[0].Run)
		return c, &Offer{Say: say, Safety: fix.Safety, Changes: changes, State: Offered}
	}
	return nil, nil
}
