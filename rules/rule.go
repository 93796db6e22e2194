package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
	"github.com/tidwall/jsonc"

	"github.com/wanfix/wanfix/workflows"
)

// Severity tells how much a finding matters.
type Severity string

// Severities, worst first.
const (
	Error   Severity = "error"   // the workflow crashes or is refused
	Warning Severity = "warning" // it may crash, is slow, or does not do what it seems to
	Info    Severity = "info"    // worth knowing
)

// Safety grades what a fix does to the video.
type Safety string

// Grades of fixes, most careful first.
const (
	Lossless Safety = "lossless" // the same numbers decide the picture
	Rescue   Safety = "rescue"   // changes what is computed, where the workflow would crash without it
	Unsafe   Safety = "unsafe"   // changes the picture, or needs another file
	Advice   Safety = "advice"   // told, never done
)

// Rule is one thing known to be bad. It is read from a Markdown page that is its
// documentation and its test as well, see docs/rules.md.
type Rule struct {
	// ID is the page's name: "e4m3fn-needs-sm89-to-compile". Pack is its folder.
	ID, Pack string
	// Facts are the ids of the known facts behind the rule.
	Facts    []string
	Severity Severity
	// When must hold for the rule to fire. Unless holds its exceptions: where one
	// may apply and nobody knows, the rule fires with the severity Unsure.
	When, Unless Cond
	Unsure       Severity
	// Message is a sentence with {facts} in it.
	Message string
	// Errors are pieces of the error texts that this mistake ends in.
	Errors []string
	// Fixes are alternatives, best first.
	Fixes []Fix
	// Page is the whole Markdown text.
	Page string
}

// Fix is one way to mend what a rule finds.
type Fix struct {
	Say    string
	Safety Safety
	// Needs must hold for the fix to be possible.
	Needs Cond
	Do    []Action
}

// Action is one wish of a fix. Of a list's field it means every node of the list.
type Action struct {
	Op workflows.Op
	// Target is "role.field" for a set, a role for an unplug.
	Target string
	// Value is the JSON text to set, or a {fact}.
	Value string
}

// ruleText is a rule as its JSON block is written.
type ruleText struct {
	Facts    []string        `json:"facts"`
	Severity Severity        `json:"severity"`
	On       string          `json:"on"`
	When     json.RawMessage `json:"when"`
	Unless   json.RawMessage `json:"unless"`
	Unsure   Severity        `json:"unsure"`
	Message  string          `json:"message"`
	Errors   []string        `json:"errors"`
	Fix      []struct {
		Say    string          `json:"say"`
		Safety Safety          `json:"safety"`
		Needs  json.RawMessage `json:"needs"`
		Do     []struct {
			Set    json.RawMessage `json:"set"`
			Unplug string          `json:"unplug"`
		} `json:"do"`
	} `json:"fix"`
}

// onStack is what rules are judged on.
const onStack = "stack"

// parseRule reads the JSON block of a rule page, which may hold comments.
func parseRule(block string) (*Rule, error) {
	var text ruleText
	decoder := json.NewDecoder(bytes.NewReader(jsonc.ToJSON([]byte(block))))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&text); err != nil {
		return nil, fmt.Errorf("read the rule: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the rule: more than one JSON value in the block")
	}
	r := &Rule{Facts: text.Facts, Severity: text.Severity, Unsure: text.Unsure, Message: text.Message, Errors: text.Errors}
	if text.On != onStack {
		return nil, fmt.Errorf("on: %q is wanted, found %q", onStack, text.On)
	}
	if err := oneOf("severity", text.Severity, Error, Warning, Info); err != nil {
		return nil, err
	}
	var err error
	if r.When, err = readCond("when", text.When); err != nil {
		return nil, err
	}
	if r.Unless, err = readCond("unless", text.Unless); err != nil {
		return nil, err
	}
	if len(r.When) == 0 {
		return nil, fmt.Errorf("when: at least one test is wanted")
	}
	if len(r.Unless) > 0 {
		if err := oneOf("unsure", text.Unsure, Error, Warning, Info); err != nil {
			return nil, err
		}
	}
	if text.Message == "" {
		return nil, fmt.Errorf("message: a sentence is wanted")
	}
	for i, f := range text.Fix {
		fix := Fix{Say: f.Say, Safety: f.Safety}
		where := fmt.Sprintf("fix %d", i+1)
		if err := oneOf(where+": safety", f.Safety, Lossless, Rescue, Unsafe, Advice); err != nil {
			return nil, err
		}
		if fix.Needs, err = readCond(where+": needs", f.Needs); err != nil {
			return nil, err
		}
		for _, do := range f.Do {
			if do.Unplug != "" {
				fix.Do = append(fix.Do, Action{Op: workflows.OpUnplug, Target: do.Unplug})
			}
			gjson.ParseBytes(do.Set).ForEach(func(target, value gjson.Result) bool {
				fix.Do = append(fix.Do, Action{Op: workflows.OpSet, Target: target.String(), Value: value.Raw})
				return true
			})
		}
		if (len(fix.Do) == 0) != (fix.Safety == Advice) {
			return nil, fmt.Errorf("%s: advice does nothing, every other fix does something", where)
		}
		r.Fixes = append(r.Fixes, fix)
	}
	return r, nil
}

func readCond(name string, raw json.RawMessage) (Cond, error) {
	if raw == nil {
		return nil, nil
	}
	c, err := parseCond(gjson.ParseBytes(raw))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return c, nil
}

func oneOf[T ~string](name string, found T, wanted ...T) error {
	if slices.Contains(wanted, found) {
		return nil
	}
	words := make([]string, len(wanted))
	for i, w := range wanted {
		words[i] = string(w)
	}
	return fmt.Errorf("%s: one of %s is wanted, found %q", name, strings.Join(words, ", "), found)
}
