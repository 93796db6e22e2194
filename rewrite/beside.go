package rewrite

import (
	"cmp"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// Name is how the part is called in reports, and its companion with it.
func (p *PartResult) Name() string {
	if p.Part.Companion == nil {
		return p.Part.Name()
	}
	return p.Part.Name() + ", and with it the " + p.Part.Companion.Name()
}

// sameNumber reports whether JSON values are numbers that differ in writing at most: 6.0
// is 6 to editors.
func sameNumber(a, b string) bool {
	one, other := gjson.Parse(a), gjson.Parse(b)
	return one.Type == gjson.Number && other.Type == gjson.Number && one.Num == other.Num
}

// Companion is the result in the workflow beside a prompt, which rules are not asked
// about; nil where there is none.
func (p *PartResult) Companion() *PartResult {
	if p.Part.Companion == nil || p.Part.Form == workflows.UI {
		return nil
	}
	return &PartResult{Part: p.Part.Companion, After: p.After.Companion, Changes: p.Changes}
}

// Differs returns the result in the companion where something else stands there than in
// the part, where a change writes: it is what [PartResult.Written] is to be asked of then.
// It is nil where both hold the same, or the companion has no such node.
func (p *PartResult) Differs(c workflows.Change) *PartResult {
	companion := p.Companion()
	if companion == nil || companion.Run(c.Run) == nil {
		return nil
	}
	here, there := p.Written(c), companion.Written(c)
	if here == there || c.Op == workflows.OpSet && sameNumber(here, there) {
		return nil
	}
	return companion
}

// Elsewhere tells in words what stands in the companion where a change writes, as
// " (20 in extra_data.extra_pnginfo.workflow)"; "" where it is what stands in the part.
func (p *PartResult) Elsewhere(c workflows.Change) string {
	companion := p.Differs(c)
	if companion == nil {
		return ""
	}
	return " (" + cmp.Or(companion.Written(c), "not written") + " in " + companion.Part.Path + ")"
}
