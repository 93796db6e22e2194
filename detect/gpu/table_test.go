package gpu

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"testing"
)

// cards yields the lines of the table with the cards they hold.
func cards(t *testing.T) iter.Seq2[string, card] {
	t.Helper()
	body, ok := strings.CutPrefix(table, "[\n")
	body, ok2 := strings.CutSuffix(body, "\n]\n")
	if !ok || !ok2 {
		t.Fatal("the table is not an array with its brackets on lines of their own")
	}
	return func(yield func(string, card) bool) {
		for line := range strings.SplitSeq(body, "\n") {
			c, err := decode(line)
			if err != nil {
				t.Fatalf("%v in the line %s", err, line)
			}
			if !yield(line, c) {
				return
			}
		}
	}
}

func TestTableIsOneArrayWithACardALine(t *testing.T) {
	if !json.Valid([]byte(table)) {
		t.Error("not valid JSON")
	}
	for line, c := range cards(t) {
		strict := json.NewDecoder(strings.NewReader(line))
		strict.DisallowUnknownFields()
		if err := strict.Decode(&c); err != nil {
			t.Errorf("%s: %v", c.ID, err)
		}
	}
}

func TestTableIsSortedAndItsNamesAreUnique(t *testing.T) {
	var ids []string
	owner := map[string]string{}
	for _, c := range cards(t) {
		ids = append(ids, c.ID)
		for _, key := range c.Keys {
			if other, taken := owner[key]; taken {
				t.Errorf("%q means both %s and %s", key, other, c.ID)
			}
			owner[key] = c.ID
			if fold(key) != key {
				t.Errorf("%s: nobody can find the key %q, want %q", c.ID, key, fold(key))
			}
		}
	}
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Error("ids are not sorted and unique")
	}
}

func TestEveryCardIsFoundByItsNames(t *testing.T) {
	for _, c := range cards(t) {
		if len(c.Names) == 0 {
			t.Errorf("%s has no name", c.ID)
		}
		for _, name := range append([]string{c.ID}, c.Names...) {
			for _, spelling := range []string{name, strings.ToUpper(name), strings.TrimPrefix(name, "NVIDIA ")} {
				if m, ok := find(spelling); !ok || m.card.ID != c.ID || m.part {
					t.Errorf("%q found %q, want %q", spelling, m.card.ID, c.ID)
				}
			}
		}
	}
}

func TestFiguresArePlausible(t *testing.T) {
	for _, c := range cards(t) {
		if (GPU{SM: c.SM}).Arch() == "" || c.SM > newestSM {
			t.Errorf("%s: no card has sm_%d", c.ID, c.SM)
		}
		if len(c.Variants) == 0 {
			t.Errorf("%s has no variant", c.ID)
		}
		usual := 0
		for _, v := range c.Variants {
			if v.Memory < 2<<10 || v.Memory > 512<<10 {
				t.Errorf("%s: %d MiB of memory", c.ID, v.Memory)
			}
			if (v.Evidence == "unified") != c.Unified || !slices.Contains([]string{"observed", "expected", "nominal", "unified"}, v.Evidence) {
				t.Errorf("%s: evidence %q with unified %t", c.ID, v.Evidence, c.Unified)
			}
			if v.SMs < 0 || v.SMs > 200 {
				t.Errorf("%s: %d SMs", c.ID, v.SMs)
			}
			if v.Bandwidth != 0 && (v.Bandwidth < 60 || v.Bandwidth > 10000) {
				t.Errorf("%s: %g GB/s", c.ID, v.Bandwidth)
			}
			if gen, width := v.PCIe[0], v.PCIe[1]; gen < 0 || gen > 6 || !slices.Contains([]int{0, 4, 8, 16}, width) || (gen == 0) != (width == 0) {
				t.Errorf("%s: PCIe %v", c.ID, v.PCIe)
			}
			if v.Usual {
				usual++
			}
		}
		if usual > 1 {
			t.Errorf("%s: %d variants are the usual one", c.ID, usual)
		}
	}
}

func TestNear(t *testing.T) {
	for _, tt := range []struct {
		reported, box int64 // MiB, GiB
		want          bool
	}{
		{24564, 24, true},
		{46068, 48, true}, // error correction on
		{15360, 16, true},
		{32607, 32, true},
		{10240, 12, false},
		{49140, 24, false},
		{0, 8, false},
	} {
		if got := near(tt.reported*mib, tt.box<<30); got != tt.want {
			t.Errorf("%d MiB for %d GiB: got %t, want %t", tt.reported, tt.box, got, tt.want)
		}
	}
}

func TestCompleteAddsOnlyWhatTheDriverLeftOut(t *testing.T) {
	for _, tt := range []struct {
		name  string
		given GPU
		want  GPU
	}{
		{"an old driver tells no capability",
			GPU{Name: "GeForce RTX 3060", Memory: 12053 * mib},
			GPU{Name: "GeForce RTX 3060", Memory: 12053 * mib, SM: 86, FP16: Fine, SMs: 28, Bandwidth: 360, PCIeGen: 4, PCIeWidth: 16}},
		{"the driver's figures stand",
			GPU{Name: "NVIDIA GeForce RTX 4090", Memory: 49140 * mib, SM: 89, SMs: 114, PCIeGen: 3, PCIeWidth: 4},
			GPU{Name: "NVIDIA GeForce RTX 4090", Memory: 49140 * mib, SM: 89, FP16: Fine, SMs: 114, Bandwidth: 1008, PCIeGen: 3, PCIeWidth: 4}},
		{"memory tells the variant",
			GPU{Name: "NVIDIA GeForce RTX 3080", Memory: 12288 * mib},
			GPU{Name: "NVIDIA GeForce RTX 3080", Memory: 12288 * mib, SM: 86, FP16: Fine, SMs: 70, Bandwidth: 912.4, PCIeGen: 4, PCIeWidth: 16}},
		{"without memory only what all variants share",
			GPU{Name: "NVIDIA GeForce RTX 3080"},
			GPU{Name: "NVIDIA GeForce RTX 3080", SM: 86, FP16: Fine, PCIeGen: 4, PCIeWidth: 16}},
		{"a memory never sold",
			GPU{Name: "NVIDIA GeForce RTX 2080 Ti", Memory: 22528 * mib},
			GPU{Name: "NVIDIA GeForce RTX 2080 Ti", Memory: 22528 * mib, SM: 75, FP16: Fine, SMs: 68, Bandwidth: 616, PCIeGen: 3, PCIeWidth: 16}},
		{"a laptop under the desktop's name",
			GPU{Name: "GeForce GTX 1070", Memory: 8192 * mib},
			GPU{Name: "GeForce GTX 1070", Memory: 8192 * mib, SM: 61, FP16: Fine, Bandwidth: 256.3, PCIeGen: 3, PCIeWidth: 16}},
		{"a slice",
			GPU{Name: "GRID A100-20C", Memory: 20470 * mib},
			GPU{Name: "GRID A100-20C", Memory: 20470 * mib, SM: 80, FP16: Fine}},
		{"shared memory stays unknown",
			GPU{Name: "NVIDIA GB10", SM: 121},
			GPU{Name: "NVIDIA GB10", SM: 121, FP16: Fine, Unified: true, SMs: 48, Bandwidth: 273, PCIeGen: 5, PCIeWidth: 16}},
		{"another chip under a known name",
			GPU{Name: "NVIDIA GeForce RTX 3090", SM: 61, Memory: 24576 * mib},
			GPU{Name: "NVIDIA GeForce RTX 3090", SM: 61, FP16: Fine, Memory: 24576 * mib}},
		{"a card not in the table",
			GPU{Name: "NVIDIA GeForce RTX 6090", SM: 130},
			GPU{Name: "NVIDIA GeForce RTX 6090", SM: 130, FP16: Fine}},
		{"no name", GPU{SM: 86}, GPU{SM: 86, FP16: Fine}},
		{"a chip that gets fp16 wrong",
			GPU{Name: "NVIDIA T400E", SM: 75, Memory: 4096 * mib},
			GPU{Name: "NVIDIA T400E", SM: 75, FP16: Broken, Memory: 4096 * mib, SMs: 6, Bandwidth: 80, PCIeGen: 3, PCIeWidth: 16}},
		{"a card not in the table whose like may get fp16 wrong",
			GPU{Name: "NVIDIA GeForce GTX 1650 Mobile", SM: 75},
			GPU{Name: "NVIDIA GeForce GTX 1650 Mobile", SM: 75}},
		{"nothing but a name unheard of", GPU{Name: "x"}, GPU{Name: "x"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.given.complete(); got != tt.want {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

// TestCapabilities wants each capability of the table once, in order, as a person names it.
func TestCapabilities(t *testing.T) {
	inTable := map[int]bool{}
	for _, c := range cards(t) {
		inTable[c.SM] = true
	}
	last := 0
	for _, g := range Capabilities() {
		if named, err := Parse(g.Name); err != nil || named != g {
			t.Errorf("%+v is named %s, which is %+v (%v)", g, g.Name, named, err)
		}
		if !inTable[g.SM] || g.SM <= last {
			t.Errorf("sm_%d after sm_%d", g.SM, last)
		}
		last = g.SM
		delete(inTable, g.SM)
	}
	if len(inTable) > 0 {
		t.Errorf("left out: %v", inTable)
	}
}
