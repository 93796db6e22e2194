package workflows_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// FuzzParse reads any bytes and asks everything of what it gets.
func FuzzParse(f *testing.F) {
	samples, err := filepath.Glob("../testdata/workflows/*.json")
	if err != nil || len(samples) == 0 {
		f.Fatal("no samples", err)
	}
	for _, name := range samples {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(ui(nodes(node(9, "d", in("blocks_to_swap INT - widget"), out("BLOCKSWAPARGS -"), values(`20`))), links(), subgraphs(definition("d",
		nodes(node(5, wanSwap, in("blocks_to_swap INT 1 widget"), out("BLOCKSWAPARGS 2"), values(`20,false,false`))), `"links":[`+linkObject(1, "-10:0", "5:0", "INT")+","+linkObject(2, "5:0", "-20:0", "BLOCKSWAPARGS")+`]`,
		border("inputs", "blocks_to_swap INT 1"), border("outputs", "BLOCKSWAPARGS BLOCKSWAPARGS 2"))))))
	f.Add([]byte("\xef\xbb\xbf" + `{"1":{"class_type":"GetNode","inputs":{"a":["1",0],"b":["9",3]}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := workflows.Parse(text, rules.BuiltinNodes())
		if err != nil {
			var unread *workflows.Error
			if !errors.As(err, &unread) || unread.Line < 1 || unread.Col < 1 {
				t.Errorf("%v is no reason with a place", err)
			}
			return
		}
		for _, part := range file.Parts {
			for _, r := range part.Runs {
				askAll(t, file, r)
			}
		}
	})
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

func askAll(t *testing.T, file *workflows.File, r *workflows.Run) {
	for _, output := range r.Home.Outputs() {
		if output.Span.End > len(file.Src) {
			t.Errorf("an output of %s is written beyond the end", r)
		}
	}
	for _, input := range r.Home.Inputs() {
		if wire := r.Wire(input.Name); wire.Arrives() == (wire.From == nil) {
			t.Errorf("%s · %s: arrives %v, from %v", r, input.Name, wire.Arrives(), wire.From)
		}
	}
	if r.Home.Signature == nil {
		return
	}
	for _, in := range r.Home.Signature.Inputs() {
		v := r.Value(in.Name)
		for _, site := range v.Sites {
			if got := file.Value(site.Span); got.Raw == "" {
				t.Errorf("%s · %s: nothing is written at %v", r, in.Name, site.Span)
			}
		}
		if len(v.Sites) > 0 && file.Value(v.Sites[0].Span).Raw != v.Raw {
			t.Errorf("%s · %s: %s is written, the value is %s", r, in.Name, file.Value(v.Sites[0].Span).Raw, v.Raw)
		}
	}
}
