package rules

import (
	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// What rules are judged on.
const (
	onStack    = "stack"    // a sampler's model path
	onWorkflow = "workflow" // a widget whose value does not fit
)

// rule reads the first block of a rule page.
func (r *reader) rule(block gjson.Result) *Rule {
	rule := &Rule{}
	r.on = block.Get("on").String()
	fixes := gjson.Result{}
	r.object(block, map[string]func(gjson.Result){
		"facts":    func(v gjson.Result) { rule.Facts = r.texts(v) },
		"severity": func(v gjson.Result) { rule.Severity = word(r, v, Error, Warning, Info) },
		"on":       func(v gjson.Result) { rule.On = word(r, v, onStack, onWorkflow) },
		"around": func(v gjson.Result) {
			if rule.Around = v.Bool(); !v.IsBool() {
				r.wrong(v, "true or false is wanted, this is %s", v.Raw)
			}
		},
		"when":    func(v gjson.Result) { rule.When = r.cond(v) },
		"unless":  func(v gjson.Result) { rule.Unless = r.cond(v) },
		"unsure":  func(v gjson.Result) { rule.Unsure = word(r, v, Error, Warning, Info) },
		"message": func(v gjson.Result) { rule.Message = r.sentence(v) },
		"errors":  func(v gjson.Result) { rule.Errors = r.texts(v) },
		"fix":     func(v gjson.Result) { fixes = v },
	})
	for _, key := range []string{"severity", "on", "when", "message"} {
		r.want(block, key)
	}
	if len(rule.Unless) > 0 {
		r.want(block, "unsure")
	}
	if when := block.Get("when"); when.IsObject() && len(rule.When) == 0 {
		r.wrong(when, "at least one test is wanted")
	}
	if fixes.Exists() {
		r.list(fixes, func(v gjson.Result) { rule.Fixes = append(rule.Fixes, r.fix(v)) })
	}
	if rule.Around {
		r.onlyAdvises(rule, block)
	}
	return rule
}

// onlyAdvises notes what is more than advice, where a rule is about what stands around a workflow.
func (r *reader) onlyAdvises(rule *Rule, block gjson.Result) {
	if rule.Severity != Info {
		r.wrong(block.Get("severity"), "what is around a workflow is %s, found %q", Info, rule.Severity)
	}
	for _, fix := range rule.Fixes {
		if fix.Safety != Advice {
			r.wrong(block.Get("fix"), "what is around a workflow is %s, found %q", Advice, fix.Safety)
		}
	}
}

// want notes a key that must be there and is not.
func (r *reader) want(object gjson.Result, key string) {
	if object.IsObject() && !object.Get(key).Exists() {
		r.wrong(object, "the key %q is wanted", key)
	}
}

func (r *reader) fix(v gjson.Result) (fix Fix) {
	r.object(v, map[string]func(gjson.Result){
		"say":    func(v gjson.Result) { fix.Say = r.sentence(v) },
		"safety": func(v gjson.Result) { fix.Safety = word(r, v, Lossless, Rescue, Unsafe, Advice) },
		"needs":  func(v gjson.Result) { fix.Needs = r.cond(v) },
		"do": func(v gjson.Result) {
			r.list(v, func(v gjson.Result) { fix.Do = append(fix.Do, r.actions(v)...) })
		},
	})
	r.want(v, "say")
	r.want(v, "safety")
	if v.IsObject() && (len(fix.Do) == 0) != (fix.Safety == Advice) {
		r.wrong(v, "advice does nothing, every other fix does something")
	}
	return fix
}

// actions reads one member of what a fix does.
func (r *reader) actions(v gjson.Result) (actions []Action) {
	r.object(v, map[string]func(gjson.Result){
		"unplug": func(v gjson.Result) {
			r.taken(v, workflows.OpUnplug, r.text(v))
			actions = append(actions, Action{Op: workflows.OpUnplug, Target: v.String()})
		},
		"give": func(v gjson.Result) {
			r.each(v, func(role, values gjson.Result) {
				if r.taken(role, workflows.OpGive, role.String()) {
					r.each(values, func(field, value gjson.Result) { r.value(field, role.String()+"."+field.String(), value) })
				}
				actions = append(actions, Action{Op: workflows.OpGive, Target: role.String(), Value: values.Raw})
			})
		},
		"set": func(v gjson.Result) {
			r.each(v, func(target, value gjson.Result) {
				r.value(target, target.String(), value)
				actions = append(actions, Action{Op: workflows.OpSet, Target: target.String(), Value: value.Raw})
			})
		},
	})
	return actions
}
