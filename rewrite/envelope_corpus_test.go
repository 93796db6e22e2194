package rewrite

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// promptOf writes what the editor would send of a workflow, as far as the classes are
// known: its nodes as they are executed.
func promptOf(part *workflows.Part) string {
	var nodes []string
	for _, run := range part.Runs {
		role := run.Home.Role()
		if !run.Active() || passesOn(run) || role == workflows.RolePrimitive || part.Run(run.ID) != run {
			continue
		}
		inputs := map[string]string{}
		for _, in := range run.Home.Inputs() {
			if wire := run.Wire(in.Name); wire.Kind == workflows.Given {
				inputs[nameOf(run, &in)] = `[` + string(quote(wire.From.ID)) + `, ` + string(number(wire.Slot)) + `]`
			}
		}
		if class := run.Home.Signature; class != nil {
			for _, in := range class.Inputs() {
				if v := run.Value(in.Name); in.Widget() && in.Kind != workflows.KindControl && inputs[in.Name] == "" && v.Exists() {
					inputs[in.Name] = v.Raw
				}
			}
		}
		var members []string
		for _, name := range slices.Sorted(maps.Keys(inputs)) {
			members = append(members, string(quote(name))+`: `+inputs[name])
		}
		nodes = append(nodes, string(quote(run.ID))+`: {"inputs": {`+strings.Join(members, `, `)+`}, "class_type": `+string(quote(run.Home.Class))+`}`)
	}
	return `{` + strings.Join(nodes, `, `) + `}`
}

// posted puts a prompt and the workflow that it was made of into a request.
func posted(prompt, workflow string) string {
	workflow = strings.TrimSpace(strings.TrimPrefix(workflow, "\xef\xbb\xbf"))
	return `{"client_id": "a", "prompt": ` + prompt + `, "extra_data": {"extra_pnginfo": {"workflow": ` + workflow + "}}}\n"
}

// checkAlike makes the prompt of every part anew from the workflow beside it, and
// compares the two.
func checkAlike(t *testing.T, name string, r *Result) {
	t.Helper()
	for _, part := range r.Parts {
		if part.After.Companion == nil {
			t.Errorf("%s: %s has no companion", name, part.Part.Name())
			continue
		}
		plain := func(text string) any {
			nodes := decoded(t, text).(object)
			for _, node := range nodes {
				delete(node.(object), "_meta")
			}
			return nodes
		}
		file := part.After.File
		want := plain(promptOf(parse(t, file.Text(part.After.Companion.Root.Span)).Parts[0]))
		if diff := cmp.Diff(want, plain(file.Text(part.After.Root.Span))); diff != "" {
			t.Errorf("%s: (-workflow +prompt):\n%s", name, diff)
		}
	}
}

// TestCorpusEnvelopes puts real workflows into requests, beside the prompts that are made
// of them, and tunes those: both say the same then, and nothing else differs. It does so
// by the rules of the day, and by rules that give everything to everybody and something
// to some.
func TestCorpusEnvelopes(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	t.Parallel()
	random := rand.New(rand.NewPCG(11, 12))
	counts := map[string]int{}
	o := newOracle(t)
	for _, name := range corpus(t) {
		text, file := readable(t, name)
		if file == nil {
			continue
		}
		part := file.Parts[0]
		models := modelsOf(part)
		if part.Form != workflows.UI || part.Path != "" || len(models) == 0 {
			continue
		}
		prompt := promptOf(part)
		if slices.ContainsFunc(part.Runs, func(run *workflows.Run) bool { return part.Run(run.ID) != run }) {
			counts["files with one id twice"]++
			continue
		}
		sets := []*rules.Set{
			givingRules([]string{`{"loader.quantization": {"known": true}}`}, []string{`{"swap": {"blocks": 17, "prefetch": 1}}`}),
			givingRules(giftsFor(models, random)),
		}
		for _, card := range []string{"2080 Ti", "3060", "3090", "4090"} {
			counts["files and cards"]++
			tuneEnvelope(t, name, posted(prompt, string(text)), machine(t, card), rules.Builtin(), counts)
		}
		var tuned [][]byte
		for _, set := range sets {
			r := tuneEnvelope(t, name, posted(prompt, string(text)), machine(t, "3090"), set, counts)
			if r != nil && r.Changed && len(text)%3 == 0 { // a sample, the checker is slow
				workflow := r.Parts[0].After.Companion
				tuned = append(tuned, []byte(workflow.File.Text(workflow.Root.Span)))
			}
		}
		o.ask(name, tuned)
	}
	o.wait()
	t.Log(counts)
	for _, want := range []string{"changed", "set", "cloned", "inserted"} {
		if counts[want] == 0 {
			t.Errorf("nothing was %s", want)
		}
	}
}

func tuneEnvelope(t *testing.T, name, text string, m *detect.Machine, set *rules.Set, counts map[string]int) *Result {
	t.Helper()
	r, err := Tune([]byte(text), m, set, rules.Options{})
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return nil
	}
	checkAlike(t, name, r)
	checkResult(t, name, []byte(text), r)
	again, err := Tune(r.Out, m, set, rules.Options{})
	if err != nil || again.Changed {
		t.Errorf("%s: a second run: changed %v, %v", name, again != nil && again.Changed, err)
	}
	if r.Changed {
		counts["changed"]++
	}
	for _, c := range r.Parts[0].Changes {
		if c.Op == workflows.OpGive {
			counts[kindOfGift(r.Parts[0], c.Change)]++
		} else {
			counts[string(c.Op)+" alone"]++
		}
		if differs := r.Parts[0].Differs(c.Change); differs != nil {
			t.Errorf("%s: %s of #%s is said to differ: %s", name, c.Name, c.Run, differs.Written(c.Change))
		}
	}
	if _, blocked := told(r); len(blocked) > 0 {
		for _, reason := range blocked {
			counts["blocked: "+reasonKind(reason)]++
		}
	}
	return r
}
