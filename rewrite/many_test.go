package rewrite

import (
	"fmt"
	"sync"
	"testing"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/software"
	"github.com/wanfix/wanfix/rules"
)

// TestManyAtOnce tunes one workflow for several machines with the same rules, one after the other
// and at once: what the rules remember of one machine does not reach another.
func TestManyAtOnce(t *testing.T) {
	machines := map[string]*detect.Machine{}
	for _, card := range []string{"2080 Ti", "3090", "4070 Ti", "5090"} {
		machines[card] = machine(t, card)
		m := machine(t, card)
		m.Software = software.Versions{"torch": {Value: "2.6.0"}, "os": {Value: "windows"}}
		machines[card+" with torch 2.6"] = m
	}
	text := []byte(replaced(t, pairWith("", ""), `["inductor", false, "default", false, 64, true]`, `["inductor", true, "default", false, 64, true, 2]`))
	outcome := func(set *rules.Set, m *detect.Machine) string {
		r, err := Tune(text, m, set, rules.Options{Preset: "tiers"})
		if err != nil {
			t.Error(err)
			return ""
		}
		told := string(r.Out)
		for _, cell := range r.Parts[0].Preset {
			told += fmt.Sprintln(cell.Page.ID, cell.State, cell.Why)
		}
		for _, f := range r.Parts[0].Findings {
			told += fmt.Sprintln(f.Rule.ID, f.Severity, f.Message)
		}
		return told
	}
	want := map[string]string{}
	distinct := map[string]bool{}
	for name, m := range machines {
		want[name] = outcome(rules.Builtin(), m)
		distinct[want[name]] = true
	}
	if len(distinct) < 4 {
		t.Fatalf("only %d outcomes differ: nothing would show", len(distinct))
	}
	fresh := rules.Builtin().Assume(nil, "") // its facts are read by whoever asks first
	var all sync.WaitGroup
	for range 4 {
		for name, m := range machines {
			all.Go(func() {
				if got := outcome(fresh, m); got != want[name] {
					t.Errorf("%s: at once comes out otherwise:\n%s\nand alone:\n%s", name, got, want[name])
				}
			})
		}
	}
	all.Wait()
}
