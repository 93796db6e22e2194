package rules_test

import "slices"

// apart reports whether two conditions are never met at once: of one fact they want
// different values, or one wants it to be unknown and the other asks what it is.
func apart(one, other object) bool {
	for fact, test := range one {
		against, both := other[fact]
		if fact == "any" || !both {
			continue
		}
		x, y := valuesOf(test), valuesOf(against)
		listed := x != nil && y != nil
		if listed && !slices.ContainsFunc(x, func(value any) bool { return slices.Contains(y, value) }) || unknown(test) != unknown(against) {
			return true
		}
	}
	return eachApart(one["any"], other) || eachApart(other["any"], one)
}

func eachApart(members any, other object) bool {
	list, _ := members.([]any)
	return list != nil && !slices.ContainsFunc(list, func(member any) bool { return !apart(member.(object), other) })
}

// valuesOf are the values that a test holds for, nil where it does not list them.
func valuesOf(test any) []any {
	switch test := test.(type) {
	case []any:
		return test
	case object:
		return nil
	}
	return []any{test}
}

// unknown reports whether a test holds for what is unknown.
func unknown(test any) bool {
	operators, _ := test.(object)
	return operators["known"] == false
}

func needsOf(fix any) object {
	needs, _ := fix.(object)["needs"].(object)
	return needs
}
