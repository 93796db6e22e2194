package workflows

import (
	"slices"

	"github.com/tidwall/gjson"
)

// saying is what a node says of a value, and where.
type saying struct {
	by string
	gjson.Result
	sites []Site
}

// proxy is how a subgraph instance names a widget that it shows: by the id of a node
// inside, or "-1" for an input of its own, and the widget's name. A widget deeper inside
// goes by a path of ids, or by the name that the instance between has for it.
type proxy struct{ node, widget string }

const ownInput = "-1"

// copies returns what the instances around a run store of a widget that they show as one
// of their own, the outermost first. why tells whose copy cannot be found.
//
// Instances that list what they show (properties.proxyWidgets) store a value for each
// member of the list, by its place; older and newer ones store a value for each input
// that is a widget, in the order of the definition. A null is no value.
func (r *Run) copies(widget string) (copies []saying, why string) {
	direct := proxy{r.Home.ID, widget}
	path := direct
	for at := r; at.Parent != nil; at = at.Parent {
		instance, input := at.Parent, at.border(widget)
		stored, certain := instance.stored(input, direct, path)
		switch {
		case !certain:
			return nil, "the copy of " + widget + " on " + instance.String() + " cannot be found"
		case len(stored.sites) > 0:
			copies = append([]saying{stored}, copies...)
		}
		direct = proxy{instance.Home.ID, direct.node + ": " + direct.widget}
		path = proxy{instance.Home.ID + ":" + path.node, path.widget}
		widget = input
		if input != "" {
			direct.widget = input
		}
	}
	return copies, ""
}

// border returns the input of the subgraph around a run that is linked to the run's own
// of a name, "" if none is.
func (r *Run) border(name string) string {
	in := r.Home.Input(name)
	if in == nil || !in.Linked {
		return ""
	}
	link, _ := r.Home.Graph.Link(in.Link)
	inputs := r.Home.Graph.Inputs
	if !r.Home.Graph.FromBorder(link) || link.OriginSlot < 0 || link.OriginSlot >= len(inputs) {
		return ""
	}
	return inputs[link.OriginSlot].Name
}

// stored returns what an instance stores of a widget inside: one that an input of the
// definition drives, or that the instance only shows, by one of two names. Nothing stored
// is certain too.
func (r *Run) stored(input string, direct, path proxy) (found saying, certain bool) {
	found.by = r.String()
	written := r.Home.readPlaces()
	if len(written.values) > 0 {
		at, certain := r.placeOf(input, direct, path)
		if !certain || !written.array {
			return found, false
		}
		if at >= 0 && at < len(written.values) && written.values[at].Type != gjson.Null {
			found.Result = written.values[at]
			found.sites = append(found.sites, Site{r.Home, SpanOf(found.Result)})
		}
	}
	if named, ok := written.named[input]; ok && input != "" {
		if !found.Exists() {
			found.Result = named
		}
		found.sites = append(found.sites, Site{r.Home, SpanOf(named)})
	}
	return found, true
}

// placeOf returns the place of a widget among the values of an instance, -1 if it has none.
func (r *Run) placeOf(input string, direct, path proxy) (at int, certain bool) {
	shows := r.Home.proxies()
	if len(shows) == 0 {
		if input == "" {
			return -1, true
		}
		return r.placeOfInput(input)
	}
	own := func(p proxy) bool { return p.node == ownInput }
	if !slices.ContainsFunc(shows, own) && len(r.promotes()) > 0 {
		return -1, false // some editors list here only what no input drives
	}
	if input == "" {
		return slices.IndexFunc(shows, func(p proxy) bool { return p == direct || p == path }), true
	}
	at = slices.Index(shows, proxy{ownInput, input})
	return at, at >= 0
}

// placeOfInput returns the place of an input's value where the values stand in the order
// of the inputs. Some editors count the control after a widget too.
func (r *Run) placeOfInput(input string) (at int, certain bool) {
	inputs := r.promotes()
	controls := 0
	for _, p := range inputs {
		if p.control {
			controls++
		}
	}
	stored := len(r.Home.readPlaces().values)
	spaced := stored > len(inputs)
	if spaced && stored != len(inputs)+controls {
		return -1, false
	}
	for _, p := range inputs {
		if p.input == input {
			return at, true
		}
		at++
		if spaced && p.control {
			at++
		}
	}
	return -1, false
}

// proxies lists the widgets that an instance says it shows.
func (h *Home) proxies() []proxy {
	if h.shows == nil {
		h.shows = []proxy{}
		node := h.Graph.Part.File.Value(h.Span)
		each(node.Get("properties.proxyWidgets"), func(_, entry gjson.Result) bool {
			h.shows = append(h.shows, proxy{entry.Get("0").String(), entry.Get("1").String()})
			return true
		})
	}
	return h.shows
}
