package main

import (
	"strings"
	"testing"
)

func FuzzConfig(f *testing.F) {
	for _, text := range []string{`{"gpu": "3090"}`, "\ufeff{\"gpu\": \"sm_86:24GiB\" /* mine */}", `{"gpu": 3090}`, `{"gpus": []}`, `{}`, `[`, `// nothing`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := parseConfig(text, "folder/.wanfix.json")
		switch {
		case err != nil && !strings.HasPrefix(err.Error(), "folder/.wanfix.json:"):
			t.Errorf("the error has no place: %v", err)
		case err == nil && (c.gpu == nil) != (c.card == ""):
			t.Errorf("read %+v of %q", c, text)
		}
	})
}
