package gpu

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

var (
	smSpec = lazyRegexp(`(?i)^sm[\s_-]?(\d{1,2})\.?(\d)[af]?$`)
	// otherVendor knows cards that no name in the table could come close to.
	otherVendor = lazyRegexp(`(?i)\b(?:amd|radeon|rx|gfx\d+|intel|arc|xpu|apple|m\d[\s_-]*(?:pro|max|ultra)|mps|cpu|directml)\b|^m[1-9]$`)
)

// longestName is the room that drivers have for a name (96 bytes), and some for what surrounds it.
const longestName = 160

// Parse reads a card that a person named: a driver's name or a part of it in any spelling, with
// its memory where the card was sold with several or was changed ("3090", "A100 80GB",
// "rtx-4090 48GiB"); a compute capability with memory ("sm_86:24GiB"); or memory alone, as
// "generic:16GiB". The error for an unknown name lists the closest known ones.
func Parse(spec string) (GPU, error) {
	if len(spec) > longestName {
		return GPU{}, fmt.Errorf("a card's name of %d bytes: want at most %d", len(spec), longestName)
	}
	name := withoutTorch(strings.TrimSpace(spec))
	if name == "" {
		return GPU{}, fmt.Errorf("no card in %q: want a name such as 3090, or sm_86:24GiB", spec)
	}
	if strings.Contains(name, ",") {
		return GPU{}, fmt.Errorf("%q has a comma: one card is wanted here", name)
	}
	if g, ok, err := parseFigures(name); ok {
		return g, err
	}
	m, ok := find(name)
	if !ok {
		return GPU{}, unknown(name)
	}
	return m.gpu(name)
}

// withoutTorch takes off what torch puts around a name.
func withoutTorch(name string) string {
	if !strings.Contains(name, ":") {
		return name
	}
	if m := torchName().FindStringSubmatch(name); m != nil {
		return m[1]
	}
	return ""
}

// ParseList reads several cards with commas between them.
func ParseList(spec string) ([]GPU, error) {
	var cards []GPU
	for one := range strings.SplitSeq(spec, ",") {
		g, err := Parse(one)
		if err != nil {
			return nil, err
		}
		cards = append(cards, g)
	}
	return cards, nil
}

// parseFigures reads the forms that need no table.
func parseFigures(spec string) (g GPU, ok bool, err error) {
	kind, memory := cutMemory(spec)
	kind = strings.TrimRight(kind, ": ")
	if strings.EqualFold(kind, "generic") {
		if memory == 0 {
			return GPU{}, true, fmt.Errorf("%q has no memory: want generic:16GiB", spec)
		}
		return GPU{Name: "generic:" + compact(memory), Memory: memory}, true, nil
	}
	if !strings.HasPrefix(strings.ToLower(kind), "sm") {
		return GPU{}, false, nil
	}
	digits := smSpec().FindStringSubmatch(kind)
	if digits == nil {
		return GPU{}, false, nil
	}
	g = GPU{Name: "sm_" + digits[1] + digits[2], Vendor: "nvidia", Memory: memory}
	if _, err := fmt.Sscan(digits[1]+digits[2], &g.SM); err != nil {
		return GPU{}, true, fmt.Errorf("read %q: %w", spec, err)
	}
	// A capability newer than this program is taken at its word; an older unknown one is a slip.
	if g.SM < newestSM && g.Arch() == "" {
		return GPU{}, true, fmt.Errorf("%q is no compute capability of a card: want one such as sm_75, sm_86, sm_89 or sm_120", g.Name)
	}
	g.FP16 = fp16At(g.SM)
	if memory != 0 {
		g.Name += ":" + compact(memory)
	}
	return g, true, nil
}

// newestSM is the highest compute capability that the table has.
const newestSM = 121

// gpu makes the card that a person meant by a name.
func (m match) gpu(typed string) (GPU, error) {
	g := GPU{Vendor: "nvidia", SM: m.card.SM, FP16: m.card.fp16(), Unified: m.card.Unified, Memory: m.memory}
	if m.part {
		if m.memory == 0 {
			likely := m.card.usual()[0].Memory * mib
			return GPU{}, fmt.Errorf("%q is known by its chip only: want its memory too, as in %q", typed, typed+" "+compact(likely))
		}
		g.Name = typed
		return g, nil
	}
	vs := m.card.sized(m.memory)
	if m.memory == 0 {
		if vs = m.card.usual(); common(vs).Memory == 0 {
			return GPU{}, m.card.ambiguous(typed)
		}
	}
	if len(vs) == 0 && !m.card.Unified && m.memory < m.card.largest() {
		rest, _ := cutMemory(typed)
		return GPU{}, fmt.Errorf("%q was never sold: want %s; only more memory is taken as added since", typed, m.card.sizes(rest))
	}
	if len(vs) == 0 { // more memory was soldered on: the chip is still the same
		g.Name = m.card.name(0)
		return g.with(common(m.card.Variants)), nil
	}
	figures := common(vs)
	g.Memory = figures.Memory * mib
	g.Name = m.card.name(g.Memory)
	return g.with(figures), nil
}

// usual returns what people mean by the bare name: the variants marked so, else all.
func (c card) usual() []variant {
	marked := slices.DeleteFunc(slices.Clone(c.Variants), func(v variant) bool { return !v.Usual })
	if len(marked) > 0 {
		return marked
	}
	return c.Variants
}

// name is the driver's name for a variant: the one that states this memory, else one that states none.
func (c card) name(memory int64) string {
	fit := ""
	for _, n := range c.Names {
		_, stated := cutMemory(n)
		if stated != 0 && near(stated, memory) {
			return n
		}
		if stated == 0 && fit == "" {
			fit = n
		}
	}
	return cmp.Or(fit, c.Names[0])
}

// largest is the most memory that the card was sold with, in bytes.
func (c card) largest() (bytes int64) {
	for _, v := range c.Variants {
		bytes = max(bytes, v.Memory*mib)
	}
	return bytes
}

func (c card) ambiguous(typed string) error {
	return fmt.Errorf("%q comes with different memory: want %s", typed, c.sizes(typed))
}

// sizes are the ways to say the card with a memory that it was sold with.
func (c card) sizes(typed string) string {
	var sizes []int64
	for _, v := range c.Variants {
		sizes = append(sizes, v.Memory*mib)
	}
	slices.Sort(sizes)
	var say []string
	for _, size := range slices.Compact(sizes) {
		say = append(say, fmt.Sprintf("%q", typed+" "+compact(size)))
	}
	return strings.Join(say, " or ")
}

// compact writes memory as a person types it: "24GiB".
func compact(bytes int64) string {
	return strings.ReplaceAll(GiB(bytes), " ", "")
}

func unknown(typed string) error {
	if otherVendor().MatchString(typed) {
		return fmt.Errorf("%q is no NVIDIA card: only those are known; generic:16GiB plans for memory alone", typed)
	}
	if names := closest(fold(typed)); len(names) > 0 {
		return fmt.Errorf("unknown card %q: closest are %s; or give its figures as sm_86:24GiB", typed, strings.Join(names, ", "))
	}
	return fmt.Errorf("unknown card %q: want a name such as 3090, or its figures as sm_86:24GiB", typed)
}
