package rules_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// cond makes the mistakes of a condition.
func (m mutator) cond(cond object) (all []mutant[object]) {
	for _, fact := range slices.Sorted(maps.Keys(cond)) {
		if len(cond) > 1 {
			all = append(all, mutant[object]{"without " + fact + " " + text(cond[fact]), without(cond, fact)})
		}
		if fact != "any" {
			all = append(all, within(cond, fact, m.test(fact, cond[fact]))...)
			continue
		}
		one := func(member any) []mutant[any] { return anyway(m.cond(member.(object))) }
		all = append(all, within(cond, "any", members(cond["any"].([]any), one))...)
	}
	return all
}

// test makes the mistakes of what a fact is compared with.
func (m mutator) test(fact string, test any) (all []mutant[any]) {
	one := func(test any) []mutant[any] { return m.test(fact, test) }
	switch test := test.(type) {
	case []any:
		if len(test) == 1 {
			return anyway(members(test, one))
		}
		return anyway(members(test, func(any) []mutant[any] { return nil }))
	case object:
		for _, operator := range slices.Sorted(maps.Keys(test)) {
			operand := test[operator]
			if len(test) > 1 {
				all = append(all, mutant[any]{"without " + operator + " " + text(operand), without(test, operator)})
			}
			switch operator {
			case "any":
				all = append(all, anyway(within(test, "any", members(operand.([]any), one)))...)
			case "not":
				all = append(all, mutant[any]{"without not", operand})
				all = append(all, anyway(within(test, "not", one(operand)))...)
			case "known":
				all = append(all, anyway(within(test, "known", m.next(fact, operand)))...)
			default:
				other := map[string]string{"<": "<=", "<=": "<", ">": ">=", ">=": ">"}[operator]
				all = append(all, mutant[any]{operator + " is " + other, with(without(test, operator), other, operand)})
				all = append(all, anyway(within(test, operator, m.next(fact, operand)))...)
			}
		}
	default:
		return m.next(fact, test)
	}
	return all
}

// members leaves out one member of a list at a time, and makes the mistakes of each.
func members(list []any, mistakes func(any) []mutant[any]) (all []mutant[[]any]) {
	for i, member := range list {
		if len(list) > 1 {
			all = append(all, mutant[[]any]{"without " + text(member), slices.Delete(slices.Clone(list), i, i+1)})
		}
		for _, one := range mistakes(member) {
			other := slices.Clone(list)
			other[i] = one.is
			all = append(all, mutant[[]any]{fmt.Sprintf("%d: %s", i+1, one.words), other})
		}
	}
	return all
}

// within puts the mistakes of a member into the object.
func within[T any](whole object, key string, mistakes []mutant[T]) (all []mutant[object]) {
	for _, one := range mistakes {
		all = append(all, mutant[object]{key + ": " + one.words, with(whole, key, one.is)})
	}
	return all
}

func anyway[T any](mistakes []mutant[T]) (all []mutant[any]) {
	for _, one := range mistakes {
		all = append(all, mutant[any]{one.words, one.is})
	}
	return all
}

func with(whole object, key string, value any) object {
	other := maps.Clone(whole)
	other[key] = value
	return other
}

func without(whole object, key string) object {
	other := maps.Clone(whole)
	delete(other, key)
	return other
}

func text(value any) string {
	var out strings.Builder
	plain := json.NewEncoder(&out)
	plain.SetEscapeHTML(false)
	if err := plain.Encode(value); err != nil {
		panic(err)
	}
	return strings.TrimSpace(out.String())
}
