package rules

import (
	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/rules/plan"
)

// stage is a part's stacks on one machine, with the facts of one set. Stacks that share
// settings ask about each other, so each has one scene there.
type stage struct {
	machine *detect.Machine
	facts   map[string]*Fact
	scenes  map[*Stack]*scene
	named   map[string]namedModel
}

// namedModel is the model that a file's name stands for, if it does for any.
type namedModel struct {
	plan.Model
	known bool
}

func newStage(machine *detect.Machine, facts map[string]*Fact) *stage {
	return &stage{machine: machine, facts: facts, scenes: map[*Stack]*scene{}, named: map[string]namedModel{}}
}

// modelNamed is [plan.ByName], once for a name.
func (st *stage) modelNamed(file string) (plan.Model, bool) {
	m, asked := st.named[file]
	if !asked {
		m.Model, m.known = plan.ByName(file)
		st.named[file] = m
	}
	return m.Model, m.known
}

// manyFacts is about as many as are asked of a stack.
const manyFacts = 120

// of returns the scene of a stack, with all that it remembers.
func (st *stage) of(stack *Stack) *scene {
	s, ok := st.scenes[stack]
	if !ok {
		s = &scene{stage: st, stack: stack, asked: make(map[string]Answer, manyFacts)}
		st.scenes[stack] = s
	}
	return s
}

// at returns the scene of a widget whose value does not fit.
func (st *stage) at(m *misfit) *scene {
	return &scene{stage: st, misfit: m, asked: map[string]Answer{}}
}

// on returns the stage for a set's facts on a machine: what was asked for them last is
// still known.
func (s *Survey) on(set *Set, machine *detect.Machine) (*stage, error) {
	if s.stage == nil || s.set != set || s.stage.machine != machine {
		facts, err := set.facts()
		if err != nil {
			return nil, err
		}
		s.stage, s.set = newStage(machine, facts), set
	}
	return s.stage, nil
}
