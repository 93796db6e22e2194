package rewrite

import (
	"fmt"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// insertKey writes an input that an API prompt leaves out, in the way its
// neighbours are written.
func (l *lowerer) insertKey(home *workflows.Home, name, value string) error {
	at := home.InputsSpan()
	if at.Empty() {
		return fmt.Errorf("the node has no inputs to add it to")
	}
	colon := l.colon(at)
	if inputs := home.Inputs(); len(inputs) > 0 {
		colon = l.part.File.Text(workflows.Span{Start: inputs[0].Key.End, End: inputs[0].Span.Start})
	}
	it := l.list(at)
	it.added = append(it.added, string(gjson.AppendJSONString(nil, name))+colon+value)
	return nil
}

// appendWidget writes a widget that the stored list is too short for, and the defaults
// of those between.
func (l *lowerer) appendWidget(home *workflows.Home, widget, value string) error {
	missing, ok := home.Missing(widget)
	if !ok {
		return fmt.Errorf("it is not written, and the list of values cannot be made longer")
	}
	values := append(missing.Defaults, value)
	l.extend(missing.List, values)
	if !missing.Named.Empty() {
		colon := colonOf([]gjson.Result{l.part.File.Value(missing.Named)})
		for i, name := range missing.Names {
			values[i] = string(quote(name)) + colon + values[i]
		}
		l.extend(missing.Named, values)
	}
	return nil
}

// extend adds members, of which the last one is wanted; another change may reach farther.
func (l *lowerer) extend(at workflows.Span, members []string) {
	it, last := l.list(at), len(members)-1
	for i := len(it.added); i < last; i++ {
		it.added = append(it.added, members[i])
	}
	if len(it.added) == last {
		it.added = append(it.added, members[last])
	} else {
		it.added[last] = members[last]
	}
}

// separator returns what stands between two members of a list or object. With
// fewer than two it is made up from what stands before the first, or else from how
// the file writes a colon.
func (l *lowerer) separator(at workflows.Span, it *items) string {
	switch n := len(it.spans); {
	case n > 1:
		return l.part.File.Text(workflows.Span{Start: it.spans[0].End, End: it.spans[1].Start})
	case n == 1 && it.spans[0].Start > at.Start+1:
		return "," + l.part.File.Text(workflows.Span{Start: at.Start + 1, End: it.spans[0].Start})
	}
	colon := l.colon(at)
	return "," + colon[strings.IndexByte(colon, ':')+1:]
}

// colon returns what stands between a key and its value, which is a list or object.
func (l *lowerer) colon(value workflows.Span) string {
	before := l.part.File.Text(workflows.Span{End: value.Start})
	return before[strings.LastIndexByte(before, '"')+1:]
}
