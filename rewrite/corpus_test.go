package rewrite

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/modelfile"
	"github.com/wanfix/wanfix/detect/software"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/rules/plan"
	"github.com/wanfix/wanfix/workflows"
)

// corpus returns the files of real workflows to test with, which are not part of
// the project: the folder WANFIX_CORPUS, or ../shared/corpus beside the project.
func corpus(t testing.TB) []string {
	t.Helper()
	folder := os.Getenv("WANFIX_CORPUS")
	if folder == "" {
		folder = "../../shared/corpus"
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(name string) bool { return filepath.Base(name) == "index.json" })
	if len(files) == 0 {
		t.Skipf("there is no corpus at %s; WANFIX_CORPUS names another folder", folder)
	}
	return files
}

// readable reads a workflow; file is nil where it is refused, as a template is.
func readable(t testing.TB, name string) (text []byte, file *workflows.File) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	file, err = workflows.Parse(text, rules.BuiltinNodes())
	if unread := (*workflows.Error)(nil); err != nil && !errors.As(err, &unread) {
		t.Fatalf("%s: %v", name, err)
	}
	return text, file
}

var cards = []string{"2080 Ti", "3060", "3090", "4070 Ti", "4090", "5090", "A100 80GB", "H100"}

// TestCorpus tunes every file for every card: nothing but what is told differs, no
// link is broken that was not, and a second run changes nothing.
func TestCorpus(t *testing.T) {
	files := corpus(t)
	for _, card := range cards {
		t.Run(card, func(t *testing.T) {
			t.Parallel()
			m := machine(t, card)
			refused, changed, unplugged := 0, 0, 0
			swaps := map[string]int{}
			for _, name := range files {
				text, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				r, err := Tune(text, m, rules.Builtin(), rules.Options{})
				if unread := (*workflows.Error)(nil); errors.As(err, &unread) {
					refused++
					continue
				}
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				checkResult(t, name, text, r)
				again, err := Tune(r.Out, m, rules.Builtin(), rules.Options{})
				if err != nil || again.Changed {
					t.Errorf("%s: a second run: changed %v, %v", name, again != nil && again.Changed, err)
				}
				if r.Changed {
					changed++
				}
				for _, part := range r.Parts {
					countSwaps(t, name, part, m, rules.Builtin(), swaps)
					for _, f := range part.Findings {
						if f.Rule.ID == "e4m3fn-needs-sm89-to-compile" && f.Wanted() != nil {
							unplugged++
							if m.GPU.SM >= 89 {
								t.Errorf("%s: torch.compile is unplugged on sm_%d", name, m.GPU.SM)
							}
						}
					}
				}
			}
			t.Logf("%d files, %d refused, %d changed, %d loaders with e4m3fn unplugged", len(files), refused, changed, unplugged)
			t.Logf("stacks by what became of block swap: %v", swaps)
		})
	}
}

// sameModel is one model file, whatever the name.
type sameModel struct{ header *modelfile.Header }

func (m sameModel) Header(kind, name string) (*modelfile.Header, string, error) {
	if kind != "diffusion_models" {
		return nil, "", errors.New("not there")
	}
	return m.header, "the header of " + name, nil
}

// TestCorpusPlanned tunes every file as if all were known: the models have one header, and
// the size is stated. Then block swap is lowered too, and nothing is left to be done.
func TestCorpusPlanned(t *testing.T) {
	files := corpus(t)
	set := rules.Builtin().Assume(rules.SizeFacts(832, 480, 81), "--size 832x480x81")
	for _, card := range []string{"3060", "4070 Ti", "4090", "H100"} {
		t.Run(card, func(t *testing.T) {
			t.Parallel()
			m := machine(t, card)
			m.Models = sameModel{wan14B()}
			m.Software = software.Versions{"wrapper": {Value: "2026-02-02"}, "os": {Value: "linux"}}
			swaps, changed := map[string]int{}, 0
			for _, name := range files {
				text, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				r, err := Tune(text, m, set, rules.Options{})
				if unread := (*workflows.Error)(nil); errors.As(err, &unread) {
					continue
				}
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				checkResult(t, name, text, r)
				again, err := Tune(r.Out, m, set, rules.Options{})
				if err != nil || again.Changed {
					t.Errorf("%s: a second run: changed %v, %v", name, again != nil && again.Changed, err)
				}
				if r.Changed {
					changed++
				}
				for _, part := range r.Parts {
					countSwaps(t, name, part, m, set, swaps)
				}
			}
			t.Logf("%d changed; stacks by what became of block swap: %v", changed, swaps)
		})
	}
}

// wan14B is the header of a 14B text-to-video model in scaled fp8.
func wan14B() *modelfile.Header {
	h := &modelfile.Header{Format: modelfile.Safetensors, Kind: modelfile.Diffusion, Family: "t2v", Weights: "e4m3fn",
		Scaled: true, HasScaleWeight: true, Marker: true, Dim: 5120, InChannels: 16, FFN: 13824, Outside: 460 << 20,
		Linears: map[string]modelfile.Tally{"F8_E4M3": {Tensors: 400, Bytes: 40 * 350 << 20}}}
	h.Bytes = h.Outside
	for range 40 {
		h.Blocks = append(h.Blocks, 352<<20)
		h.Bytes += 352 << 20
	}
	return h
}

// countSwaps counts what became of the block swap of every stack, and why. Without headers
// nothing may be lowered that was set.
func countSwaps(t *testing.T, name string, part PartResult, m *detect.Machine, set *rules.Set, counts map[string]int) {
	t.Helper()
	after := rules.Look(part.After).Stacks
	for i, stack := range rules.Look(part.Part).Stacks {
		was := set.Planner(stack, m).For(m.GPU)
		is := set.Planner(after[i], m).For(m.GPU)
		switch {
		case is.Why != "":
			counts["unjudged"]++
		case was.Why != "":
			counts["planned after other changes"]++
		case is.Written.Blocks > was.Written.Blocks:
			counts["raised"]++
		case is.Written.Blocks < was.Written.Blocks:
			counts["lowered"]++
			if m.Models == nil {
				t.Errorf("%s: %s: block swap is lowered from %d to %d", name, stack.Loader, was.Written.Blocks, is.Written.Blocks)
			}
		default:
			counts["kept"]++
		}
		if is.Why == "" {
			counts["then "+string(is.Verdict)]++
			if is.Action == plan.Raise || is.Action == plan.Lower {
				counts["still "+string(is.Action)]++
			}
			if is.Action == plan.Advise && is.High >= 0 {
				counts["kept, less advised"]++
			}
		}
	}
	for _, c := range part.Changes {
		if c.Op == workflows.OpGive {
			counts["nodes "+kindOfGift(part, c.Change)]++
		}
	}
}

// checkResult compares a file with what it was, by other means than the program's.
func checkResult(t *testing.T, name string, text []byte, r *Result) {
	t.Helper()
	for _, each := range apart(t, name, text, r) {
		checkPart(t, each.name, each.text, each.result)
	}
}

// checkPart compares one workflow with what it was.
func checkPart(t *testing.T, name string, text []byte, r *Result) {
	t.Helper()
	if len(r.Parts[0].Changes) == 0 && !r.Changed && bytes.Equal(text, r.Out) {
		return
	}
	was, is := decoded(t, strings.TrimPrefix(string(text), "\xef\xbb\xbf")), decoded(t, strings.TrimPrefix(string(r.Out), "\xef\xbb\xbf"))
	if len(r.Parts[0].Changes) > 0 != r.Changed {
		t.Errorf("%s: changed %v, and %d changes are told", name, r.Changed, len(r.Parts[0].Changes))
	}
	made := r.Parts[0].Changes
	isGive := func(c Made) bool { return c.Op == workflows.OpGive }
	allowed := explained(was, slices.DeleteFunc(slices.Clone(made), isGive))
	if slices.ContainsFunc(made, isGive) {
		checkGivenPart(t, name, text, r, allowed)
		return
	}
	for _, path := range differences("", was, is) {
		if !allowed(path) {
			t.Errorf("%s: %s differs, which no change explains", name, path)
		}
	}
	before := brokenLinks(was)
	for fault := range brokenLinks(is) {
		if !before[fault] {
			t.Errorf("%s: new fault: %s", name, fault)
		}
	}
	checkDefinitions(t, name, was, is)
}

// TestOracle asks the independent checker about every file that changes.
func TestOracle(t *testing.T) {
	t.Parallel()
	o := newOracle(t)
	if o == nil {
		t.Skip("there is no python3, or no independent checker")
	}
	for _, name := range corpus(t) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var tuned [][]byte
		for _, card := range []string{"3090", "2080 Ti"} {
			if r, err := Tune(text, machine(t, card), rules.Builtin(), rules.Options{}); err == nil && r.Changed {
				tuned = append(tuned, r.Out)
			}
		}
		o.ask(name, tuned)
	}
	o.wait()
}
