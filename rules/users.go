package rules

import (
	"slices"

	"github.com/wanfix/wanfix/workflows"
)

// users tells whom a run serves. What else would change with it, being written in the
// same place, is for those to say who write it, see [Options.Can].
type users struct {
	all    []*Stack
	stacks map[*workflows.Run][]*Stack
	// strangers are found when they are first asked for.
	strangers map[*workflows.Run]*workflows.Run
}

func usersOf(stacks []*Stack) *users {
	u := &users{all: stacks, stacks: map[*workflows.Run][]*Stack{}}
	for _, stack := range stacks {
		for _, run := range stack.Members() {
			if list := u.stacks[run]; !slices.Contains(list, stack) {
				u.stacks[run] = append(list, stack)
			}
		}
	}
	return u
}

// besides returns who is served by a run besides some stacks: the loader of another
// stack, or a node outside every stack; nil if nobody is.
func (u *users) besides(stacks []*Stack, run *workflows.Run) *workflows.Run {
	for _, user := range u.stacks[run] {
		if !slices.Contains(stacks, user) {
			return user.Loader
		}
	}
	if u.strangers == nil {
		u.strangers = u.findStrangers()
	}
	return u.strangers[run]
}

// findStrangers finds the settings and lists that also serve a node outside every
// stack, such as a loader that is not judged. What comes from a loader or sampler is
// left out: behind those is what the stacks are for.
func (u *users) findStrangers() map[*workflows.Run]*workflows.Run {
	known := map[*workflows.Run]bool{}
	for _, stack := range u.all {
		for _, run := range stack.Members() {
			known[run] = true
		}
	}
	runs := u.all[0].Loader.Home.Graph.Part.Runs
	for _, run := range runs {
		known[run.Parent] = true // a subgraph only passes on
	}
	strangers := map[*workflows.Run]*workflows.Run{}
	for _, run := range runs {
		if known[run] || !run.Active() || passesOn(run.Home.Role()) {
			continue
		}
		for _, in := range run.Home.Inputs() {
			for _, from := range SupplyOf(run, in.Name).Runs {
				if role := from.Home.Role(); role != roleLoader && role != roleSampler {
					strangers[from] = run
				}
			}
		}
	}
	return strangers
}

// passesOn reports whether nodes of a role use nothing themselves.
func passesOn(role string) bool {
	switch role {
	case roleList, workflows.RoleReroute, workflows.RoleSet, workflows.RoleGet:
		return true
	}
	return false
}
