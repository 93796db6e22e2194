package rules

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/wanfix/wanfix/detect/software"
)

// version is a package's version as Python writes it: "2.9.1", "3.5.0.post21",
// "2.2.0+cu128torch2.8". notInstalled is what is known of a package that is not there.
type version string

const notInstalled version = software.Absent

// compare orders versions as pip does: by their numbers, a pre-release before its
// release, a post-release behind it. What stands behind a + names a build.
func (v version) compare(other version) int {
	a, b := v.parts(), other.parts()
	for len(a.release) < len(b.release) {
		a.release = append(a.release, 0)
	}
	for len(b.release) < len(a.release) {
		b.release = append(b.release, 0)
	}
	return cmp.Or(slices.Compare(a.release, b.release), cmp.Compare(a.pre, b.pre), cmp.Compare(a.post, b.post))
}

// previews reports whether this is a preview of that release, which may have what the
// release has, or not yet.
func (v version) previews(other version) bool {
	a, b := v.parts(), other.parts()
	return a.pre < 0 && b.pre == 0 && slices.Compare(trimZeros(a.release), trimZeros(b.release)) == 0
}

func trimZeros(release []int) []int {
	for len(release) > 0 && release[len(release)-1] == 0 {
		release = release[:len(release)-1]
	}
	return release
}

type versionParts struct {
	release   []int
	pre, post int // pre is below 0 before the release
}

func (v version) parts() (p versionParts) {
	text, _, _ := strings.Cut(string(v), "+")
	for word := range strings.SplitSeq(text, ".") {
		digits := 0
		for digits < len(word) && word[digits] >= '0' && word[digits] <= '9' {
			digits++
		}
		number, _ := strconv.Atoi(word[:digits])
		switch rest := word[digits:]; {
		case digits > 0:
			p.release = append(p.release, number)
			if rest != "" { // "0rc1", "0a2"
				p.pre = -1
			}
		case strings.HasPrefix(rest, "post"):
			p.post, _ = strconv.Atoi(strings.TrimPrefix(rest, "post"))
		case strings.HasPrefix(rest, "dev"):
			p.pre = -2
		}
	}
	return p
}
