package rewrite

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// TestMangled gives to the loaders of workflows whose values have been exchanged for
// anything. They may be refused or left alone; but what is written holds together.
func TestMangled(t *testing.T) {
	samples, err := filepath.Glob("../testdata/workflows/*.json")
	if err != nil {
		t.Fatal(err)
	}
	seeds := []string{shared, prompt, schema1(shared), pairWith("", "")}
	for _, name := range samples {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		seeds = append(seeds, string(text))
	}
	always := `{"any": [{"loader.file": {"known": true}}, {"loader.file": {"known": false}}]}`
	high := `{"loader.file": "high.safetensors"}`
	set := givingRules([]string{always, always, high}, []string{`{"vram": {"percent": 0.5}}`, `{"compile": {"cache_limit": 7}}`, `{"swap": {"blocks": 7}}`})
	m := machine(t, "3090")
	random := rand.New(rand.NewPCG(9, 10))
	read, changed := 0, 0
	for range 3000 {
		text := seeds[random.IntN(len(seeds))]
		for range 1 + random.IntN(4) {
			text = mangled(text, random)
		}
		r, err := Tune([]byte(text), m, set, rules.Options{})
		if unread := (*workflows.Error)(nil); errors.As(err, &unread) {
			continue
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		again, err := Tune(r.Out, m, set, rules.Options{})
		if err != nil || again.Changed {
			t.Fatalf("a second run: %v\n%s", err, text)
		}
		read++
		if r.Changed {
			changed++
		}
	}
	if read < 1000 || changed < 500 {
		t.Errorf("only %d could be read, %d were changed", read, changed)
	}
}

// mangled exchanges one value of a JSON text, or takes a member out.
func mangled(text string, random *rand.Rand) string {
	value := gjson.Parse(text)
	for value.Type == gjson.JSON && random.IntN(8) > 0 {
		var members []gjson.Result
		value.ForEach(func(_, member gjson.Result) bool {
			members = append(members, member)
			return true
		})
		if len(members) == 0 {
			break
		}
		value = members[random.IntN(len(members))]
	}
	anything := strings.Fields(`null {} [] 1 -1 "x" 1e400 true 7 2 [1] {"0":1,"1":2} "5" 1.5 ""`)
	return text[:value.Index] + anything[random.IntN(len(anything))] + text[value.Index+len(value.Raw):]
}

// TestMangledSubgraphs does the same inside of subgraphs, with random changes.
func TestMangledSubgraphs(t *testing.T) {
	text, err := os.ReadFile("../testdata/workflows/two-instances.json")
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(13, 14))
	changed := 0
	for range 2000 {
		spoiled := string(text)
		for range random.IntN(4) {
			spoiled = mangled(spoiled, random)
		}
		file, err := workflows.Parse([]byte(spoiled), rules.BuiltinNodes())
		if err != nil || len(file.Parts[0].Runs) == 0 {
			continue
		}
		changes := slices.Concat(changesInside(file.Parts[0], random, func(string) {})...)
		out := lowered(t, spoiled, changes...)
		if err := prove(file, parse(t, out), [][]workflows.Change{changes}); err != nil {
			t.Fatalf("%v after %v\n%s", err, changes, spoiled)
		}
		changed += len(changes)
	}
	if changed < 2000 {
		t.Errorf("only %d changes", changed)
	}
}
