package rules_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
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
				for _, e := range examplesOf(t, page) {
					if e.verdict == "silent" {
						silent++
					}
					t.Run(fmt.Sprintf("line %d", e.line), func(t *testing.T) { e.want(t, name, page, all) })
				}
				if silent == 0 {
					t.Error("no row shows where nothing is wanted")
				}
			})
		}
	}
}

// want lets one page of a preset alone work on an example in both forms, and compares with
// what the page says.
func (e example) want(t *testing.T, preset string, page *rules.Rule, all []*rules.Rule) {
	machine, err := e.given.machine()
	if err != nil {
		t.Fatal(err)
	}
	o := rules.Options{Preset: preset, Unsafe: e.given.unsafe}
	for _, other := range all {
		if other != page {
			o.Ignore = append(o.Ignore, other.ID)
		}
	}
	api, err := json.Marshal(e.prompt)
	if err != nil {
		t.Fatal(err)
	}
	ui, err := uiForm(e.prompt)
	if err != nil {
		t.Fatal(err)
	}
	none := rules.Load(fstest.MapFS{}).Assume(e.given.facts, "assumed")
	for form, text := range map[string][]byte{"API": api, "UI": ui} {
		result := tuneTwice(t, none, machine, text, o)
		states := "silent"
		for _, cell := range result.Parts[0].Preset {
			states = string(cell.State)
		}
		if n := len(result.Parts[0].Preset); n > 1 || states != e.verdict {
			t.Errorf("%s: %d values, the last is %s, the page says %s", form, n, states, e.verdict)
		}
		if e.patch != nil {
			expected := deepCopy(e.prompt)
			merge(expected, e.patch)
			compare(t, expected, result.Out)
		}
	}
}

// TestPresetTable compares the table on the page of the tiers with what their pages want.
func TestPresetTable(t *testing.T) {
	p := preset(t, "tiers")
	page, err := rules.ParsePage(p.About)
	if err != nil {
		t.Fatal(err)
	}
	all, err := p.Rules()
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{} // tier and widget to value, as fixes say it
	for _, r := range all {
		for _, fix := range r.Fixes {
			value, tier, found := strings.Cut(fix.Say, ", as for ")
			if name, is, ok := strings.Cut(value, " "); found && ok {
				said[strings.TrimPrefix(strings.TrimSuffix(tier, " of its memory free"), "a card with ")+"/"+name] = is
			}
		}
	}
	delete(said, "less than 12 GiB/quantization") // stands in the last column, in words
	told := map[string]string{}
	header := strings.Split(strings.Split(p.About, "\n| ")[1], " | ")
	for _, row := range page.Rows {
		tier := strings.TrimSuffix(row.Cells[0], " memory free")
		for i, cell := range row.Cells[1 : len(row.Cells)-1] {
			if cell != "" {
				told[tier+"/"+header[i+1]] = cell
			}
		}
	}
	if diff := cmp.Diff(said, told); diff != "" || len(said) == 0 {
		t.Errorf("presets/tiers.md (-pages +table):\n%s", diff)
	}
}

// TestTiersBorders asks cards by what their drivers report for the tier they are in.
func TestTiersBorders(t *testing.T) {
	tests := []struct {
		memory int64 // MiB
		mode   string
	}{
		{24564, "max-autotune"}, {24576, "max-autotune"}, {49140, "max-autotune"}, {23034, "reduce-overhead"},
		{12282, "reduce-overhead"}, {12288, "reduce-overhead"}, {16376, "reduce-overhead"}, {11264, "default"}, {8192, "default"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.memory), func(t *testing.T) {
			part := parseAPI(t, graph("1 WanVideoModelLoader compile_args=#2", "2 WanVideoTorchCompileSettings backend=inductor"))
			machine := &detect.Machine{GPU: &gpu.GPU{Memory: test.memory << 20}}
			cells, _, err := preset(t, "tiers").Cells(part, machine, rules.Options{}, false)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(cells, func(c *rules.Cell) bool { return c.Page.ID == "mode" })
			if i < 0 || !strings.HasPrefix(cells[i].Wants, "mode "+test.mode+",") {
				t.Errorf("want mode %s, the cells are %v", test.mode, cells)
			}
		})
	}
}
