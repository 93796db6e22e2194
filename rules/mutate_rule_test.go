package rules_test

import (
	"fmt"
	"slices"

	"github.com/wanfix/wanfix/rules"
)

// mutant is a rule, or a part of one, with one mistake in it.
type mutant[T any] struct {
	words string // the mistake, in words
	is    T
}

type object = map[string]any

// mutator makes every mistake of a fixed list in a rule, one at a time: a conjunct or an
// exception less, < for <=, the next card, day, version or value, a fix less or two of
// them the other way round, a change less, a severity or a grade beside.
type mutator struct{ *neighbours }

// rule makes the mistakes of a rule page's first block.
func (m mutator) rule(rule object) (all []mutant[object]) {
	for _, key := range []string{"when", "unless"} {
		if cond, ok := rule[key].(object); ok {
			all = append(all, within(rule, key, m.cond(cond))...)
		}
	}
	if rule["unless"] != nil {
		all = append(all, mutant[object]{"without unless", without(without(rule, "unless"), "unsure")})
		all = append(all, within(rule, "unsure", beside(rule["unsure"], severities))...)
	}
	all = append(all, within(rule, "severity", beside(rule["severity"], severities))...)
	fixes, _ := rule["fix"].([]any)
	return append(all, within(rule, "fix", m.fixes(fixes))...)
}

var (
	severities = []string{string(rules.Error), string(rules.Warning), string(rules.Info)}
	// Advice is not among the grades: it does nothing, and what does nothing is advice.
	grades = []string{string(rules.Lossless), string(rules.Rescue), string(rules.Unsafe)}
)

// fixes makes the mistakes of a list of fixes.
func (m mutator) fixes(fixes []any) (all []mutant[[]any]) {
	for i, each := range fixes {
		fix := each.(object)
		name := fmt.Sprintf("%d", i+1)
		all = append(all, mutant[[]any]{"without " + name, slices.Delete(slices.Clone(fixes), i, i+1)})
		if i > 0 && !apart(needsOf(fixes[i-1]), needsOf(fix)) {
			turned := slices.Clone(fixes)
			turned[i-1], turned[i] = turned[i], turned[i-1]
			all = append(all, mutant[[]any]{fmt.Sprintf("%s before %d", name, i), turned})
		}
		for _, one := range m.fix(fix) {
			list := slices.Clone(fixes)
			list[i] = one.is
			all = append(all, mutant[[]any]{name + ": " + one.words, list})
		}
	}
	return all
}

func (m mutator) fix(fix object) (all []mutant[object]) {
	if fix["safety"] != string(rules.Advice) {
		all = within(fix, "safety", beside(fix["safety"], grades))
	}
	if needs, ok := fix["needs"].(object); ok {
		all = append(all, mutant[object]{"without needs", without(fix, "needs")})
		all = append(all, within(fix, "needs", m.cond(needs))...)
	}
	do, _ := fix["do"].([]any)
	for i := range do {
		if len(do) > 1 {
			all = append(all, mutant[object]{"without do " + text(do[i]), with(fix, "do", slices.Delete(slices.Clone(do), i, i+1))})
		}
	}
	return all
}

// beside is a word's neighbours in a list.
func beside(word any, words []string) (all []mutant[any]) {
	i := slices.Index(words, word.(string))
	for _, at := range []int{i - 1, i + 1} {
		if at >= 0 && at < len(words) {
			all = append(all, mutant[any]{"is " + words[at], words[at]})
		}
	}
	return all
}
