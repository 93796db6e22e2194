package rules

import (
	"iter"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/detect/spelling"
)

// Nearest returns the names most like a word that is none of them: those of which the fewest
// letters differ, or else those that hold it; none where all are far from it.
func Nearest(word string, names iter.Seq[string]) []string {
	if len(word) > maxWord {
		return nil
	}
	var holding, nearest []string
	least := min(2+len(word)/5, len(word)/2) // letters beyond which a word is another one
	for name := range names {
		if len(word) >= minPart && strings.Contains(name, word) {
			holding = append(holding, name)
		}
		if len(name) > maxWord {
			continue
		}
		switch d := spelling.Distance(word, name); {
		case d < least:
			least, nearest = d, []string{name}
		case d == least:
			nearest = append(nearest, name)
		}
	}
	if len(nearest) == 0 {
		nearest = holding
	}
	slices.Sort(nearest)
	return nearest[:min(len(nearest), maxNear)]
}

const (
	maxWord = 100 // letters of a word that anything is like
	minPart = 4   // letters by which a part of a name is known
	maxNear = 5   // names that anybody reads
)

// nearWords tells the names most like a word, as the end of a sentence.
func nearWords(word string, names iter.Seq[string]) string {
	switch near := Nearest(word, names); len(near) {
	case 0:
		return ""
	case 1:
		return "; the nearest is " + near[0]
	default:
		return "; the nearest are " + strings.Join(near, ", ")
	}
}
