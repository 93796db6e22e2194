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

// FuzzEnvelope tunes any two values inside of what workflows come in: what comes out is
// valid, differs from what went in just as it is told, and a second run changes nothing.
func FuzzEnvelope(f *testing.F) {
	for i := range wrappers {
		f.Add(uint(i), swapped, swappedUI, false)
		f.Add(uint(i), promptOf(parse(f, pairWith("", "")).Parts[0]), pairWith("", ""), true)
	}
	samples, err := filepath.Glob("../testdata/workflows/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range samples {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range parse(f, string(text)).Parts {
			if part.Form == workflows.UI {
				f.Add(uint(0), promptOf(part), part.File.Text(part.Root.Span), true)
			} else if part.Companion != nil {
				f.Add(uint(1), part.File.Text(part.Root.Span), part.File.Text(part.Companion.Root.Span), true)
			}
		}
	}
	gifts := givingRules([]string{`{"any": [{"loader.file": {"known": true}}, {"loader.file": {"known": false}}]}`, `{"loader.file": "b.safetensors"}`},
		[]string{`{"compile": {"cache_limit": 7}}`, `{"swap": {"blocks": 7}}`})
	m := machine(f, "3090")
	f.Fuzz(func(t *testing.T, shape uint, prompt, workflow string, builtin bool) {
		if !json.Valid([]byte(prompt)) || !json.Valid([]byte(workflow)) || !utf8.ValidString(prompt) || !utf8.ValidString(workflow) {
			return // FuzzTune has such
		}
		text := strings.NewReplacer("%p", prompt, "%w", workflow).Replace(wrappers[shape%uint(len(wrappers))])
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
			t.Fatal(err)
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
