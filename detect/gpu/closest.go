package gpu

import (
	"cmp"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/detect/spelling"
)

var modelNumber = lazyRegexp(`\d{3,4}`)

// closest returns up to four known cards that a mistyped name may have meant, best first. It
// reads the whole table, which only a mistake costs.
func closest(key string) []string {
	type guess struct {
		name   string
		strain int
	}
	var guesses []guess
	for line := range strings.SplitSeq(table, "\n") {
		c, err := decode(line)
		if err != nil || len(c.Names) == 0 {
			continue // the brackets around the cards
		}
		best := len(key)
		for _, k := range c.Keys {
			best = min(best, strain(key, k))
		}
		if best <= len(key)/3 {
			guesses = append(guesses, guess{c.Names[0], best})
		}
	}
	slices.SortStableFunc(guesses, func(a, b guess) int { return cmp.Compare(a.strain, b.strain) })
	var names []string
	for _, g := range guesses[:min(4, len(guesses))] {
		names = append(names, g.name)
	}
	return names
}

// strain is how far two names are apart. Leaving words out is no great slip, and the model number
// says most: whoever typed "5070 super" rather means a 5070 than a 4070 SUPER.
func strain(a, b string) int {
	d := spelling.Distance(a, b)
	if strings.Contains(b, a) {
		d /= 2
	}
	if n := modelNumber().FindString(a); n != "" && n == modelNumber().FindString(b) {
		d -= 6
	}
	return d
}
