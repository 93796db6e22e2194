package rules

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/tidwall/gjson"
	"github.com/tidwall/jsonc"

	"github.com/wanfix/wanfix/workflows"
)

// page is a rule page of which only the condition has been read, which is enough
// to pass over most rules. The rest is read when the rule fires, or by who wants all.
type page struct {
	id, pack string
	when     Cond
	planned  bool // the condition asks the planner
	rule     func() (*Rule, error)
}

func readPages(folder fs.FS) ([]*page, error) {
	names, err := fs.Glob(folder, "*/*.md")
	if err != nil {
		return nil, err
	}
	all := make([]*page, 0, len(names))
	var text bytes.Buffer // for one page after the other: most are never needed again
	for _, name := range names {
		text.Reset()
		if err := readInto(&text, folder, name); err != nil {
			return nil, fmt.Errorf("read a rule: %w", err)
		}
		p, err := readPage(folder, name, text.Bytes())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, p)
	}
	return all, nil
}

func readInto(text *bytes.Buffer, folder fs.FS, name string) error {
	f, err := folder.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = text.ReadFrom(f)
	return err
}

// readPage finds the rule in the text of a page, its first block. The rest is for people
// and for tests, see [ParsePage]. The text is not kept.
func readPage(folder fs.FS, name string, text []byte) (*page, error) {
	fence := []byte("```")
	before, rest, found := bytes.Cut(text, fence)
	info, rest, _ := bytes.Cut(rest, []byte("\n"))
	if !found || string(bytes.TrimSpace(info)) != "json" {
		return nil, fmt.Errorf("the first block of a rule page is its rule: ```json")
	}
	line := bytes.Count(before, []byte("\n")) + 1
	rule, _, closed := bytes.Cut(rest, []byte("\n```"))
	if !closed {
		return nil, fmt.Errorf("line %d: the block is never closed with %s", line, fence)
	}
	block := string(rule)
	plain := sync.OnceValue(func() string { return string(jsonc.ToJSON([]byte(block))) })
	p := &page{pack: path.Dir(name), id: strings.TrimSuffix(path.Base(name), ".md")}
	p.rule = sync.OnceValues(func() (*Rule, error) {
		r, err := parseRule(plain())
		if err != nil {
			return nil, fmt.Errorf("%s: block at line %d: %w", name, line+1, err)
		}
		whole, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read a rule: %w", err)
		}
		r.Pack, r.ID, r.Page = p.pack, p.id, string(whole)
		return r, nil
	})
	// Taking comments out takes longer than all the rest; most stand behind the condition.
	when := gjson.Get(block[:comment(block)], "when")
	if !gjson.Valid(when.Raw) {
		when = gjson.Get(plain(), "when")
	}
	// A condition that cannot be read is told by the rule, with its place.
	p.when, _ = parseCond(when)
	p.planned = p.when.asks("plan")
	return p, nil
}

// comment returns where a block's first comment may begin, or its end.
func comment(block string) int {
	at := len(block)
	for _, mark := range []string{"//", "/*"} {
		if i := strings.Index(block, mark); i >= 0 {
			at = min(at, i)
		}
	}
	return at
}

// readRules reads all pages wholly.
func readRules(pages []*page, err error) ([]*Rule, error) {
	var all []*Rule
	for _, p := range pages {
		r, err := p.rule()
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, err
}

// readFacts returns the registry and the terms of all packs.
func readFacts(folder fs.FS) (map[string]Fact, error) {
	facts := map[string]Fact{}
	for _, fact := range registry() {
		facts[fact.Name] = fact
	}
	files, err := fs.Glob(folder, "*/terms.json")
	if err != nil {
		return facts, err
	}
	for _, name := range files {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return facts, fmt.Errorf("read terms: %w", err)
		}
		if err := readTerms(text, facts); err != nil {
			return facts, fmt.Errorf("%s: %w", name, err)
		}
	}
	return facts, nil
}

// readTerms reads named terms: conditions on facts that rules use like a fact of
// their own. A term is true or false where its condition is yes or no.
func readTerms(text []byte, facts map[string]Fact) error {
	text = jsonc.ToJSON(text)
	if err := workflows.Gate(text); err != nil {
		return err
	}
	return members(gjson.ParseBytes(text), func(name string, v gjson.Result) error {
		if _, taken := facts[name]; taken {
			return fmt.Errorf("there is a fact of that name already")
		}
		term := Fact{Name: name, Type: Bool, Filler: "term"}
		var holds Cond
		err := members(v, func(key string, v gjson.Result) (err error) {
			switch key {
			case "meaning":
				term.Meaning = v.String()
			case "when":
				holds, err = parseCond(v)
			default:
				err = errUnknownKey
			}
			return err
		})
		term.terms = holds
		term.answer = func(s *scene) Answer { return holds.answer(s) }
		facts[name] = term
		return err
	})
}

// answer turns the truth of a term's condition into what is known of it.
func (c Cond) answer(s *scene) Answer {
	result, trace := c.judge(s)
	for _, t := range trace {
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
