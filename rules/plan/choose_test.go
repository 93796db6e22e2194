package plan

import (
	"strings"
	"testing"
)

func budget(gibs float64) Budget { return Budget{Bytes: int64(gibs * GiB)} }

func TestChoose(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Input)
		gib    float64
		want   Action
		swap   Swap
		says   string
	}{
		{"inside", func(in *Input) { in.Swap.Blocks = 17 }, 16, Keep, Swap{Blocks: 17}, "between the fewest that fit at the low and the high end, 15 and 19"},
		{"too few", func(*Input) {}, 12, Raise, Swap{Blocks: 31}, "blocks_to_swap 20 → 31: fits 12.0 GiB"},
		{"none set", func(in *Input) { in.Swap = Swap{} }, 16, Raise, Swap{Blocks: 19}, "0 → 19"},
		{"more than needed, by name", func(*Input) {}, 24, Advise, Swap{Blocks: 20}, "not exact enough"},
		{"more than needed, by header", func(in *Input) { in.Weights[0].Header = true }, 24, Lower, Swap{}, "20 → 0"},
		{"more than needed, size only bounded", func(in *Input) {
			in.Weights[0].Header, in.Tokens.Source = true, Bound
		}, 24, Advise, Swap{Blocks: 20}, "not exact enough"},
		{"tokens unknown", func(in *Input) { in.Weights[0].Header, in.Tokens = true, Tokens{} }, 12, Advise, Swap{Blocks: 20}, "weights and LoRAs alone"},
		{"tokens unknown, weights alone too large", func(in *Input) { in.Tokens = Tokens{} }, 6, Raise, Swap{Blocks: 27}, "20 → 27"},
		{"never", func(*Input) {}, 6, Advise, Swap{Blocks: 20}, "does not fit however many"},
		{"a free prefetch goes first", func(in *Input) { in.Swap = Swap{Blocks: 29, Prefetch: 2} }, 11, Raise, Swap{Blocks: 34}, "prefetch_blocks 2 → 0"},
		{"16 bit moves one less", func(in *Input) {
			in.Weights = []Weights{weights(t, "wan2.2-i2v-14b", "", "bf16")}
			in.Swap = Swap{}
		}, 16, Raise, Swap{Blocks: 32}, "0 → 32"},
		{"16 bit moved as many as told before 2025-10-06", func(in *Input) {
			in.Weights = []Weights{weights(t, "wan2.2-i2v-14b", "", "bf16")}
			in.Swap, in.Wrapper = Swap{Blocks: 34}, Day("2025-10-05")
		}, 19.5, Keep, Swap{Blocks: 34}, "31 and 34"},
		{"and one less since", func(in *Input) {
			in.Weights = []Weights{weights(t, "wan2.2-i2v-14b", "", "bf16")}
			in.Swap, in.Wrapper = Swap{Blocks: 34}, Day("2025-10-06")
		}, 19.5, Keep, Swap{Blocks: 34}, "32 and 35"},
		{"swap means nothing", func(in *Input) { in.Swap.Dead = "ComfyUI runs with --highvram" }, 12, Advise, Swap{Blocks: 20}, "--highvram"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := usual(t, hd)
			tt.change(&in)
			dead := in.Swap.Dead
			c := choose(in, budget(tt.gib))
			c.Swap.Dead = strings.TrimPrefix(c.Swap.Dead, dead)
			if c.Action != tt.want || c.Swap != tt.swap || !strings.Contains(c.Why, tt.says) {
				t.Errorf("got %s %+v, low %d, high %d: %s; want %s %+v: %s", c.Action, c.Swap, c.Low, c.High, c.Why, tt.want, tt.swap, tt.says)
			}
		})
	}
}

// TestVACE keeps hints off the card where blocks alone are not enough.
func TestVACE(t *testing.T) {
	in := usual(t, Video{Width: 832, Height: 480, Frames: 81})
	in.Weights = []Weights{weights(t, "wan2.1-vace-14b", "", "bf16")}
	in.LoRA = LoRA{Low: GiB, High: GiB, Count: 1}
	c := choose(in, budget(12.5))
	if c.Action != Raise || c.Swap.VACE == 0 || c.Verdict != Fits {
		t.Errorf("got %s %+v: %s", c.Action, c.Swap, c.Why)
	}
}

// TestUnpin turns pinned memory off where the computer has too little.
func TestUnpin(t *testing.T) {
	in := usual(t, hd)
	in.Swap = Swap{Blocks: 40, NonBlocking: true}
	if got := float64(Pinned(in)) / GiB; got < 19.9 || got > 20.1 {
		t.Errorf("pinned %.1f GiB, want 20", got) // 512 MiB a block
	}
	b := budget(24)
	if c := choose(in, b); !c.Swap.NonBlocking {
		t.Errorf("turned off with unknown memory: %s", c.Why)
	}
	b.RAM = 16 * GiB
	if c := choose(in, b); c.Swap.NonBlocking || !strings.Contains(c.Why, "16.0 GiB free") {
		t.Errorf("got %+v: %s", c.Swap, c.Why)
	}
}

// TestPinned turns pinned memory on where block swap is written anyway and the computer is known to
// have room for it.
func TestPinned(t *testing.T) {
	for _, tt := range []struct {
		name   string
		ram    float64 // GiB
		blocks int     // in the file
		bytes  float64
		action Action
		pins   bool
	}{
		{"room for two such models", 96, 0, 12, Raise, true},
		{"room for one", 40, 0, 12, Raise, false},
		{"nobody knows", 0, 0, 12, Raise, false},
		{"what is kept stays", 96, 40, 12, Keep, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := usual(t, Video{Width: 1280, Height: 720, Frames: 81})
			in.Swap.Blocks = tt.blocks
			in.Weights[0].Header = false // so that nothing is lowered
			b := budget(tt.bytes)
			b.RAM = int64(tt.ram * GiB)
			c := choose(in, b)
			if c.Action != tt.action && !(tt.action == Keep && c.Action == Advise) {
				t.Fatalf("%s: %s", c.Action, c.Why)
			}
			if c.Swap.NonBlocking != tt.pins {
				t.Errorf("got %+v: %s", c.Swap, c.Why)
			}
			if tt.pins != strings.Contains(c.Why, "use_non_blocking false → true") {
				t.Errorf("it says %s", c.Why)
			}
			in.Swap = c.Swap
			if again := choose(in, b); again.Action == Raise || again.Action == Lower || again.Swap != c.Swap {
				t.Errorf("asked again it says %s %+v: %s", again.Action, again.Swap, again.Why)
			}
		})
	}
}

// TestRemedies says what helps where swapping everything does not.
func TestRemedies(t *testing.T) {
	c := choose(usual(t, hd), budget(7.8))
	var all []string
	for _, r := range c.Remedies {
		all = append(all, r.What)
		if r.High > budget(7.8).Bytes {
			t.Errorf("%s takes %s", r.What, gib(r.High))
		}
	}
	got := strings.Join(all, ", ")
	if c.Short <= 0 || !strings.Contains(got, "torch.compile") || !strings.Contains(got, "tokens") {
		t.Errorf("short by %s, remedies %s", gib(c.Short), got)
	}
	if c := choose(usual(t, hd), budget(24)); c.Short != 0 || c.Remedies != nil {
		t.Errorf("it fits, yet got %v", c.Remedies)
	}
}

// TestCost is about bytes over the link: both ways, and slower where memory is not pinned.
func TestCost(t *testing.T) {
	in := usual(t, hd)
	in.Swap.Blocks = 40
	c := CostOf(in, Link{4, 16})
	if got := float64(c.Bytes) / 1e9; got < 28 || got > 28.3 || c.Seconds < 5 || c.Seconds > 5.3 {
		t.Errorf("got %.1f GB, %.1f s", got, c.Seconds)
	}
	in.Swap.NonBlocking = true
	if c := CostOf(in, Link{4, 16}); c.Seconds < 1.1 || c.Seconds > 1.3 {
		t.Errorf("pinned: %.1f s", c.Seconds)
	}
	if c := CostOf(in, Link{3, 16}); c.Seconds < 2.2 || c.Seconds > 2.5 {
		t.Errorf("pinned over PCIe 3: %.1f s", c.Seconds)
	}
}

func choose(in Input, b Budget) Choice { return NewChooser(in).Choose(b) }
