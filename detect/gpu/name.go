package gpu

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
)

var (
	// torch wraps names as in "cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync".
	torchName = lazyRegexp(`(?i)^(?:cuda:\d+\s+)?(.*?)(?:\s+:\s+\w+)?$`)
	// memorySize is an amount that stands alone: "16GB", "-80GB", "(16 GiB)", ":24576MiB".
	memorySize = lazyRegexp(`(?i)(?:^|[\s:_(-])(?:(\d{1,3}(?:\.\d+)?)\s*(?:GiB|GB|G)|(\d{3,6})\s*(?:MiB|MB))(?:$|[\s_)-])`)
	// migSlice ends the name of a part of a card: "NVIDIA A100-SXM4-40GB MIG 3g.20gb".
	migSlice = lazyRegexp(`(?i)^(.+?)[\s_-]+MIG[\s_-]+\d+c?\.?\d*g\.(\d+)gb`)
	// vgpuSlice is a virtual machine's share: "GRID A100-20C", "NVIDIA RTX6000-24Q".
	vgpuSlice = lazyRegexp(`(?i)^(?:GRID[\s_-]+)?(.+?)[\s_-]+(\d{1,3})[ABCQ]$`)
	// maxQ marks a laptop chip of the same kind with fewer watts, sometimes fewer multiprocessors.
	maxQ = lazyRegexp(`(?i)[\s_-]+(?:with[\s_-]+)?max[\s_-]?q(?:[\s_-]+design)?$`)
)

// lazyRegexp compiles a pattern when it is first used: most runs need one or two of
// them, and compiling them all would be most of the program's start.
func lazyRegexp(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

var separators = strings.NewReplacer("(tm)", "", "(r)", "", "™", "", "®", "", " ", "", "\t", "", "_", "", "-", "", "(", "", ")", "")

// fold writes a name the way the table's keys are written: lower case, without separators and marks,
// and without the maker's name, which older drivers leave out.
func fold(name string) string {
	key := separators.Replace(strings.ToLower(name))
	return strings.TrimPrefix(strings.TrimPrefix(key, "nvidia"), "geforce")
}

// cutMemory takes an amount of memory out of a name; it is 0 where the name has none. "GB" on a
// box means GiB.
func cutMemory(name string) (rest string, bytes int64) {
	if !mayHaveSize(name) {
		return name, 0
	}
	at := memorySize().FindStringSubmatchIndex(name)
	if at == nil || negative(name, at[0]) {
		return name, 0
	}
	unit, number := int64(1<<30), at[2:4]
	if number[0] < 0 {
		unit, number = mib, at[4:6]
	}
	n, err := strconv.ParseFloat(name[number[0]:number[1]], 64)
	if err != nil || n <= 0 {
		return name, 0
	}
	return strings.TrimSpace(name[:at[0]] + " " + name[at[1]:]), int64(n * float64(unit))
}

// negative says that the dash at a place joins nothing, and is a sign.
func negative(name string, at int) bool {
	return name[at] == '-' && (at == 0 || strings.IndexByte(" \t:_-(", name[at-1]) >= 0)
}

// mayHaveSize reports whether a digit stands before a G or M: few names have an amount, and a
// pattern would take longer to make than the rest of a look-up.
func mayHaveSize(name string) bool {
	for i := 1; i < len(name); i++ {
		if strings.IndexByte("gGmM", name[i]) < 0 {
			continue
		}
		before := strings.TrimRight(name[:i], " \t\n\f\r")
		if before != "" && before[len(before)-1] >= '0' && before[len(before)-1] <= '9' {
			return true
		}
	}
	return false
}

// match is a card found by its name.
type match struct {
	card   card
	memory int64 // bytes that the name states, 0 if it states none
	part   bool  // the name is a slice or a lesser chip of this card: only its family is sure
}

// find looks a name up, first as it stands, then without the words that only narrow it down.
func find(name string) (match, bool) {
	rest, memory := cutMemory(name)
	if c, ok := byKey(fold(name)); ok {
		// The size in a full name may be another memory's: a GH200 480GB has 96 GiB.
		if len(c.sized(memory)) == 0 {
			memory = 0
		}
		return match{card: c, memory: memory}, true
	}
	if c, ok := byKey(fold(rest)); ok {
		return match{card: c, memory: memory}, true
	}
	for _, slice := range []func() *regexp.Regexp{migSlice, vgpuSlice} {
		if m := slice().FindStringSubmatch(name); m != nil {
			whole, ok := find(m[1])
			n, err := strconv.ParseInt(m[2], 10, 32)
			return match{card: whole.card, memory: n << 30, part: true}, ok && err == nil
		}
	}
	if desktop := maxQ().ReplaceAllString(rest, ""); desktop != rest {
		whole, ok := find(desktop)
		return match{card: whole.card, memory: memory, part: true}, ok
	}
	return match{}, false
}
