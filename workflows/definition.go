package workflows

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/tidwall/gjson"
)

// ReadDefinition reads what a ComfyUI tells of a class under /object_info: text is the
// class's value there, which has to be valid JSON, and source says whose it is. Its
// inputs and outputs are those of that ComfyUI; what else is known of the class, nil for
// nothing, stays as far as it is about inputs that the installed class has.
func ReadDefinition(name, text, source string, known *Class) (*Class, error) {
	definition := gjson.Parse(text)
	if !definition.Get("input").IsObject() {
		return nil, fmt.Errorf("class %s: it has no \"input\" as ComfyUI writes it", name)
	}
	c := &Class{Name: name}
	if known != nil {
		*c = *known
	}
	c.Source = source
	c.Final = definition.Get("output_node").Bool()
	c.Outputs, c.OutputNames = texts(definition.Get("output")), texts(definition.Get("output_name"))
	c.inputs = sync.OnceValue(func() []InputType { return readDefinitions(definition, known) })
	if known != nil {
		c.adopt(known)
	}
	return c, nil
}

// readDefinitions reads the inputs of a class in the order in which the editor makes
// widgets of them: the required ones first.
func readDefinitions(definition gjson.Result, known *Class) (all []InputType) {
	upload := false
	for _, group := range []string{"required", "optional"} {
		inputs := definition.Get("input." + group)
		for _, name := range orderOf(inputs, definition.Get("input_order."+group)) {
			if slices.ContainsFunc(all, func(in InputType) bool { return in.Name == name }) {
				continue
			}
			in, options := readDefinition(name, inputs.Map()[name])
			in.Optional = group == "optional"
			if known != nil {
				in.keep(known.Input(name))
			}
			all = append(all, in)
			all = append(all, controls(in, options)...)
			upload = upload || uploads(options)
		}
		if upload && group == "required" {
			// The editor's button for it comes behind the required inputs, or behind all.
			all = append(all, InputType{Name: "upload", Kind: KindAny, Unplaced: true})
		}
	}
	return all
}

// orderOf returns the names of a group's inputs: in the order that is told beside them,
// else as they stand.
func orderOf(inputs, order gjson.Result) (names []string) {
	written := inputs.Map()
	if order.IsArray() {
		for _, name := range order.Array() {
			if _, ok := written[name.String()]; ok {
				names = append(names, name.String())
			}
		}
	}
	each(inputs, func(name, _ gjson.Result) bool {
		if !slices.Contains(names, name.String()) {
			names = append(names, name.String())
		}
		return true
	})
	return names
}

// widgetTypes are the types of which ComfyUI's own editor makes widgets.
var widgetTypes = map[string]string{
	"INT": KindInt, "FLOAT": KindFloat, "BOOLEAN": KindBoolean, "STRING": KindString, "COMBO": KindCombo,
	"MARKDOWN": KindString, "COLOR": KindString, "TEXTAREA": KindString,
}

// readDefinition reads one input: [type, options], where the type of a combo may be its
// list of values.
func readDefinition(name string, v gjson.Result) (in InputType, options gjson.Result) {
	in.Name = name
	kind, options := v.Get("0"), v.Get("1")
	in.Kind = kind.String()
	list := options.Get("options")
	if kind.IsArray() {
		in.Kind, list = "COMBO", kind
	}
	widget, isWidget := widgetTypes[in.Kind]
	switch {
	case options.Get("forceInput").Bool():
		_, in.Forced = widgetTypes[in.Kind]
		return in, options
	case !isWidget:
		in.Unplaced = mayBeWidget(in.Kind, options)
		return in, options
	case options.Get("widgetType").Exists(), options.Get("multiselect").Bool(), options.Get("multi_select").Exists():
		in.Kind = KindAny
		return in, options
	}
	in.Kind = widget
	if v := options.Get("default"); v.Type != gjson.JSON {
		in.Default = v.Value()
	}
	switch widget {
	case KindCombo:
		in.readOptions(list)
	case KindInt, KindFloat:
		in.Min, in.Max = limit(options.Get("min")), limit(options.Get("max"))
	}
	return in, options
}

// readOptions reads the values of a combo. The editor begins with the first of them.
func (in *InputType) readOptions(list gjson.Result) {
	each(list, func(_, option gjson.Result) bool {
		in.Options = append(in.Options, option.Value())
		return true
	})
	if in.Default == nil && len(in.Options) > 0 {
		in.Default = in.Options[0]
	}
}

func limit(v gjson.Result) *float64 {
	if v.Type != gjson.Number {
		return nil
	}
	return &v.Num
}

// mayBeWidget reports whether the editor, or an extension of it, may make widgets of an
// input of a type that is no plain widget: how many is not known beforehand.
func mayBeWidget(kind string, options gjson.Result) bool {
	dynamic := strings.HasPrefix(kind, "COMFY_") && strings.HasSuffix(kind, "_V3") && kind != "COMFY_MATCHTYPE_V3"
	return dynamic || options.Get("default").Exists() || options.Get("widgetType").Exists() || options.Get("socketless").Bool()
}

// uploads reports whether the editor adds a button that uploads files for an input.
func uploads(options gjson.Result) (found bool) {
	each(options, func(key, value gjson.Result) bool {
		found = value.Type == gjson.True && strings.HasSuffix(key.Str, "_upload")
		return !found
	})
	return found
}

// controlName is how the editor calls its own widget that changes another, and the option
// that asks for it.
const controlName = "control_after_generate"

// controls returns the widgets that the editor adds behind one, to change its value
// after each run.
func controls(in InputType, options gjson.Result) []InputType {
	asked := options.Get(controlName)
	wanted := asked.Bool() || asked.Type == gjson.String
	if !asked.Exists() && in.Kind == KindInt {
		wanted = in.Name == "seed" || in.Name == "noise_seed"
	}
	if !wanted || !in.Widget() {
		return nil
	}
	control := InputType{Name: controlName, Kind: KindControl, Default: "randomize"}
	switch in.Kind {
	case KindInt, KindFloat:
		return []InputType{control}
	case KindCombo:
		return []InputType{control, {Name: "control_filter_list", Kind: KindString, Default: ""}}
	}
	return nil
}
