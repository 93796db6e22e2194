package main

import (
	"strings"
	"testing"

	"github.com/wanfix/wanfix/rules"
)

func FuzzConfig(f *testing.F) {
	for _, text := range []string{`{"gpu": "3090"}`, "\ufeff{\"gpu\": \"sm_86:24GiB\" /* mine */}", `{"gpu": 3090}`, `{"gpus": ["3060", "3090"]}`, `{"ignore": "wanvideo, all", "paths": {"**/a*": {"gpu": "3090", "select": ["all"]}, "[": {}}}`, `{}`, `[`, `// nothing`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := parseConfig(text, "folder/.wanfix.json", newRuleSets(rules.Builtin(), nil))
		switch {
		case err != nil && !strings.HasPrefix(err.Error(), "folder/.wanfix.json:"):
			t.Errorf("the error has no place: %v", err)
		case err == nil:
			c.of("folder/deep/a.json")
		}
	})
}
