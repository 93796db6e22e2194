package workflows

import (
	"fmt"
	"strings"
	"sync"

	"github.com/tidwall/gjson"
)

// ReadClass reads what a pack tells of a class: the class's value in nodes.json,
// which has to be valid JSON. A key that is not known is an error, a slip must not
// be lost in silence; among the inputs it is a panic when they are first asked for.
//
// A workflow asks for some dozen classes as it is read, and of most of them only
// the role. So this does without reflection, and puts off the inputs.
func ReadClass(name, text string) (*Class, error) {
	c := &Class{Name: name}
	var err error
	gjson.Parse(text).ForEach(func(key, v gjson.Result) bool {
		switch key.Str {
		case "role":
			c.Role = v.String()
		case "since":
			c.Since = v.String()
		case "as":
			c.As = v.String()
		case "gives":
			c.Gives = v.String()
		case "main":
			c.Main = v.Bool()
		case "through":
			c.Through = v.String()
		case "next":
			c.Next = v.String()
		case "wins":
			c.Wins = v.String()
		case "any":
			c.Any = texts(v)
		case "takes":
			c.Takes = textMap(v)
		case "fields":
			c.Fields = textMap(v)
		case "renamed":
			c.Renamed = textMap(v)
		case "outputs":
			c.Outputs = texts(v)
		case "sizes":
			c.Sizes = texts(v)
		case "unbounded":
			c.Unbounded = textMap(v)
		case "exact":
			c.Exact = map[string][]string{}
			v.ForEach(func(widget, values gjson.Result) bool {
				c.Exact[widget.String()] = texts(values)
				return true
			})
		case "for":
			c.For = v.String()
		case "loop":
			c.Loop = v.String()
		case "adds":
			c.Adds = map[string]int{}
			v.ForEach(func(input, count gjson.Result) bool {
				c.Adds[input.String()] = int(count.Int())
				return true
			})
		case "output_names":
			c.OutputNames = texts(v)
		case "past":
			c.Past = map[string]map[string]string{}
			v.ForEach(func(widget, values gjson.Result) bool {
				c.Past[widget.String()] = textMap(values)
				return true
			})
		case "layouts":
			for _, layout := range v.Array() {
				c.Layouts = append(c.Layouts, Layout{texts(layout.Get("names")), layout.Get("until").String()})
			}
		case "inputs":
			c.inputs = sync.OnceValue(func() []InputType { return readInputTypes(name, v) })
		default:
			err = fmt.Errorf("unknown key %q", key.Str)
		}
		return err == nil
	})
	if err != nil {
		return nil, fmt.Errorf("class %s: %w", name, err)
	}
	return c, nil
}

func readInputTypes(class string, list gjson.Result) []InputType {
	all := make([]InputType, 0, strings.Count(list.Raw, `"name"`))
	list.ForEach(func(_, v gjson.Result) bool {
		in, err := readInputType(v)
		if err != nil {
			panic("class " + class + ": " + err.Error())
		}
		all = append(all, in)
		return true
	})
	return all
}

func readInputType(v gjson.Result) (in InputType, err error) {
	v.ForEach(func(key, value gjson.Result) bool {
		switch key.Str {
		case "name":
			in.Name = value.String()
		case "kind":
			in.Kind = value.String()
		case "options":
			value.ForEach(func(_, option gjson.Result) bool {
				in.Options = append(in.Options, option.Value())
				return true
			})
		case "min":
			in.Min = new(value.Num)
		case "max":
			in.Max = new(value.Num)
		case "optional":
			in.Optional = value.Bool()
		case "forced":
			in.Forced = value.Bool()
		case "default":
			in.Default = value.Value()
		case "absent":
			in.Absent = value.Value()
		default:
			err = fmt.Errorf("input %s: unknown key %q", in.Name, key.Str)
		}
		return err == nil
	})
	return in, err
}

func texts(list gjson.Result) []string {
	var all []string
	list.ForEach(func(_, v gjson.Result) bool {
		all = append(all, v.String())
		return true
	})
	return all
}

func textMap(object gjson.Result) map[string]string {
	all := map[string]string{}
	object.ForEach(func(key, v gjson.Result) bool {
		all[key.String()] = v.String()
		return true
	})
	return all
}
