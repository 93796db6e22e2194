package rewrite

import (
	"encoding/json"
	"errors"
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

// wrappers are what prompts, %p, and workflows as the editor saves them, %w, come in.
var wrappers = []string{
	`{"prompt": %p, "client_id": "a", "extra_data": {"extra_pnginfo": {"workflow": %w}}}`,
	`{"a": {"prompt": [0, "a", %p, {"extra_pnginfo": {"workflow": %w}}, []]}, "b": {"prompt": [1, "b", %p, {}, []]}}`,
	"{\r\n\t\"input\": {\"workflow\": %p}\r\n}",
	`{"workflow": %w, "output": %p}`,
	`[%w,%p]`,
	`{"a":{"b":{"c":%w}}}`,
}

// FuzzEnvelope exchanges two values, anywhere, in requests and histories: what comes out
// is valid, differs from what went in just as it is told, and a second run changes nothing.
func FuzzEnvelope(f *testing.F) {
	pairs := [][2]string{{swapped, swappedUI}, {promptOf(parse(f, pairWith("", "")).Parts[0]), pairWith("", "")}}
	samples, err := filepath.Glob("../testdata/workflows/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range samples {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if part := parse(f, string(text)).Parts[0]; part.Form == workflows.UI {
			pairs = append(pairs, [2]string{promptOf(part), string(text)})
		} else if part.Companion != nil {
			pairs = append(pairs, [2]string{part.File.Text(part.Root.Span), part.File.Text(part.Companion.Root.Span)})
		}
	}
	for i := range wrappers {
		for k := range pairs {
			f.Add(uint(i), uint(k), uint(7), `-1`, uint(11), `null`, i%2 == 0)
			f.Add(uint(i), uint(k), uint(30), `[{"id":1}]`, uint(50), `"1"`, i%2 == 1)
		}
	}
	gifts := givingRules([]string{`{"any": [{"loader.file": {"known": true}}, {"loader.file": {"known": false}}]}`, `{"loader.file": "b.safetensors"}`},
		[]string{`{"compile": {"cache_limit": 7}}`, `{"swap": {"blocks": 7}}`})
	m := machine(f, "3090")
	f.Fuzz(func(t *testing.T, shape, pair, one uint, with string, two uint, and string, builtin bool) {
		for _, value := range []string{with, and} {
			if !json.Valid([]byte(value)) || !utf8.ValidString(value) {
				return // FuzzTune has such
			}
		}
		texts := pairs[pair%uint(len(pairs))]
		text := strings.NewReplacer("%p", texts[0], "%w", texts[1]).Replace(wrappers[shape%uint(len(wrappers))])
		text = exchanged(exchanged(text, one, with), two, and)
		set := gifts
		if builtin {
			set = rules.Builtin()
		}
		start := time.Now()
		r, err := Tune([]byte(text), m, set, rules.Options{Unsafe: true})
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("it took %v", took)
		}
		if unread := (*workflows.Error)(nil); errors.As(err, &unread) {
			return
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		if !json.Valid(r.Out) {
			t.Fatalf("no JSON: %s", r.Out)
		}
		apart(t, "fuzz", []byte(text), r)
		for _, part := range r.Parts {
			for _, c := range part.Changes {
				part.Elsewhere(c.Change)
			}
		}
		again, err := Tune(r.Out, m, set, rules.Options{Unsafe: true})
		if err != nil {
			t.Fatal(err)
		}
		if again.Changed {
			t.Errorf("a second run changes %s\ninto %s", r.Out, again.Out)
		}
	})
}

// exchanged replaces the nth value of a JSON text, counted around and around.
func exchanged(text string, n uint, with string) string {
	var spans []workflows.Span
	var collect func(gjson.Result)
	collect = func(v gjson.Result) {
		spans = append(spans, workflows.SpanOf(v))
		if v.Type == gjson.JSON {
			v.ForEach(func(_, member gjson.Result) bool {
				collect(member)
				return true
			})
		}
	}
	collect(gjson.Parse(strings.TrimSpace(text)))
	at := spans[n%uint(len(spans))]
	return text[:at.Start] + with + text[at.End:]
}
