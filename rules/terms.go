package rules

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"sync"

	"github.com/tidwall/gjson"
)

// readFacts returns the registry and the terms of packs.
func readFacts(packs []pack) (map[string]*Fact, error) {
	facts := registered()
	return facts, addTerms(packs, facts)
}

// addTerms adds the named terms of packs to facts.
func addTerms(packs []pack, facts map[string]*Fact) error {
	r := &reader{facts: facts}
	for _, p := range packs {
		r.terms(p)
	}
	return r.err()
}

// registered is the registry by name, with room for some terms.
func registered() map[string]*Fact {
	all := registry()
	facts := make(map[string]*Fact, len(all)+10)
	for i := range all {
		facts[all[i].Name] = &all[i]
	}
	return facts
}

const termsFile = "terms.json"

// terms reads a pack's named terms, where it has any: conditions on facts that rules use
// like a fact of their own. A term is true or false where its condition is yes or no.
func (r *reader) terms(p pack) {
	r.file, r.on = path.Join(p.path, termsFile), ""
	text, err := p.file(termsFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return
	case err != nil:
		r.unread(err)
		return
	}
	top, ok := r.open(text)
	if !ok {
		return
	}
	terms := map[string]bool{}
	r.each(top, func(key, _ gjson.Result) { // all names first: terms may ask for each other
		name := key.String()
		_, taken := r.facts[name]
		switch {
		case taken || r.words != nil && r.words.fields[name] != nil:
			r.wrong(key, "there is a fact %s already", name)
			return
		case !termName().MatchString(name):
			r.wrong(key, "a term is named like a fact, such as software.is_new, this is %s", key.Raw)
		}
		r.facts[name], terms[name] = &Fact{Name: name, Type: Bool, Filler: "term"}, true
	})
	r.each(top, func(key, v gjson.Result) {
		if name := key.String(); terms[name] {
			r.term(r.facts[name], v)
		}
	})
}

var termName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$`) })

// term reads what a term stands for.
func (r *reader) term(term *Fact, v gjson.Result) {
	var holds Cond
	r.object(v, map[string]func(gjson.Result){
		"meaning": func(v gjson.Result) { term.Meaning = r.text(v) },
		"when":    func(v gjson.Result) { holds = r.cond(v) },
	})
	r.want(v, "when")
	term.answer = func(s *scene) Answer { return holds.answer(s) }
}

// answer turns the truth of a term's condition into what is known of it.
func (c Cond) answer(s *scene) Answer {
	var why trace
	result := c.judge(s, &why)
	for _, t := range why {
		switch {
		case result == Unsure && t.Truth == Unsure:
			return unknown(t.Found.Why)
		case t.Truth == result && result == Yes:
			return known(true, t.Fact+" is "+t.Found.String())
		case t.Truth == result:
			return known(false, t.Fact+" is "+t.Found.String())
		}
	}
	return known(result == Yes, "")
}
