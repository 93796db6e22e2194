package rewrite

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// style writes values as a file writes others of their kind: on lines or on one, with
// its indentation, line ends and spaces.
type style struct {
	samples []gjson.Result // what to imitate, best first; all stand side by side
	onLines bool
	newline string // with the indentation of a sample's last line
	unit    string // one more level of indentation
	colon   string
	comma   string // between members on one line
}

// longLine is how far back the beginning of a line is looked for: a history of many
// workflows may be one line.
const longLine = 64 << 10

// styleOf finds out the style of samples, of which there has to be one.
func styleOf(file *workflows.File, samples []gjson.Result) *style {
	first := samples[0]
	before := file.Text(workflows.Span{Start: max(first.Index-longLine, 0), End: first.Index})
	s := &style{samples: samples, colon: colonOf(samples), newline: "\n"}
	if strings.Contains(before, "\r\n") || strings.Contains(first.Raw, "\r\n") {
		s.newline = "\r\n"
	}
	indent, end := "", strings.LastIndexByte(before, '\n')
	if line := before[end+1:]; end >= 0 || len(before) < longLine {
		indent = line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	}
	s.unit = "  "
	if pad := padding(first); strings.Contains(pad, "\n") {
		s.onLines = true
		inside := first.Raw[:len(first.Raw)-1]
		indent = inside[len(strings.TrimRight(inside, " \t")):]
		s.unit = strings.TrimPrefix(pad[strings.LastIndexByte(pad, '\n')+1:], indent)
	}
	s.newline += indent
	s.comma = "," + s.colon[strings.IndexByte(s.colon, ':')+1:]
	return s
}

// padding returns what stands between the opening bracket and the first member.
func padding(container gjson.Result) string {
	inside := container.Raw[1:]
	return inside[:len(inside)-len(strings.TrimLeft(inside, " \t\r\n"))]
}

// colonOf returns what stands between keys and values: nothing but a colon where no
// sample is an object, or one without members.
func colonOf(samples []gjson.Result) string {
	colon := ":"
	for _, sample := range samples {
		sample.ForEach(func(key, value gjson.Result) bool {
			if key.Type == gjson.String {
				from := key.Index + len(key.Raw) - sample.Index
				colon = sample.Raw[from : value.Index-sample.Index]
			}
			return false
		})
		if colon != ":" {
			break
		}
	}
	return colon
}

// text writes a value that stands where samples do.
func (s *style) text(v any) string { return s.at(v, "", 0) }

// brackets returns what stands behind the opening bracket of the list that samples
// stand in, and before the closing one.
func (s *style) brackets() (open, shut string) {
	if !s.onLines {
		return "", ""
	}
	return s.newline, strings.TrimSuffix(s.newline, s.unit)
}

// at writes a value at a path within a sample, as gjson has paths, where every list
// is its first element.
func (s *style) at(v any, path string, depth int) string {
	var texts []string
	open, shut := "[", "]"
	switch v := v.(type) {
	case raw:
		return string(v)
	case elements:
		for _, each := range v {
			texts = append(texts, s.at(each, join(path, "0"), depth+1))
		}
	case fields:
		open, shut = "{", "}"
		for _, m := range v {
			texts = append(texts, string(quote(m.key))+s.colon+s.at(m.value, join(path, m.key), depth+1))
		}
	}
	if len(texts) == 0 {
		return open + shut
	}
	pad, comma, onLines := s.form(path)
	if onLines {
		line := s.newline + strings.Repeat(s.unit, depth)
		return open + line + s.unit + strings.Join(texts, ","+line+s.unit) + line + shut
	}
	return open + pad + strings.Join(texts, comma) + pad + shut
}

// form tells how samples write the container at a path: on lines or on one, and there
// with what beside the brackets and between members.
func (s *style) form(path string) (pad, comma string, onLines bool) {
	for _, sample := range s.samples {
		container := sample
		if path != "" {
			container = sample.Get(path)
		}
		if container.Type != gjson.JSON || len(strings.TrimSpace(container.Raw[1:len(container.Raw)-1])) == 0 {
			continue
		}
		pad, comma = padding(container), s.comma
		if spans := itemsOf(container).spans; len(spans) > 1 {
			comma = container.Raw[spans[0].End-container.Index : spans[1].Start-container.Index]
		}
		if strings.Contains(comma, "\n") {
			comma = s.comma
		}
		return pad, comma, strings.Contains(pad, "\n")
	}
	return "", s.comma, s.onLines
}

func join(path, key string) string {
	if path == "" {
		return gjson.Escape(key)
	}
	return path + "." + gjson.Escape(key)
}
