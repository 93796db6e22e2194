package rules

import (
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/detect/software"
)

// Type is the type of a fact.
type Type string

// Types of facts.
const (
	Text   Type = "text"
	Number Type = "number"
	Int    Type = "int"
	Bool   Type = "bool"
	// Version orders as pip orders versions; "absent" is a package that is not installed.
	Version Type = "version"
	// Day is text such as 2025-10-21; of some days only bounds are known.
	Day Type = "day"
)

// value reads a text of the type.
func (t Type) value(text string) any {
	switch t {
	case Version:
		return version(text)
	case Day:
		if span, ok := software.ParseSpan(text); ok {
			return span
		}
	}
	return text
}

// Holds reports whether a value is of the type: a string, float64 or bool. A day may also be
// a span of days, as [software.Span] writes it.
func (t Type) Holds(value any) bool {
	switch v := value.(type) {
	case string:
		_, bounds := software.ParseSpan(v)
		return t == Text || t == Version || t == Day && (bounds || software.IsDay(v))
	case bool:
		return t == Bool
	case float64:
		return t == Number || t == Int && v == float64(int64(v))
	}
	return false
}

// Answer is what is known of a fact.
type Answer struct {
	// Value is a string, float64, bool, version or software.Span; nil if the fact is unknown.
	Value any
	// Source tells in a few words where the value was found.
	Source string
	// Why tells why the fact is unknown, or of a span, what bounds it.
	Why string
	// idle says that the stack has no node that the fact could be about, so that nobody
	// misses it.
	idle bool
}

// Known reports whether the fact is known.
func (a Answer) Known() bool { return a.Value != nil }

// known, unknown and idle make answers.
func known(value any, source string) Answer { return Answer{Value: value, Source: source} }
func unknown(why string) Answer             { return Answer{Why: why} }
func idle(why string) Answer                { return Answer{Why: why, idle: true} }

// String prints the value as it is shown to people.
func (a Answer) String() string {
	switch v := a.Value.(type) {
	case nil:
		return "unknown"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case string:
		return v
	case version:
		return string(v)
	case software.Span:
		return v.Words()
	}
	return ""
}

// answerOf turns a JSON value into an answer.
func answerOf(v gjson.Result, source string) Answer {
	switch v.Type {
	case gjson.String:
		return known(v.Str, source)
	case gjson.Number:
		return known(v.Num, source)
	case gjson.True, gjson.False:
		return known(v.Bool(), source)
	}
	return unknown("the value is " + v.Raw)
}

// Fact is something a rule may ask of a stack.
type Fact struct {
	Name string
	Type Type
	// Unit is what numbers count, such as "GiB".
	Unit string
	// Filler tells who finds it out: "gpu", "workflow", "model file", "software".
	Filler string
	// Meaning says in a line what the fact is.
	Meaning string

	answer func(*scene) Answer
}

// aboutOf tells what is judged where a fact may be asked: onStack, onWorkflow, or "" for
// whatever. A field of a role is no fact of its own.
func aboutOf(name string, fact *Fact) string {
	if role, _ := splitFact(name); role == roleWidget {
		return onWorkflow
	}
	if fact != nil {
		switch fact.Filler {
		case "gpu", "software", "term":
			return ""
		}
	}
	return onStack
}

// splitFact splits "role.field".
func splitFact(name string) (role, field string) {
	role, field, _ = strings.Cut(name, ".")
	return role, field
}

// jsonOf writes an answer as JSON; one that is unknown, or no more than bounded, does not exist.
func jsonOf(a Answer) gjson.Result {
	switch v := a.Value.(type) {
	case string:
		return gjson.ParseBytes(gjson.AppendJSONString(nil, v))
	case version:
		return gjson.ParseBytes(gjson.AppendJSONString(nil, string(v)))
	case nil, software.Span:
		return gjson.Result{}
	}
	return gjson.Parse(a.String())
}
