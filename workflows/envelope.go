package workflows

import (
	"slices"
	"strconv"

	"github.com/tidwall/gjson"
)

const (
	// maxAround is how many objects and lists may stand around a workflow; around the
	// one that ComfyUI's history keeps beside a prompt there are five.
	maxAround = 5
	// maxParts is how many entries ComfyUI's history keeps.
	maxParts = 10_000
	maxStep  = 40 // characters of a key that a path tells
)

// find looks for workflows inside an object or list, whatever the keys are called. So
// many objects and lists stand around it.
func (f *File) find(v gjson.Result, around int) (parts []*Part, err error) {
	if around > 0 && v.IsObject() {
		if part := f.read(v); part != nil && part.plausible() {
			return []*Part{part}, nil
		}
	}
	if around == maxAround {
		return nil, nil
	}
	each(v, func(key, value gjson.Result) bool {
		if value.Type != gjson.JSON {
			return true
		}
		var found []*Part
		found, err = f.find(value, around+1)
		for _, part := range found {
			part.addStep(key.String())
			if part.Companion != nil {
				part.Companion.addStep(key.String())
			}
		}
		if parts = append(parts, found...); len(parts) > maxParts {
			err = errorAt(f.Src, value.Index, "too many workflows in one file: at most %d are read", maxParts)
		}
		return err == nil
	})
	return pair(parts), err
}

// plausible reports whether what looks like a workflow inside something else is one:
// other data has "nodes" and "class_type" too.
func (p *Part) plausible() bool {
	return slices.ContainsFunc(p.Root.Homes, func(h *Home) bool {
		return h.Class != "" && (p.Form == UI || !h.inputsSpan.Empty())
	})
}

// pair finds the workflow as the editor saves it that stands beside a prompt: the first
// one in the smallest object or list around both, where there is no other prompt.
func pair(parts []*Part) []*Part {
	var prompt, companion *Part
	for _, part := range parts {
		switch {
		case part.Form == API && part.Companion == nil && prompt != nil:
			return parts
		case part.Form == API && part.Companion == nil:
			prompt = part
		case part.Form == UI && companion == nil:
			companion = part
		}
	}
	if prompt == nil || companion == nil {
		return parts
	}
	prompt.Companion, companion.Companion = companion, prompt
	return slices.DeleteFunc(parts, func(part *Part) bool { return part == companion })
}

// addStep puts a key of the object, or an index of the list, around a part in front of
// its path: quoted unless it is a plain word, and cut short.
func (p *Part) addStep(key string) {
	if runes := []rune(key[:min(len(key), 4*(maxStep+1))]); len(runes) > maxStep {
		key = string(runes[:maxStep]) + "…"
	}
	for _, c := range key {
		if !(c == '_' || c == '-' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z') {
			key = strconv.Quote(key)
			break
		}
	}
	if p.Path != "" {
		key += "."
	}
	p.Path = key + p.Path
}

// Beside returns the same run in the other writing of the workflow, see
// [Part.Companion]; nil if there is none.
func (r *Run) Beside() *Run {
	companion := r.Home.Graph.Part.Companion
	if companion == nil {
		return nil
	}
	return companion.Run(r.ID)
}
