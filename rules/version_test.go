package rules

import "testing"

func TestVersionCompare(t *testing.T) {
	tests := []struct {
		a, b version
		want int
	}{
		{"2.9", "2.13", -1}, // numbers, not text
		{"2.13.0", "2.13", 0},
		{"2.14.1", "2.13", 1},
		{"2.13.0rc2", "2.13", -1},
		{"2.13.0.dev20260601", "2.13", -1},
		{"2.13.0.dev20260601", "2.12.1", 1},
		{"2.9.1+cu128", "2.9.1", 0},
		{"3.5.0.post21", "3.5.0", 1},
		{"3.5.0.post9", "3.5.0.post21", -1},
		{"3.2.0.post21", "3.5.0.post1", -1},
		{"2.2.0+cu128torch2.8.post2", "2.2.0", 0},
		{"1.0.6", "2", -1},
	}
	for _, test := range tests {
		t.Run(string(test.a+" and "+test.b), func(t *testing.T) {
			if got := test.a.compare(test.b); got != test.want {
				t.Errorf("%d, want %d", got, test.want)
			}
			if got := test.b.compare(test.a); got != -test.want {
				t.Errorf("turned around %d, want %d", got, -test.want)
			}
		})
	}
}
