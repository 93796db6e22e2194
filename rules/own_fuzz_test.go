package rules

import (
	"maps"
	"os"
	"testing"
	"testing/fstest"
)

// FuzzTerms reads terms as a user's folder may have them.
func FuzzTerms(f *testing.F) {
	text, err := os.ReadFile("packs/wanvideo/terms.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add(`{"a.b": {"when": {"a.c": true}}, "a.c": {"when": {"any": [{"a.b": {"not": ["x"]}}]}}}`)
	facts := registered()
	f.Fuzz(func(t *testing.T, text string) {
		r := newReader(maps.Clone(facts))
		r.terms(pack{folder: fstest.MapFS{termsFile: {Data: []byte(text)}}})
		if err := r.err(); err != nil {
			if r.mistakes.Len() > maxMistakes {
				t.Errorf("%d mistakes were noted", r.mistakes.Len())
			}
			return
		}
		for name, fact := range r.facts {
			if fact.Filler == "term" && (fact.answer == nil || fact.Type != Bool || name != fact.Name) {
				t.Errorf("%s was read as %+v", name, fact)
			}
		}
	})
}
