package software

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// wrapperReleases has a line for each version of the wrapper whose day is known, in order: the
// version, and the day on which its pyproject.toml began to say so.
//
//go:embed wrapper_releases.csv
var wrapperReleases string

// releases are the lists of versions, by the fact that is the day of a pack.
var releases = map[string]string{"wrapper": wrapperReleases}

// Span bounds the day of a pack of nodes by its version where the day itself is not known, as that
// of a pack that is no clone. The source says which version that is and where it stands.
func (v Versions) Span(fact string) (span Span, source string, ok bool) {
	version := v[fact+"_version"]
	if v[fact].Value != "" {
		return Span{}, "", false
	}
	span, ok = spanOf(version.Value, releases[fact])
	return span, fmt.Sprintf("version %s in %s", version.Value, version.Source), ok
}

// spanOf finds a version in a list. It may be of the day on which it began, and of the day on which
// the next one did, whose first commits may still have it. A version that is not listed
// came between its neighbours; nothing is known of those before the first.
func spanOf(version, list string) (span Span, ok bool) {
	wanted, ok := numbers(version)
	if !ok {
		return Span{}, false
	}
	for line := range strings.Lines(list) {
		listed, day, _ := strings.Cut(strings.TrimSpace(line), ",")
		if begun, _ := numbers(listed); slices.Compare(begun, wanted) > 0 {
			span.Last = day
			break
		}
		span.First = day
	}
	return span, span.First != ""
}

// numbers reads the three numbers of a version.
func numbers(version string) (all []uint64, ok bool) {
	for word := range strings.SplitSeq(version, ".") {
		n, err := strconv.ParseUint(word, 10, 32)
		if err != nil {
			return nil, false
		}
		all = append(all, n)
	}
	return all, len(all) == 3
}
