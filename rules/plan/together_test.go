package plan

import (
	"reflect"
	"testing"
)

// TestChooseWith has model paths that share one set of settings: all get the same, and nobody takes
// what another needs.
func TestChooseWith(t *testing.T) {
	card := budget(12)
	small, large := Video{Width: 480, Height: 480, Frames: 33}, hd
	path := func(v Video, set int) *Chooser {
		in := usual(t, v)
		in.Weights[0].Header, in.Swap = true, Swap{Blocks: set}
		return NewChooser(in)
	}
	enough := func(v Video) int { return path(v, 0).Choose(card).Swap.Blocks }
	if enough(small) == 0 || enough(large) <= enough(small) {
		t.Fatalf("%d and %d blocks are enough, want two numbers", enough(small), enough(large))
	}
	for _, tt := range []struct {
		name   string
		own    Video
		mate   *Video
		set    int // blocks in the file
		all    bool
		action Action
		blocks int
	}{
		{"alone", large, nil, 0, true, Raise, enough(large)},
		{"the larger of two", large, &small, 0, true, Raise, enough(large)},
		{"the smaller of two", small, &large, 0, true, Raise, enough(large)},
		{"another needs what is set", small, &large, enough(large), true, Keep, enough(large)},
		{"another is raised", small, &large, enough(small), true, Keep, enough(small)},
		{"both need less", small, &large, 40, true, Lower, enough(large)},
		{"another cannot be planned", small, nil, 40, false, Keep, 40},
		{"another cannot be planned, and more is needed", large, nil, 0, false, Raise, enough(large)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var mates []*Chooser
			if tt.mate != nil {
				mates = append(mates, path(*tt.mate, tt.set))
			}
			own := path(tt.own, tt.set)
			got := own.ChooseWith(mates, tt.all, card)
			if got.Action != tt.action || got.Swap.Blocks != tt.blocks {
				t.Errorf("%s %d (%s), want %s %d", got.Action, got.Swap.Blocks, got.Why, tt.action, tt.blocks)
			}
			if got.Verdict != Fits {
				t.Errorf("it %s", got.Verdict)
			}
			own.ChooseWith(mates, tt.all, budget(48))
			if again := own.ChooseWith(mates, tt.all, card); !reflect.DeepEqual(again, got) {
				t.Errorf("asked again after a larger card: %+v, want %+v", again, got)
			}
		})
	}
}
