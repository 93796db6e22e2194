package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/wanfix/wanfix/rules"
)

// newRuleCmd writes a page to begin a rule with.
type newRuleCmd struct {
	Name string `arg:"" help:"The rule's name, in small letters, digits and hyphens: what is wrong, in a few words."`
	Dir  string `name:"rules" default:"." placeholder:"DIR" help:"The folder of your rules, which is made where there is none. Without it the current folder."`
}

// newPage is a rule that works, with comments and examples; NAME stands for its name.
//
//go:embed new-rule.md
var newPage string

func (c *newRuleCmd) run(s streams, _ looks) (int, error) {
	name := strings.TrimSuffix(c.Name, ".md")
	if !rules.IsRuleName(name) {
		return exitUsage, fmt.Errorf("the name of a rule is made of small letters, digits and hyphens, this is %q", name)
	}
	if _, taken := rules.Builtin().Rule(name); taken {
		return exitUsage, fmt.Errorf("wanfix brings a rule %s along: give yours another name", name)
	}
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return exitUsage, err
	}
	path := filepath.Join(c.Dir, name+".md")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return exitUsage, fmt.Errorf("%s is there already, and is left as it is", path)
	} else if err != nil {
		return exitUsage, err
	}
	if _, err = f.WriteString(strings.ReplaceAll(newPage, "NAME", name)); err == nil {
		err = f.Close()
	}
	if err != nil {
		return exitUsage, err
	}
	fmt.Fprintf(s.out, "%s is written; to run its examples: wanfix rules test %s\n", plain(filepath.ToSlash(path)), quoted(filepath.ToSlash(c.Dir)))
	return exitClean, nil
}
