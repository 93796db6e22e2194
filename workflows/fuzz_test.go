package workflows_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// samples are small workflows of every form to begin with.
func samples(f *testing.F) []string {
	f.Helper()
	names, err := filepath.Glob("../testdata/workflows/*.json")
	if err != nil || len(names) == 0 {
		f.Fatal("no samples", err)
	}
	texts := []string{
		ui(nodes(node(12, "S", in("blocks INT - widget"), values("20")), node(13, "S")), subgraphs(swapInside, passThrough)),
		ui(nodes(compileNode(mode(workflows.Bypass)), node(2, "SetNode", in("a * 6"), values(`"c"`)), node(3, "GetNode", values(`"c"`)), loaderNode),
			links(link(6, "1:0", "2:0", "X"), link(7, "3:0", "5:0", "X"))),
		ui(nodes(node(1, "PrimitiveNode", values(`20,"fixed"`)), node(2, "Reroute", in("a * 6")), node(5, wanSwap, in("blocks_to_swap INT 7 widget"),
			values("20,true,false"), `"widgets_values_named":{"blocks_to_swap":20,"offload_img_emb":true,"offload_txt_emb":false}`)),
			links(link(6, "1:0", "2:0", "INT"), linkObject(7, "2:0", "5:0", "INT"))),
		grouped(),
		`{"1":{"class_type":"INTConstant","inputs":{"value":["1",0]}}}`,
		"\ufeff" + `{"1":{"class_type":"GetNode","inputs":{"a":["1",0],"b":["9",3]}}}`,
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	return texts
}

// FuzzParse reads any bytes and asks everything of what it gets.
func FuzzParse(f *testing.F) {
	for _, text := range append(samples(f), `{"steps": {{STEPS}}}`) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) { parseAndAsk(t, text) })
}

// FuzzValues puts other values in the place of two values of a sample: unlike
// random bytes, that leaves JSON.
func FuzzValues(f *testing.F) {
	texts := samples(f)
	for i := range texts {
		f.Add(uint(i), uint(7), `-1`, uint(11), `null`)
		f.Add(uint(i), uint(3), `[{"id":1}]`, uint(5), `"1"`)
		f.Add(uint(i), uint(20), `{"a":[]}`, uint(30), `1e99`)
	}
	f.Fuzz(func(t *testing.T, sample, one uint, with string, two uint, and string) {
		if !json.Valid([]byte(with)) || !json.Valid([]byte(and)) {
			t.Skip()
		}
		text := texts[sample%uint(len(texts))]
		text = replaceValue(text, one, with)
		text = replaceValue(text, two, and)
		parseAndAsk(t, []byte(text))
	})
}

// replaceValue replaces the nth value of a JSON text, counted around and around.
func replaceValue(text string, n uint, with string) string {
	var spans []workflows.Span
	var collect func(v gjson.Result)
	collect = func(v gjson.Result) {
		spans = append(spans, workflows.Span{Start: v.Index, End: v.Index + len(v.Raw)})
		if v.IsObject() || v.IsArray() {
			v.ForEach(func(_, member gjson.Result) bool { collect(member); return true })
		}
	}
	collect(gjson.Parse(strings.TrimRight(text, "\n")))
	if len(spans) == 0 {
		return with
	}
	at := spans[n%uint(len(spans))]
	return text[:at.Start] + with + text[at.End:]
}

func parseAndAsk(t *testing.T, text []byte) {
	t.Helper()
	file, err := workflows.Parse(text, rules.BuiltinNodes())
	if err != nil {
		var unread *workflows.Error
		if !errors.As(err, &unread) || !inside(text, unread.Position) || unread.Reason == "" {
			t.Errorf("%v is no reason with a place", err)
		}
		return
	}
	start := time.Now()
	for _, part := range file.Parts {
		for _, r := range part.Runs {
			askAll(t, file, r)
		}
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("asking took %v", took)
	}
}

// inside reports whether a position lies in a text, or right behind its end.
func inside(text []byte, at workflows.Position) bool {
	lines := strings.Split(strings.TrimPrefix(string(text), "\ufeff"), "\n")
	return at.Line >= 1 && at.Line <= len(lines) &&
		at.Col >= 1 && at.Col <= utf8.RuneCountInString(lines[at.Line-1])+1
}

// FuzzGate lets through only what encoding/json takes for JSON.
func FuzzGate(f *testing.F) {
	for _, text := range []string{`{"a":[1,-2.5e+3,true,null,"\\u00e9\\n"]}`, `{"a":1,"a":2}`, `[01]`, `"\x01"`, `[1,]`, `{"a" "a"}`, "[\"\\ud800\"]", `]`, `{]`, `"`, `-`, `1.`, `[[[`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := workflows.Gate(text); err == nil != json.Valid(text) {
			var value any
			twice := err != nil && strings.Contains(err.Error(), "twice") && json.Unmarshal(text, &value) == nil
			if !twice && !strings.Contains(fmt.Sprint(err), "UTF-16") {
				t.Errorf("%q: %v, encoding/json says %v", text, err, json.Valid(text))
			}
		}
	})
}

// askAll asks everything that can be asked of a run, and checks what holds of any.
func askAll(t *testing.T, file *workflows.File, r *workflows.Run) {
	t.Helper()
	for _, output := range r.Home.Outputs() {
		if output.Span.End > len(file.Src) {
			t.Errorf("an output of %s is written beyond the end", r)
		}
	}
	for _, input := range r.Home.Inputs() {
		wire := r.Wire(input.Name)
		if wire.Arrives() == (wire.From == nil) {
			t.Errorf("%s · %s: arrives %v, from %v", r, input.Name, wire.Arrives(), wire.From)
		}
		if (wire.Kind == workflows.Lost) != (wire.Why != "") {
			t.Errorf("%s · %s: kind %d, lost because %q", r, input.Name, wire.Kind, wire.Why)
		}
	}
	if r.Home.Signature == nil {
		return
	}
	for _, in := range r.Home.Signature.Inputs() {
		v := r.Value(in.Name)
		if !in.Widget() {
			continue
		}
		if v.Exists() == (v.Why != "") {
			t.Errorf("%s · %s: the value is %q, not known because %q", r, in.Name, v.Raw, v.Why)
		}
		if v.Source != workflows.ByBorder && (v.Source == workflows.Literal) != (len(v.Sites) > 0) {
			t.Errorf("%s · %s: source %d at %d sites", r, in.Name, v.Source, len(v.Sites))
		}
		for i, site := range v.Sites {
			got := file.Text(site.Span)
			if !json.Valid([]byte(got)) {
				t.Errorf("%s · %s: at %v stands %q, no JSON value", r, in.Name, site.Span, got)
			}
			// the copy by name may differ: the editor keeps to the list
			if i == 0 && v.Exists() && got != v.Raw {
				t.Errorf("%s · %s: %q is written, the value is %q", r, in.Name, got, v.Raw)
			}
		}
	}
}
