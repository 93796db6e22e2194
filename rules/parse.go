package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// What rules are judged on.
const (
	onStack    = "stack"    // a sampler's model path
	onWorkflow = "workflow" // a widget whose value does not fit
)

// parseRule reads the JSON block of a rule page, its comments taken out.
func parseRule(block string) (*Rule, error) {
	text := []byte(block)
	if err := workflows.Gate(text); err != nil {
		return nil, fmt.Errorf("read the rule: %w", err)
	}
	r := &Rule{}
	var fixes gjson.Result
	err := members(gjson.ParseBytes(text), func(key string, v gjson.Result) (err error) {
		switch key {
		case "facts":
			r.Facts = texts(v)
		case "severity":
			r.Severity = Severity(v.String())
		case "on":
			r.On = v.String()
		case "when":
			r.When, err = parseCond(v)
		case "unless":
			r.Unless, err = parseCond(v)
		case "unsure":
			r.Unsure = Severity(v.String())
		case "message":
			r.Message = v.String()
		case "errors":
			r.Errors = texts(v)
		case "fix":
			fixes = v
		default:
			return errUnknownKey
		}
		return err
	})
	if err == nil {
		err = r.complete()
	}
	if err == nil {
		r.Fixes, err = parseFixes(fixes)
	}
	return r, err
}

// complete looks for what a rule must have.
func (r *Rule) complete() error {
	if err := oneOf("on", r.On, onStack, onWorkflow); err != nil {
		return err
	}
	if err := oneOf("severity", r.Severity, Error, Warning, Info); err != nil {
		return err
	}
	if len(r.Unless) > 0 {
		if err := oneOf("unsure", r.Unsure, Error, Warning, Info); err != nil {
			return err
		}
	}
	if len(r.When) == 0 {
		return fmt.Errorf("when: at least one test is wanted")
	}
	if r.Message == "" {
		return fmt.Errorf("message: a sentence is wanted")
	}
	return nil
}

func parseFixes(list gjson.Result) ([]Fix, error) {
	var fixes []Fix
	for i, v := range list.Array() {
		fix, err := parseFix(v)
		if err != nil {
			return nil, fmt.Errorf("fix %d: %w", i+1, err)
		}
		fixes = append(fixes, fix)
	}
	return fixes, nil
}

func parseFix(v gjson.Result) (fix Fix, err error) {
	err = members(v, func(key string, v gjson.Result) (err error) {
		switch key {
		case "say":
			fix.Say = v.String()
		case "safety":
			fix.Safety = Safety(v.String())
		case "needs":
			fix.Needs, err = parseCond(v)
		case "do":
			fix.Do, err = parseActions(v)
		default:
			return errUnknownKey
		}
		return err
	})
	if err != nil {
		return fix, err
	}
	if err := oneOf("safety", fix.Safety, Lossless, Rescue, Unsafe, Advice); err != nil {
		return fix, err
	}
	if (len(fix.Do) == 0) != (fix.Safety == Advice) {
		return fix, fmt.Errorf("advice does nothing, every other fix does something")
	}
	return fix, nil
}

func parseActions(list gjson.Result) ([]Action, error) {
	var actions []Action
	for _, each := range list.Array() {
		err := members(each, func(key string, v gjson.Result) error {
			switch key {
			case "unplug":
				actions = append(actions, Action{Op: workflows.OpUnplug, Target: v.String()})
			case "give":
				return members(v, func(role string, values gjson.Result) error {
					if !values.IsObject() {
						return fmt.Errorf("an object of values is wanted, this is %s", values.Raw)
					}
					actions = append(actions, Action{Op: workflows.OpGive, Target: role, Value: values.Raw})
					return nil
				})
			case "set":
				return members(v, func(target string, value gjson.Result) error {
					actions = append(actions, Action{Op: workflows.OpSet, Target: target, Value: value.Raw})
					return nil
				})
			default:
				return errUnknownKey
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return actions, nil
}

var errUnknownKey = fmt.Errorf("there is no such key")

// members reads the members of an object, and names the one that an error is about.
func members(object gjson.Result, read func(key string, value gjson.Result) error) (err error) {
	if !object.IsObject() {
		return fmt.Errorf("an object is wanted, this is %s", object.Raw)
	}
	object.ForEach(func(key, value gjson.Result) bool {
		if err = read(key.String(), value); err != nil {
			err = fmt.Errorf("%s: %w", key.String(), err)
		}
		return err == nil
	})
	return err
}

func texts(list gjson.Result) []string {
	var all []string
	for _, v := range list.Array() {
		all = append(all, v.String())
	}
	return all
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
