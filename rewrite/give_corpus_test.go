package rewrite

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

func give(run, input, class, values string) workflows.Change {
	return workflows.Change{Op: workflows.OpGive, Run: run, Name: input, Value: values, Class: class}
}

// givingRules loads a rule for each of some conditions, which gives every stack that
// meets it something.
func givingRules(conditions, gifts []string) *rules.Set {
	folder := fstest.MapFS{}
	for i, condition := range conditions {
		folder[fmt.Sprintf("test/give-%d.md", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "# give-%d\n\n```json\n"+
			`{"severity": "warning", "on": "stack", "when": %s, "message": "it wants more", "fix": [{"say": "give it", "safety": "lossless", "do": [{"give": %s}]}]}`+
			"\n```\n", i, condition, gifts[i])}
	}
	return rules.Load(folder)
}

// TestCorpusGives gives block swap to the loaders of real workflows: to all of them the
// same, and to some of them different numbers; then other things too, LoRAs among them. Beside the proof that Tune makes, other
// means look at what came of it.
func TestCorpusGives(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	kinds := map[string]int{}
	why := map[string]int{}
	o := newOracle(t)
	for _, name := range corpus(t) {
		text, file := readable(t, name)
		if file == nil {
			continue
		}
		models := modelsOf(file.Parts[0])
		if len(models) == 0 {
			continue
		}
		all := givingRules([]string{`{"loader.quantization": {"known": true}}`}, []string{`{"swap": {"blocks": 17, "prefetch": 1}}`})
		some := givingRules(giftsFor(models, random))
		many := givingRules([]string{`{"loader.quantization": "disabled"}`, `{"loader.quantization": {"known": true}}`, `{"lora.linked": true, "loader.quantization": "disabled"}`},
			[]string{`{"compile": {"mode": "max-autotune", "cache_limit": 77}}`, `{"vram": {"percent": 0.5}}`, `{"lora": {"merge": false, "low_mem": true}}`})
		var tuned [][]byte
		for _, set := range []*rules.Set{all, some, many} {
			if err := set.Check(); err != nil {
				t.Fatal(err)
			}
			m := machine(t, "3090")
			r, err := Tune(text, m, set, rules.Options{})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			checkGiven(t, name, text, r)
			for _, part := range r.Parts {
				for _, c := range part.Changes {
					kinds[kindOfGift(part, c.Change)]++
				}
			}
			if _, blocked := told(r); len(blocked) > 0 {
				for _, reason := range blocked {
					kinds["blocked"]++
					why[reasonKind(reason)]++
				}
			}
			again, err := Tune(r.Out, m, set, rules.Options{})
			if err != nil || again.Changed {
				t.Errorf("%s: a second run: changed %v, %v", name, again != nil && again.Changed, err)
			}
			if r.Changed && len(text)%3 == 0 { // a sample, the checker is slow
				tuned = append(tuned, r.Out)
			}
		}
		o.ask(name, tuned)
	}
	o.wait()
	t.Log(kinds, why)
	for _, kind := range []string{"set", "cloned", "inserted"} {
		if kinds[kind] == 0 {
			t.Errorf("nothing was %s", kind)
		}
	}
}

// modelsOf lists the files of the loaders that rules can tell apart.
func modelsOf(part *workflows.Part) (models []string) {
	for _, stack := range rules.Look(part).Stacks {
		ask := rules.Builtin().Asker(stack, &detect.Machine{})
		if file, ok := ask("loader.file").Value.(string); ok && !slices.Contains(models, file) {
			models = append(models, file)
		}
	}
	return models
}

// giftsFor wants things for some models, something else for each.
func giftsFor(models []string, random *rand.Rand) (conditions, gifts []string) {
	for _, i := range random.Perm(len(models))[:1+random.IntN(len(models))] {
		model := `"loader.file": ` + string(quote(models[i]))
		conditions = append(conditions, `{`+model+`}`, `{`+model+`, "compile.linked": true}`, `{`+model+`, "lora.linked": true}`)
		gifts = append(gifts, fmt.Sprintf(`{"swap": {"blocks": %d}}`, random.IntN(41)), fmt.Sprintf(`{"compile": {"cache_limit": %d}}`, random.IntN(100)), `{"lora": {"low_mem": true}}`)
	}
	return conditions, gifts
}

// kindOfGift tells how a give was made.
func kindOfGift(part PartResult, c workflows.Change) string {
	was, is := part.Part.Run(c.Run).Wire(c.Name), part.After.Run(c.Run).Wire(c.Name)
	switch {
	case part.Part.Run(is.From.ID) != nil:
		return "set"
	case was.Arrives():
		return "cloned"
	}
	return "inserted"
}

// reasonKind shortens a reason to what it is about.
func reasonKind(reason string) string {
	var words []string
	for word := range strings.FieldsSeq(reason) {
		if !strings.HasPrefix(word, "#") && !strings.HasPrefix(word, "Wan") {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}
