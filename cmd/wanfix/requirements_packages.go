package main

import (
	"maps"
	"slices"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/detect/software"
)

// neededPackage is a package without which, or with an old version of which, rules fire.
type neededPackage struct {
	least string // the lowest version with which none does; "" if no rule tells
	rules []string
}

// ancient is a version below all that rules compare with.
const ancient = "0"

// packages finds what is needed on some cards, by the name that pip has for it. Which version is
// asked about the first of them alone: what newer cards want of it is about the card.
func (q *requiring) packages(cards []gpu.GPU) (map[string]neededPackage, error) {
	needed := map[string]neededPackage{}
	for i, card := range cards {
		p := probing{q, q.on(&card), nil}
		for fact := range software.Packages() {
			delete(p.machine.Software, fact)
		}
		var err error
		if p.before, err = q.fired(p.machine); err != nil {
			return nil, err
		}
		for fact, name := range software.Packages() {
			one := needed[name]
			ids, err := p.news(fact, software.Absent)
			if err == nil && i == 0 {
				var old []string
				one.least, old, err = p.least(fact)
				ids = append(ids, old...)
			}
			if err != nil {
				return nil, err
			}
			one.rules = append(one.rules, ids...)
			slices.Sort(one.rules)
			if one.rules = slices.Compact(one.rules); len(one.rules) > 0 {
				needed[name] = one
			}
		}
	}
	return needed, nil
}

// probing asks what fires on a machine once something is known of a package.
type probing struct {
	*requiring
	machine *detect.Machine // of whose packages nothing is known
	before  map[firedFinding]bool
}

// news are the rules that fire with a version of a package and are silent where it is not known.
func (p *probing) news(fact, version string) (ids []string, err error) {
	with := *p.machine
	with.Software = maps.Clone(with.Software)
	with.Software[fact] = software.Fact{Value: version, Source: "assumed"}
	fired, err := p.fired(&with)
	for one := range fired {
		if !p.before[one] {
			ids = append(ids, one.rule)
		}
	}
	return ids, err
}

// least is the lowest version of a package with which no rule fires, and the rules that fire with
// lower ones.
func (p *probing) least(fact string) (version string, ids []string, err error) {
	if ids, err = p.news(fact, ancient); err != nil || len(ids) == 0 {
		return "", nil, err
	}
	versions, err := p.rules.Compared("software." + fact)
	for _, version := range versions {
		fire, err := p.news(fact, version)
		if err != nil || len(fire) == 0 {
			return version, ids, err
		}
	}
	return "", ids, err
}
