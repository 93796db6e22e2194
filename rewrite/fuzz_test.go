package rewrite

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// FuzzTune tunes any bytes: what comes out differs from what went in just as it is
// told, and a second run changes nothing.
func FuzzTune(f *testing.F) {
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
	f.Add([]byte(pairWith("", "")))
	f.Add([]byte(loader(loaderValues)))
	m := machine(f, "3090")
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := Tune(text, m, rules.Builtin(), rules.Options{Unsafe: true})
		var unread *workflows.Error
		switch {
		case errors.As(err, &unread):
			if unread.Line < 1 || unread.Col < 1 {
				t.Errorf("%v is no place", unread)
			}
			return
		case err != nil:
			t.Fatal(err)
		}
		if utf8.Valid(text) { // other names read otherwise by the means of checkResult
			checkResult(t, "fuzz", text, r)
		}
		again, err := Tune(r.Out, m, rules.Builtin(), rules.Options{Unsafe: true})
		if err != nil {
			t.Fatal(err)
		}
		if again.Changed {
			t.Errorf("a second run changes %v", again.Parts[0].Changes)
		}
	})
}
