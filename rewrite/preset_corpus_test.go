package rewrite

import (
	"errors"
	"os"
	"testing"

	"github.com/wanfix/wanfix/detect/software"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// TestCorpusPresets tunes every file that has compile settings by the tiers: it settles, a
// second run changes nothing, what is said to stand does, and no finding comes from the
// preset that the file does not have by itself.
func TestCorpusPresets(t *testing.T) {
	files := corpus(t)
	for _, card := range []string{"2080 Ti", "3060", "3070", "3090", "4070 Ti", "4090", "5090", "A100 80GB"} {
		t.Run(card, func(t *testing.T) {
			t.Parallel()
			m := machine(t, card)
			switch card {
			case "5090":
				m.Free = m.GPU.Memory / 5
			case "3090", "3060":
				m.Software = software.Versions{"torch": {Value: "2.13.0"}, "triton": {Value: "3.7.0"}, "os": {Value: "linux"}}
			case "4070 Ti":
				m.Software = software.Versions{"torch": {Value: "2.6.0"}, "triton": {Value: "3.2.0"}, "os": {Value: "windows"}}
			}
			o := rules.Options{Preset: "tiers", Unsafe: card == "3070"}
			states := map[string]int{}
			for _, name := range files {
				text, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				r, err := Tune(text, m, rules.Builtin(), o)
				if unread := (*workflows.Error)(nil); errors.As(err, &unread) {
					continue
				}
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				checkResult(t, name, text, r)
				again, err := Tune(r.Out, m, rules.Builtin(), o)
				if err != nil || again.Changed {
					t.Errorf("%s: a second run: %v", name, err)
					for _, part := range again.Parts {
						t.Errorf("%v", part.Changes)
					}
				}
				o := o
				o.Preset = ""
				alone, err := Tune(text, m, rules.Builtin(), o)
				if err != nil {
					t.Fatal(err)
				}
				for i, part := range r.Parts {
					checkCells(t, name, part, states)
					own := map[[2]string]bool{}
					for _, f := range alone.Parts[i].Findings {
						own[[2]string{f.Rule.ID, f.At.ID}] = true
					}
					for _, f := range part.Findings {
						if f.Severity != rules.Info && !own[[2]string{f.Rule.ID, f.At.ID}] {
							t.Errorf("%s: the preset brings %s at %s", name, f.Rule.ID, f.At)
						}
					}
				}
			}
			t.Logf("%s: %v", card, states)
			if states["mode stood"]+states["mode overruled"] == 0 {
				t.Error("no file has compile settings")
			}
		})
	}
}

// checkCells holds what a preset tells of a part against the part as it is then.
func checkCells(t *testing.T, name string, part PartResult, states map[string]int) {
	t.Helper()
	for _, cell := range part.Preset {
		states[cell.Page.ID+" "+string(cell.State)]++
		switch cell.State {
		case rules.Stood:
			for _, set := range cell.Sets {
				if !rules.IsSo(part.After, set) {
					t.Errorf("%s: %s is said to stand at %s", name, cell.Wants, cell.At)
				}
			}
		case rules.Overruled, rules.Blocked, rules.Offered:
			if (cell.By == nil) == (cell.Why == "") {
				t.Errorf("%s: %s: %s by %v, why %q", name, cell.Wants, cell.State, cell.By, cell.Why)
			}
		default:
			t.Errorf("%s: %s is %q", name, cell.Wants, cell.State)
		}
	}
}
