package rewrite

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/software"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// settlingCards are of every compute capability that rules ask for.
var settlingCards = []string{"1080 Ti", "V100 16GB", "2080 Ti", "3060 12GB", "3090", "A100 80GB", "4060", "4070 Ti", "4090", "H100", "B200", "5090"}

// installed are what may be known of the software: nothing, what was new in spring 2025
// with little besides torch, and what is new in 2026.
var installed = map[string]string{
	"nothing": "",
	"old":     "os=windows,torch=2.6.0+cu124,triton=absent,sageattention=absent,sageattention3=absent,flash_attn=absent,flash_attn_3=absent,wrapper=2025-04-10,vram_mode=highvram",
	"new":     "os=linux,torch=2.9.1+cu128,triton=3.5.0,sageattention=2.2.0,flash_attn=2.8.3,flash_attn_3=absent,wrapper=2026-02-02,vram_mode=normal",
}

// world is a machine, the rules with what is known besides, and what is asked for.
type world struct {
	name    string
	machine *detect.Machine
	set     *rules.Set
	options rules.Options
}

// worlds are all cards with all software; of each the model files and the size of the video
// are known or not, and unsafe fixes are asked for or not.
func worlds(t *testing.T) (all []world) {
	t.Helper()
	sized := rules.Builtin().Assume(rules.SizeFacts(832, 480, 81), "--size 832x480x81")
	for _, card := range settlingCards {
		for _, has := range slices.Sorted(maps.Keys(installed)) {
			stated, err := software.Assume(installed[has])
			if err != nil {
				t.Fatal(err)
			}
			m := machine(t, card)
			m.Software = software.Versions{}
			for fact, value := range stated {
				m.Software[fact] = software.Fact{Value: value}
			}
			read := *m
			read.Models = sameModel{wan14B()}
			for _, unsafe := range []bool{false, true} {
				o := rules.Options{Unsafe: unsafe}
				name := fmt.Sprintf("%s, %s installed, unsafe %v", card, has, unsafe)
				all = append(all, world{name, m, rules.Builtin(), o}, world{name + ", all read", &read, sized, o})
			}
		}
	}
	return all
}

// TestCorpusSettles tunes every file in every world: the rounds end, a second run wants
// nothing, and no two rules want different values for one place, be it in different rounds.
func TestCorpusSettles(t *testing.T) {
	files := corpus(t)
	all := worlds(t)
	var tuned, changed atomic.Int64
	t.Cleanup(func() {
		t.Logf("%d workflows tuned, %d changed", tuned.Load(), changed.Load())
		if changed.Load() == 0 {
			t.Error("nothing was changed in any world")
		}
	})
	for _, name := range files {
		_, file := readable(t, name)
		if file == nil {
			continue
		}
		t.Run(name[strings.LastIndexByte(name, '/')+1:], func(t *testing.T) {
			t.Parallel()
			judged := all
			if !slices.ContainsFunc(file.Parts, func(p *workflows.Part) bool { return len(rules.Look(p).Stacks) > 0 }) {
				judged = all[:1] // nothing in it asks for the card
			}
			for _, w := range judged {
				writes, err := w.settle(file)
				if err != nil {
					t.Errorf("%s: %v", w.name, err)
				}
				tuned.Add(1)
				if writes {
					changed.Add(1)
				}
			}
		})
	}
}

// settle tunes a file twice. It reports whether anything is written, and what does not settle.
func (w world) settle(file *workflows.File) (writes bool, err error) {
	first, after, err := w.tune(file)
	if err != nil {
		return false, err
	}
	if err := first.quarrel(); err != nil || after == file {
		return false, err
	}
	second, again, err := w.tune(after)
	if err != nil {
		return true, fmt.Errorf("a second run: %w", err)
	}
	if again != after {
		return true, fmt.Errorf("a second run wants %v", second.changes)
	}
	return true, nil
}

// tune lets the rules work on a file that has been read, without writing a result.
func (w world) tune(file *workflows.File) (*tuning, *workflows.File, error) {
	t := &tuning{before: file, nodes: rules.NodesOf(w.machine), machine: w.machine, set: w.set, options: w.options}
	var err error
	if t.layer, err = t.newLayer(); err != nil {
		return nil, nil, err
	}
	after, err := t.layer.settle(t)
	return t, after, err
}

// quarrel tells of two rules that want different values for one place.
func (t *tuning) quarrel() error {
	type wanted struct {
		change workflows.Change
		rule   string
	}
	for i := range t.before.Parts {
		earlier := map[taker]wanted{}
		for round, verdicts := range t.verdicts {
			for _, f := range verdicts[i].Findings {
				for _, fix := range f.Fixes {
					if strings.HasPrefix(fix.BlockedBy, "two rules want") {
						return fmt.Errorf("round %d: %s: %s", round+1, f.Rule.ID, fix.BlockedBy)
					}
				}
				for _, c := range f.Wanted() {
					have, ok := earlier[placeOf(c)]
					if ok && have.change != c {
						return fmt.Errorf("round %d: %s wants %v, %s wanted %v", round+1, f.Rule.ID, c, have.rule, have.change)
					}
					earlier[placeOf(c)] = wanted{c, f.Rule.ID}
				}
			}
		}
	}
	return nil
}

// TestQuarrel makes sure that rules which do not settle are seen.
func TestQuarrel(t *testing.T) {
	rule := func(from, to string) *fstest.MapFile {
		return &fstest.MapFile{Data: fmt.Appendf(nil, "# a\n\n```json\n"+`{"severity": "error", "on": "stack", "message": "it is so", "when": {"loader.quantization": %q},
			"fix": [{"say": "mend it", "safety": "lossless", "do": [{"set": {"loader.quantization": %q}}]}]}`+"\n```\n", from, to)}
	}
	tests := []struct {
		name  string
		rules fstest.MapFS
		want  string
	}{
		{"one rule", fstest.MapFS{"p/a.md": rule("fp8_e5m2", "disabled")}, ""},
		{"the same", fstest.MapFS{"p/a.md": rule("fp8_e5m2", "disabled"), "p/b.md": rule("fp8_e5m2", "disabled")}, ""},
		{"two values", fstest.MapFS{"p/a.md": rule("fp8_e5m2", "disabled"), "p/b.md": rule("fp8_e5m2", "fp8_e4m3fn")}, "round 1: a: two rules want different values"},
		{"one after the other", fstest.MapFS{"p/a.md": rule("fp8_e5m2", "disabled"), "p/b.md": rule("disabled", "fp8_e4m3fn")}, "round 2: b wants "},
		{"without end", fstest.MapFS{"p/a.md": rule("fp8_e5m2", "disabled"), "p/b.md": rule("disabled", "fp8_e5m2")}, "the rules still want changes after 4 rounds"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := world{machine: machine(t, "3090"), set: rules.Load(test.rules)}
			_, err := w.settle(parse(t, loader(`"widgets_values": ["a.safetensors", "fp16", "fp8_e5m2", "offload_device", "sdpa"]`)))
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}
