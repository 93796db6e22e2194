package workflows

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/tidwall/gjson"
)

// places is how a home's widgets are written in the UI form: values side by
// side, and a name for each. Values of an unknown layout have no names.
type places struct {
	names  []string
	values []gjson.Result
	named  map[string]gjson.Result // the copy by name that newer editors write
	// ordered is the copy that an editor writes besides where two widgets have one
	// name: rows of a name and a value, by name.
	ordered map[string][]gjson.Result
	array   bool   // written as a list, where the position counts
	why     string // why nothing is known of the values of a group node
}

func (h *Home) readPlaces() *places {
	if h.places != nil {
		return h.places
	}
	h.places = &places{}
	p := h.places
	file := h.Graph.Part.File
	if !h.namedSpan.Empty() {
		p.named = map[string]gjson.Result{}
	}
	var order []string
	if p.named != nil {
		each(file.Value(h.namedSpan), func(key, value gjson.Result) bool {
			name := h.today(key.String())
			order = append(order, name)
			p.named[name] = value
			return true
		})
	}
	if !h.orderedSpan.Empty() {
		p.ordered = map[string][]gjson.Result{}
		each(file.Value(h.orderedSpan), func(_, row gjson.Result) bool {
			name := h.today(row.Get("name").String())
			p.ordered[name] = append(p.ordered[name], row.Get("value"))
			return true
		})
	}
	if h.widgetsSpan.Empty() {
		return p
	}
	stored := file.Value(h.widgetsSpan)
	p.array = stored.IsArray()
	each(stored, func(key, value gjson.Result) bool {
		p.values = append(p.values, value)
		if !p.array {
			p.names = append(p.names, h.today(key.String()))
		}
		return true
	})
	if p.array {
		p.names = h.layoutNames(order)
	}
	return p
}

// layoutNames names the values of the stored list: by the copy with names where
// there is one and both agree, else by what is known of the class.
func (h *Home) layoutNames(order []string) []string {
	p := h.places
	if len(order) > 0 && len(order) <= len(p.values) {
		agree := true
		for i, name := range order {
			agree = agree && p.named[name].Raw == p.values[i].Raw
		}
		if agree {
			return order
		}
	}
	if h.Signature == nil {
		return nil
	}
	names := h.Signature.layout(p.values, h.linked)
	today := make([]string, len(names))
	for i, name := range names {
		today[i] = h.Signature.Today(name)
	}
	return today
}

func (h *Home) today(name string) string {
	if h.Signature == nil {
		return name
	}
	return h.Signature.Today(name)
}

// unreadable reports whether values are written that no known version of the
// class explains.
func (h *Home) unreadable() bool {
	p := h.readPlaces()
	return p.array && len(p.values) > 0 && len(p.names) == 0
}

// Written returns what is written for a widget at the home itself, whether it
// counts or a link overrules it. It does not exist where nothing is written.
func (h *Home) Written(widget string) gjson.Result {
	if h.Graph.Part.Form == API {
		if in := h.Input(widget); in != nil && !in.Linked {
			return h.Graph.Part.File.Value(in.Span)
		}
		return gjson.Result{}
	}
	p := h.readPlaces()
	if i := slices.Index(p.names, widget); i >= 0 {
		return p.values[i]
	}
	return gjson.Result{}
}

// Sites returns every place where the widget is written at the home.
func (h *Home) Sites(widget string) []Site {
	if h.Graph.Part.Form == API {
		if in := h.Input(widget); in != nil && !in.Linked {
			return []Site{{h, in.Span}}
		}
		return nil
	}
	var sites []Site
	p := h.readPlaces()
	if i := slices.Index(p.names, widget); i >= 0 {
		sites = append(sites, Site{h, SpanOf(p.values[i])})
	}
	if value, ok := p.named[widget]; ok {
		sites = append(sites, Site{h, SpanOf(value)})
	}
	for _, value := range p.ordered[widget] {
		if value.Exists() {
			sites = append(sites, Site{h, SpanOf(value)})
		}
	}
	return sites
}

// Placeholder reports whether what is written for a widget is a placeholder, such as
// "{{STEPS}}", in the place of which something else will be filled in.
func (h *Home) Placeholder(widget string) bool { return placeholder(h.Written(widget)) }

// Twice reports whether the node has two widgets of that name, so that nobody can tell
// which of the values by name is whose.
func (h *Home) Twice(widget string) bool {
	return h.Graph.Part.Form == UI && len(h.readPlaces().ordered[widget]) > 1
}

// Missing is how to write a widget that the stored list is too short for: new members of
// the list, and of the copy by name where there is one. The widget itself is the last.
type Missing struct {
	// List is the list of values, Named the copy by name, empty where there is none.
	List, Named Span
	// Names are the widgets to write, Defaults what all but the last of them hold, as JSON.
	Names, Defaults []string
}

// Missing tells how to write a widget that the stored list is too short for. ok is false
// where the list cannot be extended.
func (h *Home) Missing(widget string) (m Missing, ok bool) {
	p := h.readPlaces()
	if h.Signature == nil || !p.array || p.ordered != nil || len(p.values) == 0 || len(p.names) != len(p.values) {
		return Missing{}, false
	}
	today := h.Signature.Widgets()
	at := slices.Index(today, widget)
	if at < len(p.names) || !slices.Equal(p.names, today[:len(p.names)]) {
		return Missing{}, false
	}
	m = Missing{List: h.widgetsSpan, Named: h.namedSpan, Names: today[len(p.names) : at+1]}
	for i, name := range today[:at+1] {
		if _, written := p.named[name]; p.named != nil && written != (i < len(p.names)) {
			return Missing{}, false // the copy by name is not the same
		}
	}
	for _, name := range m.Names[:len(m.Names)-1] {
		fallback := h.Signature.Input(name).DefaultText()
		if fallback == "" {
			return Missing{}, false
		}
		m.Defaults = append(m.Defaults, fallback)
	}
	return m, true
}

// jsonOf reads a Go value as the JSON it stands for.
func jsonOf(value any) gjson.Result {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return gjson.Result{}
	}
	return gjson.Parse(text.String())
}
