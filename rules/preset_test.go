package rules_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rewrite/examples"
	"github.com/wanfix/wanfix/rules"
)

func preset(t testing.TB, name string) *rules.Preset {
	t.Helper()
	p, err := rules.Builtin().Preset(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPresets has presets whose pages check, and show what they want and where they want
// nothing: every example and every row of their tables is run, with no rules above.
func TestPresets(t *testing.T) {
	for _, name := range rules.Presets() {
		p := preset(t, name)
		if err := p.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		all, err := p.Rules()
		if err != nil {
			t.Fatal(err)
		}
		for _, page := range all {
			t.Run(name+"/"+page.ID, func(t *testing.T) {
				for _, words := range []string{"# " + page.ID + "\n", "\n**What overrules it.** ", "\nSources: "} {
					if !strings.Contains(page.Page, words) {
						t.Errorf("the page has no %q", words)
					}
				}
				sentence(t, "message", page.Message)
				silent := 0
				for _, e := range examplesOf(t, p.Set, page) {
					if e.Verdict == examples.Silent {
						silent++
					}
					t.Run(fmt.Sprintf("line %d", e.Line), func(t *testing.T) { wantPage(t, name, page, all, e) })
				}
				if silent == 0 {
					t.Error("no row shows where nothing is wanted")
				}
			})
		}
	}
}

// wantPage lets one page of a preset alone work on an example in all forms.
func wantPage(t *testing.T, name string, page *rules.Rule, all []*rules.Rule, e examples.Example) {
	t.Helper()
	var without []string
	for _, other := range all {
		if other != page {
			without = append(without, other.ID)
		}
	}
	forms, err := e.Forms()
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range forms {
		failures, err := e.TryPreset(rules.Load(fstest.MapFS{}), name, without, form.Text)
		if err != nil {
			t.Fatal(err)
		}
		for _, failure := range failures {
			t.Errorf("%s: %s", form.Name, failure)
		}
	}
}

// wantsOf returns what the tiers want of a loader with compile settings on a card, by widget.
func wantsOf(t *testing.T, memory, free int64) map[string]string {
	t.Helper()
	part := parseAPI(t, graph("1 WanVideoModelLoader compile_args=#2", "2 WanVideoTorchCompileSettings backend=inductor"))
	machine := &detect.Machine{GPU: &gpu.GPU{Memory: memory << 20}, Free: free << 20}
	wants := map[string]string{}
	for _, planned := range []bool{false, true} {
		cells, _, err := preset(t, "tiers").Cells(part, machine, rules.Options{}, planned)
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range cells {
			space := strings.LastIndex(cell.Wants, " ")
			wants[cell.Wants[:space]] = cell.Wants[space+1:]
		}
	}
	return wants
}

// TestTiersTable compares the table on the page of the tiers with what their pages want.
func TestTiersTable(t *testing.T) {
	page, err := rules.ParsePage(preset(t, "tiers").About)
	if err != nil {
		t.Fatal(err)
	}
	tiers := []map[string]string{wantsOf(t, 24<<10, 0), wantsOf(t, 16<<10, 0), wantsOf(t, 8<<10, 0), wantsOf(t, 24<<10, 4<<10)}
	for column, wants := range tiers {
		told := map[string]string{}
		for _, row := range page.Rows {
			if value := row.Cells[column+1]; value != "" {
				told[row.Cells[0]] = value
			} else if column == len(tiers)-1 && tiers[0][row.Cells[0]] != "" {
				told[row.Cells[0]] = tiers[0][row.Cells[0]] // what is said for the memory holds
			}
		}
		if diff := cmp.Diff(wants, told); diff != "" || len(wants) == 0 {
			t.Errorf("presets/tiers.md, column %d (-pages +table):\n%s", column+1, diff)
		}
	}
}

// TestTiersBorders asks cards by what their drivers report for the tier they are in.
func TestTiersBorders(t *testing.T) {
	tests := []struct {
		memory, free int64 // MiB
		mode         string
	}{
		{24564, 0, "max-autotune"}, {24576, 0, "max-autotune"}, {49140, 0, "max-autotune"}, {23034, 0, "reduce-overhead"},
		{12282, 0, "reduce-overhead"}, {12288, 0, "reduce-overhead"}, {16376, 0, "reduce-overhead"}, {11264, 0, "default"}, {8192, 0, "default"},
		{24576, 7400, "max-autotune"}, {24576, 7300, "default"}, {0, 7300, ""},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.memory, " ", test.free), func(t *testing.T) {
			if got := wantsOf(t, test.memory, test.free)["mode"]; got != test.mode {
				t.Errorf("mode %q, want %q", got, test.mode)
			}
		})
	}
}
