package rules

import "slices"

// Compared returns the versions that rules compare a fact with, oldest first, each once.
func (s *Set) Compared(fact string) ([]string, error) {
	all, err := s.rules()
	if err != nil {
		return nil, err
	}
	var found []version
	for _, r := range all {
		found = append(found, r.When.compared(fact)...)
		found = append(found, r.Unless.compared(fact)...)
	}
	slices.SortFunc(found, version.compare)
	var texts []string
	for _, v := range slices.Compact(found) {
		texts = append(texts, string(v))
	}
	return texts, nil
}

func (c Cond) compared(fact string) (found []version) {
	for _, term := range c {
		for _, either := range term.any {
			found = append(found, either.compared(fact)...)
		}
		for _, o := range term.test.operands {
			if text, ok := o.value.(string); ok && term.fact == fact && text != string(notInstalled) {
				found = append(found, version(text))
			}
		}
	}
	return found
}
