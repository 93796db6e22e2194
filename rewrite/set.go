package rewrite

import (
	"fmt"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// set writes a widget's value at all its sites, or at those of the node that holds it
// instead: a constant or a primitive.
func (l *lowerer) set(run *workflows.Run, widget, value string, given bool) error {
	if isNew, err := l.want(run, widget, value); err != nil || !isNew {
		return err
	}
	l.spots = append(l.spots, spot{run: run, widget: widget, given: given})
	v := run.Value(widget)
	in := run.Home.Input(widget)
	stray, isStray := run.Home.StraySite(widget)
	switch {
	case run.Home.Twice(widget):
		return errTwice
	case v.Source == workflows.Template || v.Source == workflows.ByBorder && v.Why != "" && len(v.Sites) == 0:
		return fmt.Errorf("%s", v.Why)
	case v.Source == workflows.ByLink || v.Source == workflows.ByPrimary:
		return l.setSource(run, widget, value, given)
	case isStray && v.Source != workflows.Literal && gjson.Parse(value).Type != gjson.String: // text may be a display's again
		return l.write(stray.Span, value)
	case v.Source == workflows.Unknown && in != nil && in.Linked:
		return fmt.Errorf("what is linked there cannot be followed: %s", v.Why)
	case v.Source == workflows.Unknown && l.part.Form == workflows.UI:
		return fmt.Errorf("its place is not known: %s", v.Why)
	}
	l.spots[len(l.spots)-1].here = true
	for _, site := range v.Sites {
		if err := l.write(site.Span, value); err != nil {
			return err
		}
	}
	switch {
	case len(run.Home.Sites(widget)) > 0:
		return nil
	case l.part.Form == workflows.API:
		return l.insertKey(run.Home, widget, value)
	}
	return l.appendWidget(run.Home, widget, value)
}

// setSource sets the value of the node that drives a widget. What a primitive drives has
// a copy of the value, which the editor keeps the same.
func (l *lowerer) setSource(run *workflows.Run, widget, value string, given bool) error {
	source := run.Wire(widget).From
	if why := l.firm(run, widget); why != "" {
		return fmt.Errorf("%s drives it%s: change it there", source, why)
	}
	if v := run.Value(widget); !v.Exists() {
		return fmt.Errorf("%s drives it: %s", source, v.Why)
	}
	field := source.Home.Signature.Fields[workflows.FieldValue]
	if in := source.Home.Signature.Input(field); in == nil || !in.Legal(gjson.Parse(value)) {
		return fmt.Errorf("%s drives it, and cannot hold %s", source, value)
	}
	if source.Home.Role() == workflows.RolePrimitive && source.Parent == run.Parent && len(run.Home.Sites(widget)) > 0 {
		if err := l.writeOwn(run.Home, widget, value); err != nil {
			return err
		}
	}
	if err := l.set(source, field, value, given); err != nil {
		return fmt.Errorf("%s drives it: %w", source, err)
	}
	return nil
}

// want remembers what a widget is to be, which several changes may want. isNew is false
// where it is known already.
func (l *lowerer) want(run *workflows.Run, widget, value string) (isNew bool, err error) {
	at := taker{run.ID, widget}
	have, known := l.wants[at]
	if known && have != value {
		return false, errTwoValues
	}
	l.wants[at] = value
	return !known, nil
}

// write writes a value where another stands, once for all runs of a node.
func (l *lowerer) write(at workflows.Span, value string) error {
	have, done := l.written[at]
	switch {
	case done && have != value:
		return errTwoValues
	case !done:
		l.written[at] = value
		l.replace(at, value)
	}
	return nil
}
