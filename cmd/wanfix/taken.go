package main

import (
	"fmt"
	"os"

	"github.com/wanfix/wanfix/workflows/carrier"
)

// keysOf are the texts wanted of a picture or video, the best first.
func keysOf(prompt bool) []carrier.Key {
	if prompt {
		return []carrier.Key{carrier.Prompt}
	}
	return []carrier.Key{carrier.Workflow, carrier.Prompt}
}

// taken tells what was taken from a picture or video; nothing for a workflow file.
func (in *input) taken() []string {
	from := in.from
	if from == nil {
		return nil
	}
	line := fmt.Sprintf("the %s in %s: %s at byte %d", from.Key, from.Kind, from.Where, from.Offset)
	if from.Copies > 1 {
		line += fmt.Sprintf(", the last of %d, as ComfyUI takes it", from.Copies)
	}
	if from.Without != "" {
		line += fmt.Sprintf("; it has no %s", from.Without)
	}
	lines := []string{line}
	if from.Nulled > 0 {
		lines = append(lines, fmt.Sprintf("%d × NaN or Infinity is null now: JSON has neither, and ComfyUI reads them so", from.Nulled))
	}
	if from.Fault != nil {
		lines = append(lines, fmt.Sprintf("the file is damaged behind it: %v", from.Fault))
	}
	return lines
}

// jsonTaken tells the same to programs.
type jsonTaken struct {
	Key    carrier.Key `json:"key"`
	From   string      `json:"from"`
	Where  string      `json:"where"`
	Offset int64       `json:"offset"`
	Copies int         `json:"copies"`
	Nulled int         `json:"nulled"` // NaN and Infinity that are null now
	Fault  string      `json:"fault,omitempty"`
}

func takenJSON(from *carrier.Text) *jsonTaken {
	if from == nil {
		return nil
	}
	out := &jsonTaken{from.Key, from.Kind, from.Where, from.Offset, from.Copies, from.Nulled, ""}
	if from.Fault != nil {
		out.Fault = from.Fault.Error()
	}
	return out
}

// refuseCarrier refuses to write over a picture or video.
func (c *fixCmd) refuseCarrier(j *job) error {
	if j.from == nil {
		return nil
	}
	if c.Write {
		return fmt.Errorf("-w writes over workflow files, and this is %s: use -o", j.from.Kind)
	}
	in, err := os.Stat(j.label)
	out, missing := os.Stat(c.Out)
	if err == nil && missing == nil && os.SameFile(in, out) {
		return fmt.Errorf("-o names the file itself, and this is %s: name another", j.from.Kind)
	}
	return nil
}
