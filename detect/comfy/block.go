package comfy

import "path/filepath"

// maxBlocks is how deep blocks may lie in each other in a script that is read.
const maxBlocks = 50

// block is a part of a script that may be run or not, or that others do not see the effects of.
type block struct {
	opener  string // the bracket or the word that begins it
	dir     string // before it
	changes int    // how many there were before it
}

// change is a variable that got another value, or lost it.
type change struct {
	name, old string
	had       bool
}

func (s *script) begin(opener string) {
	s.blocks = append(s.blocks, block{opener, s.dir, len(s.changes)})
}

// bracket follows a bracket. One that shuts may stand behind a pattern of a case.
func (s *script) bracket(c byte) {
	top := ""
	if n := len(s.blocks); n > 0 {
		top = s.blocks[n-1].opener
	}
	switch {
	case c == '(', c == '{':
		s.begin(string(c))
	case c == ')' && top == "case":
		s.end(false)
		s.begin(top)
	case c == ')' && top == "(", c == '}' && top == "{":
		s.end(top == "(" && s.dialect == posix)
	}
}

// end leaves a block. What it changed may be so or not, unless it is a shell of its own.
func (s *script) end(own bool) {
	if len(s.blocks) == 0 {
		return
	}
	b := s.blocks[len(s.blocks)-1]
	s.blocks = s.blocks[:len(s.blocks)-1]
	if !own && b.dir != s.dir {
		s.loseFolder()
	} else {
		s.dir = b.dir
	}
	before := map[string]change{}
	for i := len(s.changes) - 1; i >= b.changes; i-- {
		before[s.changes[i].name] = s.changes[i]
	}
	for name, c := range before {
		value, has := s.vars[name]
		switch {
		case has == c.had && value == c.old:
		case !own:
			s.vars[name] = unknown(name)
		case c.had:
			s.vars[name] = c.old
		default:
			delete(s.vars, name)
		}
	}
	if len(s.blocks) == 0 {
		s.changes = nil
	}
}

// loseFolder is for a script that is no longer known to be in one folder.
func (s *script) loseFolder() {
	s.dir = filepath.Join(filepath.Dir(s.path), "$folder")
}

// put changes a variable, so that the end of a block knows.
func (s *script) put(name, value string) {
	s.remember(name)
	s.vars[name] = value
}

func (s *script) drop(name string) {
	s.remember(name)
	delete(s.vars, name)
}

func (s *script) remember(name string) {
	if len(s.blocks) > 0 {
		old, had := s.vars[name]
		s.changes = append(s.changes, change{name, old, had})
	}
}
