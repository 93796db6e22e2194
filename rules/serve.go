package rules

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// serve tells what ComfyUI's server makes of a value that a widget does not take as it
// is: nil where it refuses the workflow. judged is false where the value is taken, or
// where nobody knows beforehand.
func serve(in *workflows.InputType, value gjson.Result, form workflows.Form) (becomes any, judged bool) {
	switch in.Kind {
	case workflows.KindInt, workflows.KindFloat:
		number, made := python(in.Kind, value)
		switch {
		case made != Yes:
			return nil, made == No
		case in.Min != nil && number < *in.Min, in.Max != nil && number > *in.Max:
			return nil, true
		case value.IsBool():
			return number, true
		}
	case workflows.KindBoolean:
		switch value.Type {
		case gjson.Number:
			return value.Num != 0, value.Num != 0 && value.Num != 1
		case gjson.String, gjson.Null:
			return value.Str != "", !filledIn().MatchString(value.Str)
		}
	case workflows.KindCombo, workflows.KindFile:
		return nil, foreign(in, value, form)
	}
	return nil, false
}

// filledIn are texts in whose place programs put a value before they queue a prompt.
var filledIn = pattern(`^(\{.*\}|%\w+%|__\w+__|\$\w+|\$\{.*\}|\[\[.*\]\])$`)

// said is what a text says of a widget that is true or false; ok is false where it says
// neither.
func said(text string) (yes, ok bool) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "yes", "on", "1":
		return true, true
	case "false", "no", "off", "0":
		return false, true
	}
	return false, false
}

// converts reports whether Python makes a number of a value.
func converts(in *workflows.InputType, value gjson.Result) bool {
	_, made := python(in.Kind, value)
	return made == Yes
}

// python is what Python's int or float makes of a value. made is No where that is an error.
func python(kind string, value gjson.Result) (number float64, made Truth) {
	switch value.Type {
	case gjson.True:
		return 1, Yes
	case gjson.False:
		return 0, Yes
	case gjson.Number:
		return value.Num, Yes
	case gjson.String:
		return parsePython(kind, value.Str)
	}
	if value.Get("__value__").Exists() {
		return 0, Unsure // the server unwraps that
	}
	return 0, No
}

var (
	pythonInt   = pattern(`^[+-]?[0-9]+(_[0-9]+)*$`)
	pythonFloat = pattern(`^[+-]?([0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)([eE][+-]?[0-9]+)?$`)
	notANumber  = pattern(`^(?i)[+-]?(inf|infinity|nan)$`)
)

// pattern is compiled when it is first needed, which most workflows never do.
func pattern(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// parsePython reads a number as Python does.
func parsePython(kind, text string) (number float64, made Truth) {
	text = strings.TrimSpace(text)
	reads := pythonFloat
	if kind == workflows.KindInt {
		reads = pythonInt
	}
	switch {
	case reads().MatchString(text):
		number, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
		if err != nil && !math.IsInf(number, 0) {
			return 0, Unsure
		}
		return number, Yes
	case kind == workflows.KindFloat && notANumber().MatchString(text), filledIn().MatchString(text):
		return 0, Unsure
	case strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) && !strings.ContainsAny(text, `<>=/\:`):
		return 0, Unsure // Python reads the digits of every script
	}
	return 0, No
}

// foreign reports whether a combo of texts holds something else. A text that is not
// among them may be a file that is not there, which is another matter.
func foreign(in *workflows.InputType, value gjson.Result, form workflows.Form) bool {
	switch value.Type {
	case gjson.String, gjson.JSON:
		return false
	case gjson.Null:
		if form == workflows.UI {
			return false // the editor takes the first option
		}
	}
	isText := func(option any) bool { _, ok := option.(string); return ok }
	texts := !slices.ContainsFunc(in.Options, func(option any) bool { return !isText(option) })
	return texts && (len(in.Options) > 0 || in.Kind == workflows.KindFile)
}
